import type { Outgoing } from '../../domain/message.ts';
import type { LookUp, SendContext } from '../channel.ts';
import { addressOf } from './address.ts';
import { historyOf } from './catch-up.ts';
import type { Connection } from './connection.ts';
import { hashOf } from './own-sends.ts';
import type { RawMessage } from './raw-message.ts';
import type { SteadyClient } from './steady-client.ts';

const MOST = 200;
/** WhatsApp's times are whole seconds of another clock. */
const CLOCK_MS = 5_000;
/** After this a page that had the message would have shown it. */
const DELAY_MS = 10 * 60_000;

/**
 * Reads the chat for a send whose answer was lost. What we remember of it (text, chat, moment) is compared with our own
 * messages there; one that belongs to another send does not count. Present settles it for ever; absent only when the
 * history surely reaches back to that moment.
 */
export async function lookUp(line: Connection, outgoing: Outgoing, _context: SendContext): Promise<LookUp> {
  const { client } = line.usable();
  const { sends } = line.settings.memory;
  const remembered = sends.of(outgoing.key);
  if (remembered?.id) return { found: 'present', providerId: remembered.id };
  const chat = remembered?.chat ?? (await addressOf(line, outgoing.to));
  const { messages, complete } = await reachingBack(line, client, chat, remembered?.atMs ?? 0);
  const hash = hashOf(outgoing.text);
  // An echo may have settled it while we were reading.
  const free = (id: string): boolean => [null, outgoing.key as string].includes(sends.keyOf(id));
  const same = messages.filter(
    (one) => hashOf(one.body ?? '') === hash && free(one.id._serialized) && ackOf(one) >= 0,
  );
  if (!remembered) {
    // Without the moment an equal text of another day can't be told from this one.
    return same.length === 0 && complete ? { found: 'absent' } : { found: 'cannot-tell' };
  }
  const match = same.find(
    (one) => timeOf(one) >= remembered.atMs - CLOCK_MS && timeOf(one) <= remembered.atMs + DELAY_MS,
  );
  // 0: the page has it and WhatsApp does not yet. It may go any moment, or never: ask again.
  if (match && ackOf(match) === 0) return { found: 'cannot-tell' };
  if (match) {
    await sends.settle(outgoing.key, match.id._serialized);
    return { found: 'present', providerId: match.id._serialized };
  }
  return complete ? { found: 'absent' } : { found: 'cannot-tell' };
}

async function reachingBack(
  line: Connection,
  client: SteadyClient,
  chat: string,
  atMs: number,
): Promise<{ messages: RawMessage[]; complete: boolean }> {
  for (let limit = 25; ; limit *= 2) {
    const messages = await historyOf(client, chat, limit, true);
    line.usable();
    const oldest = Math.min(...messages.map(timeOf));
    if (messages.length < limit || oldest < atMs - CLOCK_MS) return { messages, complete: true };
    if (limit >= MOST) return { messages, complete: false };
  }
}

const timeOf = (message: RawMessage): number => (message.t ?? 0) * 1000;
/** −1: WhatsApp gave up on it. It stands in the chat and was not sent. */
const ackOf = (message: RawMessage): number => message.ack ?? 0;
