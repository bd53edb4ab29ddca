import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { answerThrough, type Faults } from '../far-end/faults.ts';
import type { Heard } from '../far-end/server.ts';

export type InstanceState = 'open' | 'connecting' | 'close';

/** One try to send, as it arrived. `id` is null when the message was not taken. */
export interface Send {
  readonly instance: string;
  readonly to: string;
  readonly text: string;
  readonly body: unknown;
  readonly atMs: number;
  readonly id: string | null;
  readonly fault: string | null;
}

export interface EvolutionState {
  readonly faults: Faults;
  /** Null: any key is right. */
  readonly apiKey: string | null;
  readonly sends: Send[];
  readonly typing: { instance: string; to: string }[];
  readonly media: Map<string, { bytes: Buffer; mimeType: string }>;
  readonly unknownNumbers: Set<string>;
  readonly instances: Map<string, InstanceState>;
  readonly onTaken: (send: Send) => void;
}

const sendText = z.looseObject({ number: z.string(), text: z.string() });
const presence = z.looseObject({ number: z.string() });
const mediaAsked = z.looseObject({ message: z.looseObject({ key: z.looseObject({ id: z.string() }) }) });

const WORDS = new Map([
  [400, 'Bad Request'],
  [401, 'Unauthorized'],
  [404, 'Not Found'],
  [500, 'Internal Server Error'],
]);

const refusal = (status: number, message: unknown[]): { status: number; body: unknown } => ({
  status,
  body: { status, error: WORDS.get(status) ?? 'Error', response: { message } },
});

export async function answerEvolution(heard: Heard, state: EvolutionState): Promise<void> {
  const refuse = (status: number, ...message: unknown[]): void => {
    const refused = refusal(status, message);
    heard.reply(refused.status, refused.body);
  };
  const key = heard.headers['apikey'];
  if (typeof key !== 'string' || (state.apiKey !== null && key !== state.apiKey)) {
    refuse(401, 'Unauthorized');
    return;
  }
  const [, verb = '', rawInstance = ''] = /^\/([^/]+\/[^/]+)\/([^/]+)$/.exec(heard.path) ?? [];
  const instance = decodeURIComponent(rawInstance);
  switch (`${heard.method} ${verb}`) {
    case 'POST message/sendText':
      return take(heard, state, instance, refuse);
    case 'POST chat/markMessageAsRead':
      heard.reply(201, { message: 'Read messages', read: 'success' });
      return;
    case 'POST chat/sendPresence': {
      const shown = presence.safeParse(heard.json);
      if (shown.success) state.typing.push({ instance, to: shown.data.number });
      heard.reply(201, { presence: 'composing' });
      return;
    }
    case 'POST chat/getBase64FromMediaMessage': {
      const asked = mediaAsked.safeParse(heard.json);
      const file = asked.success ? state.media.get(asked.data.message.key.id) : undefined;
      if (file === undefined) refuse(400, 'Message not found');
      else
        heard.reply(201, {
          mediaType: 'documentMessage',
          mimetype: file.mimeType,
          base64: file.bytes.toString('base64'),
        });
      return;
    }
    case 'GET instance/connectionState':
      heard.reply(200, {
        instance: { instanceName: instance, state: state.instances.get(instance) ?? 'open' },
      });
      return;
    default:
      refuse(404, `Cannot ${heard.method} ${heard.path}`);
  }
}

async function take(
  heard: Heard,
  state: EvolutionState,
  instance: string,
  refuse: (status: number, ...message: unknown[]) => void,
): Promise<void> {
  const asked = sendText.safeParse(heard.json);
  if (!asked.success) {
    refuse(400, ['instance requires property "text"']);
    return;
  }
  const { number: to, text } = asked.data;
  if (state.instances.get(instance) === 'close') {
    refuse(400, 'Error: Connection Closed');
    return;
  }
  if (state.unknownNumbers.has(to)) {
    refuse(400, { jid: `${to}@s.whatsapp.net`, exists: false, number: to });
    return;
  }
  const struck = state.faults.next({ to, account: instance });
  // Recorded where it stands now and marked as taken later, so that the list keeps the order of arrival.
  const index =
    state.sends.push({
      instance,
      to,
      text,
      body: heard.json,
      atMs: Date.now(),
      id: null,
      fault: struck?.kind ?? null,
    }) - 1;
  const accept = (): { status: number; body: unknown } => {
    const id = randomBytes(10).toString('hex').toUpperCase();
    const before = state.sends[index];
    if (before !== undefined) {
      state.sends[index] = { ...before, id };
      state.onTaken({ ...before, id });
    }
    const key = { remoteJid: to.includes('@') ? to : `${to}@s.whatsapp.net`, fromMe: true, id };
    return {
      status: 201,
      body: {
        key,
        message: { conversation: text },
        messageTimestamp: Math.floor(Date.now() / 1_000),
        status: 'PENDING',
      },
    };
  };
  await answerThrough(struck, heard, accept, (error) =>
    refusal(error.status ?? error.code, [error.message ?? 'refused by the double']),
  );
}
