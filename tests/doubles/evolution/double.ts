import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { createPostman, type Delivery } from '../far-end/callback.ts';
import { createFaults, type FaultPlan } from '../far-end/faults.ts';
import { startServer } from '../far-end/server.ts';
import { answerControl } from './control.ts';
import { answerEvolution, type EvolutionState, type InstanceState, type Send } from './api.ts';

/** An Evolution server on loopback, as far as Zajel speaks with it. Everything it is sent is kept. */
export interface EvolutionDouble {
  /** The account's `serverUrl`. */
  readonly url: string;
  fail(plan: FaultPlan): void;
  heal(): void;
  /** Refuses connections until `up`. */
  down(): Promise<void>;
  up(): Promise<void>;
  callback(settings: CallbackSettings | null): void;
  received(): readonly Send[];
  /** What the customers' phones show: taken messages only. */
  delivered(): readonly Send[];
  typing(): readonly { instance: string; to: string }[];
  addMedia(media: { id: string; bytes: Buffer; mimeType: string }): void;
  /** Numbers that WhatsApp does not know. */
  notOnWhatsapp(number: string): void;
  /** Opens or closes an instance and says so in a `connection.update`. A closed one refuses to send. */
  connection(instance: string, state: InstanceState, statusReason?: number): void;
  /** A customer writes; the id of the message comes back. */
  say(words: Words): string;
  /** The owner types on the phone. */
  ownerTypes(words: { instance: string; to: string; text: string }): string;
  ack(news: { instance: string; id: string; to: string; status: string }): void;
  /** Posts a whole body. */
  post(body: unknown): void;
  webhooks(): readonly Delivery[];
  settled(): Promise<void>;
  reset(): void;
  close(): Promise<void>;
}

export const callbackSettings = z.object({
  url: z.string(),
  /** Sent as `X-Webhook-Secret`; leave it out when the secret is in the path. */
  secret: z.string().optional(),
  acks: z.array(z.enum(['SERVER_ACK', 'DELIVERY_ACK', 'READ'])).default([]),
  /** Evolution tells what was sent through it (`send.message`). */
  echoes: z.boolean().default(false),
  /** `MESSAGES_UPSERT` instead of `messages.upsert`. */
  shouting: z.boolean().default(false),
  delayMs: z.number().default(0),
  repeat: z.number().int().positive().default(1),
  shuffle: z.boolean().default(false),
});
export type CallbackSettings = z.input<typeof callbackSettings>;

export const words = z.object({
  instance: z.string(),
  from: z.string(),
  text: z.string().optional(),
  name: z.string().default('زبون'),
  id: z.string().optional(),
  atMs: z.number().optional(),
  /** A hidden phone: the message comes from this `@lid`, with the phone beside it. */
  lid: z.string().optional(),
  /** Instead of `text`: a message of another type, in the provider's own fields. */
  message: z.record(z.string(), z.unknown()).optional(),
});
export type Words = z.input<typeof words>;

