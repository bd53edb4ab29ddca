import { createHash, randomBytes } from 'node:crypto';
import { answerThrough, type Faults } from '../far-end/faults.ts';
import type { Heard } from '../far-end/server.ts';
import * as wire from './wire.ts';

/** One try to send, as it arrived. `id` is null when the message was not taken. */
export interface Send {
  readonly platform: 'whatsapp' | 'instagram';
  readonly account: string;
  readonly to: string;
  readonly text: string;
  /** `biz_opaque_callback_data`; Instagram has no such thing. */
  readonly key: string | null;
  readonly body: unknown;
  readonly atMs: number;
  readonly id: string | null;
  readonly fault: string | null;
}

export interface GraphState {
  readonly faults: Faults;
  readonly sends: Send[];
  readonly typing: { account: string; to: string }[];
  readonly media: Map<string, { bytes: Buffer; mimeType: string; hangs: boolean }>;
  readonly expired: Set<string>;
  baseUrl: string;
  readonly onTaken: (send: Send) => void;
}

const REFUSED_TOKEN = {
  kind: 'error',
  code: 190,
  status: 401,
  message: 'Error validating access token: Session has expired',
} as const;

export async function answerGraph(heard: Heard, state: GraphState): Promise<void> {
  const token = /^Bearer (\S+)$/.exec(heard.headers.authorization ?? '')?.[1];
  if (token === undefined || state.expired.has(token)) {
    refuse(heard, REFUSED_TOKEN);
    return;
  }
  const path = heard.path.replace(/^\/v\d+\.\d+(?=\/)/, '');
  const account = /^\/([^/]+)\/messages$/.exec(path)?.[1];
  if (heard.method === 'POST' && account !== undefined) return answerSend(heard, account, state);
  const file = /^\/media\/([^/]+)$/.exec(path)?.[1];
  if (heard.method === 'GET' && file !== undefined) {
    answerFile(heard, file, state);
    return;
  }
  const node = /^\/([^/]+)$/.exec(path)?.[1];
  if (heard.method === 'GET' && node !== undefined) {
    answerNode(heard, node, state);
    return;
  }
  refuse(heard, {
    kind: 'error',
    code: 100,
    subcode: 33,
    message: `Unsupported ${heard.method} request`,
  });
}

function refuse(heard: Heard, error: Parameters<typeof wire.refusal>[0]): void {
  const { status, body } = wire.refusal(error);
  heard.reply(status, body);
}

function answerSend(heard: Heard, account: string, state: GraphState): Promise<void> | void {
  const read = wire.whatsappRead.safeParse(heard.json);
  if (read.success) {
    state.typing.push({ account, to: read.data.message_id });
    heard.reply(200, { success: true });
    return;
  }
  const action = wire.instagramAction.safeParse(heard.json);
  if (action.success) {
    if (action.data.sender_action === 'typing_on')
      state.typing.push({ account, to: action.data.recipient.id });
    heard.reply(200, { recipient_id: action.data.recipient.id });
    return;
  }
  const whatsapp = wire.whatsappSend.safeParse(heard.json);
  if (whatsapp.success) {
    const { to, recipient, text, template, biz_opaque_callback_data: key } = whatsapp.data;
    const said = text?.body ?? template?.name ?? '';
    if (to === undefined && recipient === undefined) {
      refuse(heard, { kind: 'error', code: 131008, message: 'to is missing' });
      return;
    }
    if (Array.from(said).length > 4096) {
      refuse(heard, { kind: 'error', code: 100, message: 'text.body: at most 4096 characters' });
      return;
    }
    return take(
      heard,
      state,
      { platform: 'whatsapp', account, to: to ?? recipient ?? '', text: said, key: key ?? null },
      (id, send) => ({
        messaging_product: 'whatsapp',
        contacts: [
          to === undefined ? { input: send.to, user_id: send.to } : { input: send.to, wa_id: send.to },
        ],
        messages: [{ id }],
      }),
    );
  }
  const instagram = wire.instagramSend.safeParse(heard.json);
  if (!instagram.success) {
    refuse(heard, { kind: 'error', code: 100, message: 'Invalid parameter' });
    return;
  }
  const { recipient, message } = instagram.data;
  if (Buffer.byteLength(message.text) > 1000) {
    refuse(heard, {
      kind: 'error',
      code: 100,
      subcode: 2534038,
      message: 'The message is longer than 1000 bytes',
    });
    return;
  }
  return take(
    heard,
    state,
    { platform: 'instagram', account, to: recipient.id, text: message.text, key: null },
    (id, send) => ({
      recipient_id: send.to,
      message_id: id,
    }),
  );
}

type Asked = Pick<Send, 'platform' | 'account' | 'to' | 'text' | 'key'>;

async function take(
  heard: Heard,
  state: GraphState,
  asked: Asked,
  answer: (id: string, send: Asked) => unknown,
): Promise<void> {
  const struck = state.faults.next(asked);
  // Recorded where it stands now and marked as taken later, so that the list keeps the order of arrival.
  const index =
    state.sends.push({
      ...asked,
      body: heard.json,
      atMs: Date.now(),
      id: null,
      fault: struck?.kind ?? null,
    }) - 1;
  const accept = (): { status: number; body: unknown } => {
    const id = `${asked.platform === 'whatsapp' ? 'wamid.' : 'm_'}${randomBytes(12).toString('hex')}`;
    const before = state.sends[index];
    if (before !== undefined) {
      state.sends[index] = { ...before, id };
      state.onTaken({ ...before, id });
    }
    return { status: 200, body: answer(id, asked) };
  };
  await answerThrough(struck, heard, accept, wire.refusal);
}

function answerFile(heard: Heard, id: string, state: GraphState): void {
  const file = state.media.get(id);
  if (file === undefined) {
    heard.reply(404, 'gone');
    return;
  }
  if (file.hangs) return;
  heard.reply(200, file.bytes, { 'content-type': file.mimeType });
}

/** A media id gives its address; any other number is a phone number or an account that is well. */
function answerNode(heard: Heard, id: string, state: GraphState): void {
  const file = state.media.get(id);
  if (file !== undefined) {
    const sha256 = createHash('sha256').update(file.bytes).digest('hex');
    heard.reply(200, {
      messaging_product: 'whatsapp',
      id,
      url: `${state.baseUrl}/media/${id}`,
      mime_type: file.mimeType,
      sha256,
      file_size: file.bytes.byteLength,
    });
    return;
  }
  if (/^\d{1,12}$|^\d{15,}$/.test(id)) {
    heard.reply(200, {
      id,
      display_phone_number: '+964 780 000 0000',
      verified_name: 'متجر',
      quality_rating: 'GREEN',
    });
    return;
  }
  refuse(heard, {
    kind: 'error',
    code: 100,
    subcode: 33,
    message: `Object with ID '${id}' does not exist`,
  });
}
