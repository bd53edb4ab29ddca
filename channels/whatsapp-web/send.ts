import { z } from 'zod';
import { ClassifiedError } from '../../domain/errors.ts';
import type { Customer, Outgoing } from '../../domain/message.ts';
import type { SendContext, SendReceipt } from '../channel.ts';
import { addressOf } from './address.ts';
import { classify, notHanded, wordsOf } from './classify.ts';
import type { Connection } from './connection.ts';
import { ask, readVitals, type Vitals } from './page.ts';
import type { Page } from './steady-client.ts';
import type { Timings } from './timings.ts';
import { pause, TimedOut, within } from './waiting.ts';

// The library's typings promise a message; it also gives undefined, and a message that WhatsApp refused.
const sentMessage = z.object({ id: z.object({ _serialized: z.string() }), ack: z.number() });

/** One may be an accident of that customer; three strangers in a row are not. */
const REFUSALS_THAT_MEAN_RESTRICTED = 3;

/**
 * Hands one part to the page. Everything that fails before is `retryable`: it surely was not sent. From the moment the
 * page has it, a lost answer is `unknown`, and `lookUp` reads the chat before anything is sent again.
 */
export async function send(line: Connection, outgoing: Outgoing, context: SendContext): Promise<SendReceipt> {
  const until = Date.now() + context.timeoutMs;
  line.usable();
  const chat = await addressOf(line, outgoing.to);
  await typeFor(line, chat, typingMs(outgoing.text, line.timings.typing, context.timeoutMs), context.signal);
  if (context.signal.aborted) throw notHanded('interrupted', 'the send was called off while typing');
  const { client, page } = line.usable();
  await mayWriteTo(line, chat);
  await answers(page, line.timings.probeTimeoutMs);
  const { sends } = line.settings.memory;
  await sends.begin(outgoing.key, chat, outgoing.text);
  try {
    const options = {
      waitUntilMsgSent: true,
      ...(outgoing.replyTo === undefined ? {} : { quotedMessageId: outgoing.replyTo }),
    };
    const handed = client.sendMessage(chat, outgoing.text, options);
    const message = await within(
      Math.max(1_000, until - Date.now()),
      'the send',
      untilOver(handed, line, context.signal),
    );
    const sent = sentMessage.safeParse(message);
    if (!sent.success) throw new TimedOut('the page gave no message back');
    const id = sent.data.id._serialized;
    if (sent.data.ack < 0) throw await refused(line, chat);
    line.settings.memory.refusedFirstContacts = 0;
    await sends.settle(outgoing.key, id);
    return { providerId: id };
  } catch (error) {
    throw new ClassifiedError(handedOver(error), { cause: error });
  } finally {
    sends.landed(outgoing.key);
  }
}

/** The last look before the hand-over: a page that is dead or loading anew gets nothing. */
async function answers(page: Page, ms: number): Promise<void> {
  let vitals: Vitals;
  try {
    vitals = await readVitals(page, ms);
  } catch (error) {
    throw notHanded('page-silent', wordsOf(error));
  }
  if (!vitals.injected) throw notHanded('page-loading', 'the page is loading anew');
}

/** Past the hand-over nothing is surely unsent any more, whatever the error looks like; but WhatsApp's own word counts. */
function handedOver(error: unknown): ReturnType<typeof classify> {
  const failure = classify(error);
  if (failure.reason === 'refused-by-whatsapp') return failure;
  return failure.class === 'retryable' ? { ...failure, class: 'unknown' } : failure;
}

async function untilOver<Result>(
  work: Promise<Result>,
  line: Connection,
  signal: AbortSignal,
): Promise<Result> {
  const over = AbortSignal.any([line.over, signal]);
  const lost = new Promise<never>((_, reject) => {
    const lose = (): void =>
      reject(
        new TimedOut(
          line.over.aborted ? 'the browser ended in mid-send' : 'the send was called off in mid-send',
        ),
      );
    if (over.aborted) lose();
    else over.addEventListener('abort', lose, { once: true });
  });
  return Promise.race([work, lost]);
}

/** A number that may not write first still answers those who wrote. */
async function mayWriteTo(line: Connection, chat: string): Promise<void> {
  if (line.state !== 'no-new-chats' || (await wroteFirst(line, chat))) return;
  throw notHanded('no-new-chats', 'WhatsApp lets this number answer, but not write first', {
    class: 'throttled',
    scope: 'line',
  });
}

async function wroteFirst(line: Connection, chat: string): Promise<boolean> {
  const { page } = line.usable();
  const question = `Boolean(window.require('WAWebCollections').Chat.get(${JSON.stringify(chat)})?.msgs.getModelsArray().some((one) => !one.id.fromMe))`;
  return (await ask(page, question, line.timings.probeTimeoutMs, 'the chat')) === true;
}

/** WhatsApp gave up on the message (ack −1): it was not sent. Several first contacts in a row mean that it restricts the number. */
async function refused(line: Connection, chat: string): Promise<ClassifiedError> {
  const { memory } = line.settings;
  if (!(await wroteFirst(line, chat)) && ++memory.refusedFirstContacts >= REFUSALS_THAT_MEAN_RESTRICTED)
    line.restrictNewChats('first-contacts-refused');
  return notHanded('refused-by-whatsapp', 'ack −1');
}

/** How long a person would type this: bounded, and never more than a third of the time that is left. */
export function typingMs(text: string, typing: Timings['typing'], timeoutMs: number): number {
  if (typing.perCharacterMs === 0) return 0;
  const natural = Math.min(Math.max(text.length * typing.perCharacterMs, typing.minMs), typing.maxMs);
  return Math.min(natural, timeoutMs / 3);
}

async function typeFor(line: Connection, chat: string, ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0) return;
  const { page } = line.usable();
  try {
    // The page shows "typing…" for 25 s by itself.
    await ask(
      page,
      `window.WWebJS.sendChatstate('typing', ${JSON.stringify(chat)})`,
      line.timings.probeTimeoutMs,
      'typing',
    );
  } catch (error) {
    throw notHanded('page-silent', wordsOf(error));
  }
  await pause(ms, AbortSignal.any([signal, line.over]));
}

/** Mark as read and show "typing…", best effort: the caller decides what a failure of it is worth. */
export async function showTyping(
  line: Connection,
  to: Customer,
  _lastInboundId: string,
  context: SendContext,
): Promise<void> {
  const { client, page } = line.usable();
  const chat = await addressOf(line, to);
  await within(context.timeoutMs, 'marking as read', client.sendSeen(chat));
  await ask(
    page,
    `window.WWebJS.sendChatstate('typing', ${JSON.stringify(chat)})`,
    context.timeoutMs,
    'typing',
  );
}