export async function startEvolutionDouble(
  options: { port?: number; host?: string; seed?: number; apiKey?: string } = {},
): Promise<EvolutionDouble> {
  const postman = createPostman();
  const faults = createFaults(options.seed);
  const state: EvolutionState = {
    faults,
    apiKey: options.apiKey ?? null,
    sends: [],
    typing: [],
    media: new Map(),
    unknownNumbers: new Set(),
    instances: new Map(),
    onTaken: follow,
  };
  const settings: { callback: z.output<typeof callbackSettings> | null } = { callback: null };

  const headers = (): Record<string, string> => {
    const secret = settings.callback?.secret;
    return secret === undefined ? {} : { 'x-webhook-secret': secret };
  };
  const post = (...bodies: unknown[]): void => {
    if (settings.callback !== null) {
      postman.postAll(
        bodies.map((body) => Buffer.from(JSON.stringify(body))),
        { ...settings.callback, headers },
      );
    }
  };
  const event = (name: string, instance: string, data: unknown): unknown => ({
    event: settings.callback?.shouting === true ? name.toUpperCase().replace('.', '_') : name,
    instance,
    data,
    destination: settings.callback?.url ?? '',
    // Evolution's own: local time with a false Z. Nobody may read it.
    date_time: new Date(Date.now() + 3 * 3_600_000).toISOString(),
    sender: '9647800000000@s.whatsapp.net',
    server_url: server.url,
    apikey: state.apiKey ?? 'double-key',
  });
  const ack = (news: { instance: string; id: string; to: string; status: string }): unknown =>
    event('messages.update', news.instance, {
      messageId: `db-${news.id}`,
      keyId: news.id,
      remoteJid: jidOf(news.to),
      fromMe: true,
      status: news.status,
      instanceId: `id-of-${news.instance}`,
    });
  function follow(send: Send): void {
    const { callback } = settings;
    if (callback === null || send.id === null) return;
    const { instance, to, text, id } = send;
    if (callback.echoes)
      post(
        event(
          'send.message',
          instance,
          upsert({ remoteJid: jidOf(to), fromMe: true, id }, { conversation: text }),
        ),
      );
    post(...callback.acks.map((status) => ack({ instance, id, to, status })));
  }

  const server = await startServer(options, (heard) =>
    heard.path.startsWith('/control/') ? answerControl(heard, double) : answerEvolution(heard, state),
  );
  const double: EvolutionDouble = {
    url: server.url,
    fail: (plan) => faults.add(plan),
    heal: () => faults.clear(),
    down: () => server.down(),
    up: () => server.up(),
    callback: (wanted) => {
      settings.callback = wanted === null ? null : callbackSettings.parse(wanted);
    },
    received: () => state.sends,
    delivered: () => state.sends.filter(({ id }) => id !== null),
    typing: () => state.typing,
    addMedia: ({ id, bytes, mimeType }) => void state.media.set(id, { bytes, mimeType }),
    notOnWhatsapp: (number) => void state.unknownNumbers.add(number),
    connection: (instance, wanted, statusReason) => {
      state.instances.set(instance, wanted);
      post(
        event('connection.update', instance, {
          instance,
          state: wanted,
          ...(statusReason === undefined ? {} : { statusReason }),
        }),
      );
    },
    say: (said) => {
      const { instance, from, text, name, lid, message, atMs, id = randomId() } = words.parse(said);
      const jid = jidOf(from);
      const key =
        lid === undefined ? { remoteJid: jid } : { remoteJid: lid, remoteJidAlt: jid, addressingMode: 'lid' };
      post(
        event(
          'messages.upsert',
          instance,
          upsert({ ...key, fromMe: false, id }, message ?? { conversation: text ?? '' }, name, atMs),
        ),
      );
      return id;
    },
    ownerTypes: ({ instance, to, text }) => {
      const id = randomId();
      post(
        event(
          'messages.upsert',
          instance,
          upsert({ remoteJid: jidOf(to), fromMe: true, id }, { conversation: text }),
        ),
      );
      return id;
    },
    ack: (news) => post(ack(news)),
    post,
    webhooks: () => postman.deliveries(),
    settled: () => postman.settled(),
    reset: () => {
      faults.clear();
      state.sends.length = 0;
      state.typing.length = 0;
      state.media.clear();
      state.unknownNumbers.clear();
      state.instances.clear();
      postman.forget();
    },
    close: () => {
      postman.stop();
      return server.close();
    },
  };
  return double;
}

const randomId = (): string => randomBytes(10).toString('hex').toUpperCase();
const jidOf = (to: string): string => (to.includes('@') ? to : `${to}@s.whatsapp.net`);

const upsert = (
  key: Record<string, unknown>,
  message: Record<string, unknown>,
  pushName = 'متجر',
  atMs = Date.now(),
): unknown => ({
  key,
  pushName,
  message,
  messageType: Object.keys(message)[0],
  messageTimestamp: Math.floor(atMs / 1_000),
  source: 'android',
});
