import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { sign } from '../../../channels/meta/signature.ts';
import { createPostman, type Delivery } from '../far-end/callback.ts';
import { createFaults, type FaultPlan } from '../far-end/faults.ts';
import { startServer } from '../far-end/server.ts';
import { answerControl } from './control.ts';
import { answerGraph, type GraphState, type Send } from './graph.ts';
import { instagramEvent, metaBytes, seconds, whatsappMessage, whatsappStatus } from './wire.ts';

/**
 * Graph API on loopback: WhatsApp Cloud and Instagram, as far as Zajel speaks with them. Everything it is
 * sent is kept, so that a message sent twice shows.
 */
export interface GraphDouble {
  /** Set `GRAPH_API_URL` and `INSTAGRAM_API_URL` to this. */
  readonly url: string;
  fail(plan: FaultPlan): void;
  heal(): void;
  /** Refuses connections until `up`. */
  down(): Promise<void>;
  up(): Promise<void>;
  callback(settings: CallbackSettings | null): void;
  /** Every try, whatever became of it. */
  received(): readonly Send[];
  /** What the customers' phones show: taken messages only. */
  delivered(): readonly Send[];
  typing(): readonly { account: string; to: string }[];
  /** `hangs`: the file's address never answers. */
  addMedia(media: { bytes: Buffer; mimeType: string; id?: string; hangs?: boolean }): string;
  expireToken(token: string): void;
  /** A customer writes; the id of the message comes back. Answers with the signed webhook under way: see `settled`. */
  say(words: Words): string;
  /** The owner types on the phone. */
  ownerTypes(words: { account: string; to: string; text: string }): string;
  /** Posts a status of the provider's, with its errors. */
  status(news: StatusWords): void;
  /** Signs a whole body and posts it. */
  post(body: unknown): void;
  webhooks(): readonly Delivery[];
  settled(): Promise<void>;
  reset(): void;
  close(): Promise<void>;
}

/** Where the webhooks go, and which of them follow a taken message by themselves. */
export const callbackSettings = z.object({
  url: z.string(),
  appSecret: z.string(),
  statuses: z.array(z.enum(['sent', 'delivered', 'read'])).default([]),
  /** Instagram sends what we sent back to us. */
  echoes: z.boolean().default(true),
  delayMs: z.number().default(0),
  repeat: z.number().int().positive().default(1),
  /** Latest status first. */
  shuffle: z.boolean().default(false),
});
export type CallbackSettings = z.input<typeof callbackSettings>;

export const words = z.object({
  platform: z.enum(['whatsapp', 'instagram']).default('whatsapp'),
  account: z.string(),
  from: z.string(),
  text: z.string().optional(),
  name: z.string().default('زبون'),
  id: z.string().optional(),
  atMs: z.number().optional(),
  /** Instead of `text`: a message of another type, in the provider's own fields. */
  message: z.record(z.string(), z.unknown()).optional(),
});
export type Words = z.input<typeof words>;
export const statusWords = z.object({
  account: z.string(),
  id: z.string(),
  status: z.enum(['sent', 'delivered', 'read', 'failed']),
  to: z.string().default(''),
  key: z.string().optional(),
  code: z.number().optional(),
});
export type StatusWords = z.input<typeof statusWords>;

export async function startGraphDouble(
  options: { port?: number; host?: string; seed?: number } = {},
): Promise<GraphDouble> {
  const postman = createPostman();
  const faults = createFaults(options.seed);
  const state: GraphState = {
    faults,
    sends: [],
    typing: [],
    media: new Map(),
    expired: new Set(),
    baseUrl: '',
    onTaken: follow,
  };
  let callback: z.output<typeof callbackSettings> | null = null;

  const headers = (body: Buffer): Record<string, string> => ({
    'x-hub-signature-256': sign(body, callback?.appSecret ?? ''),
  });
  const post = (...bodies: unknown[]): void => {
    if (callback !== null) postman.postAll(bodies.map(metaBytes), { ...callback, headers });
  };
  function follow(send: Send): void {
    if (callback === null || send.id === null) return;
    if (send.platform === 'instagram') {
      if (callback.echoes) post(echoOf(send.account, send.to, send.id, send.text));
      return;
    }
    const { account, id, to, key } = send;
    post(
      ...callback.statuses.map((status) =>
        statusOf({ account, id, status, to, ...(key === null ? {} : { key }) }),
      ),
    );
  }

  const server = await startServer(options, (heard) =>
    heard.path.startsWith('/control/') ? answerControl(heard, double) : answerGraph(heard, state),
  );
  state.baseUrl = server.url;
  const double: GraphDouble = {
    url: server.url,
    fail: (plan) => faults.add(plan),
    heal: () => faults.clear(),
    down: () => server.down(),
    up: () => server.up(),
    callback: (settings) => {
      callback = settings === null ? null : callbackSettings.parse(settings);
    },
    received: () => state.sends,
    delivered: () => state.sends.filter(({ id }) => id !== null),
    typing: () => state.typing,
    addMedia: ({ bytes, mimeType, id = String(state.media.size + 9_000_000_000_000), hangs = false }) => {
      state.media.set(id, { bytes, mimeType, hangs });
      return id;
    },
    expireToken: (token) => state.expired.add(token),
    say: (said) => {
      const { body, id } = saidBody(words.parse(said));
      post(body);
      return id;
    },
    ownerTypes: ({ account, to, text }) => {
      const id = `owner-${randomBytes(8).toString('hex')}`;
      post(echoOf(account, to, id, text));
      return id;
    },
    status: (news) => post(statusOf(news)),
    post,
    webhooks: () => postman.deliveries(),
    settled: () => postman.settled(),
    reset: () => {
      faults.clear();
      state.sends.length = 0;
      state.typing.length = 0;
      state.media.clear();
      state.expired.clear();
      postman.forget();
    },
    close: () => {
      postman.stop();
      return server.close();
    },
  };
  return double;
}

function saidBody(said: z.output<typeof words>): { body: unknown; id: string } {
  const atMs = said.atMs ?? Date.now();
  if (said.platform === 'instagram') {
    const id = said.id ?? `m_${randomBytes(12).toString('hex')}`;
    const message = said.message ?? { text: said.text ?? '' };
    const event = {
      sender: { id: said.from },
      recipient: { id: said.account },
      timestamp: atMs,
      message: { mid: id, ...message },
    };
    return { id, body: instagramEvent(said.account, event, atMs) };
  }
  const id = said.id ?? `wamid.${randomBytes(12).toString('hex')}`;
  const message = said.message ?? { type: 'text', text: { body: said.text ?? '' } };
  return {
    id,
    body: whatsappMessage(said.account, said.from, said.name, { id, timestamp: seconds(atMs), ...message }),
  };
}

function statusOf(news: StatusWords): unknown {
  const { account, id, status, to, key, code } = statusWords.parse(news);
  return whatsappStatus(account, {
    id,
    status,
    timestamp: seconds(Date.now()),
    recipient_id: to,
    ...(key === undefined ? {} : { biz_opaque_callback_data: key }),
    ...(code === undefined
      ? {}
      : { errors: [{ code, title: `code ${code}`, error_data: { details: 'asked for' } }] }),
  });
}

function echoOf(account: string, to: string, mid: string, text: string): unknown {
  const atMs = Date.now();
  return instagramEvent(
    account,
    {
      sender: { id: account },
      recipient: { id: to },
      timestamp: atMs,
      message: { mid, text, is_echo: true },
    },
    atMs,
  );
}
