import { ClassifiedError } from '../../domain/errors.ts';
import type { Customer } from '../../domain/message.ts';
import { notHanded, wordsOf } from './classify.ts';
import type { Connection } from './connection.ts';
import { roundTrip } from './page.ts';
import { within } from './waiting.ts';

const ASK_MS = 10_000;

/**
 * Where to send: the chat the customer wrote from, else what WhatsApp resolves the number to (which may be an `@lid`);
 * never `<digits>@c.us` built by hand. "No such number" also comes when the page could not ask, so it is believed only
 * when a number that surely exists (our own) is found in the same minute, and when it is said again later.
 */
export async function addressOf(line: Connection, to: Customer): Promise<string> {
  if (to.sendTo?.includes('@')) return to.sendTo;
  const { memory } = line.settings;
  const digits = to.sendTo ?? to.address;
  const known = memory.resolved.get(digits);
  if (known !== undefined) return known;
  const { client, page } = line.usable();
  let id: { _serialized: string } | null;
  let control: unknown = true;
  try {
    id = await within(ASK_MS, 'resolving a number', client.getNumberId(digits));
    if (id === null) control = await roundTrip(page, ASK_MS);
  } catch (error) {
    throw notHanded('number-not-resolved', wordsOf(error));
  }
  if (id !== null) {
    memory.notFound.delete(digits);
    memory.resolved.set(digits, id._serialized);
    return id._serialized;
  }
  if (control !== true) throw notHanded('number-not-resolved', 'WhatsApp did not know our own number either');
  throw notFound(memory.notFound, digits, line.timings.confirmNotFoundMs);
}

function notFound(seen: Map<string, number>, digits: string, confirmMs: number): ClassifiedError {
  const first = seen.get(digits) ?? Date.now();
  seen.set(digits, first);
  const left = first + confirmMs - Date.now();
  if (left > 0)
    return notHanded('number-not-found-yet', 'WhatsApp does not know the number; asked again later', {
      retryAfterMs: left,
    });
  return new ClassifiedError({
    class: 'permanent',
    reason: 'not-on-whatsapp',
    detail: `WhatsApp said so at ${new Date(first).toISOString()} and now`,
  });
}
