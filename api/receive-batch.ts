import type { Inbound, InboundMessage } from '../domain/message.ts';
import { settingsOf } from '../domain/settings.ts';
import { rememberCustomer } from '../store/customers.ts';
import { readSettings } from '../store/merchants.ts';
import { storeMessages, type StoredIn } from '../store/store-messages.ts';
import type { ConversationStart } from '../temporal/conversation-mail.ts';
import { sendsQueueOf } from '../workflows/ids.ts';
import { destinationsOf } from './destination.ts';
import type { House } from './house.ts';
import type { ReceivingLine } from './inbound.ts';
import { announce, type Letter } from './announce.ts';
import { Problem } from './problem.ts';
import { databaseUnavailable, PATIENCE_MS, unavailabilityBehind, within } from './unavailable.ts';

/** What one post brought for one line. */
export interface Delivered {
  readonly line: ReceivingLine;
  readonly items: readonly Inbound[];
}

/** Few enough that no transaction is long, many enough that a thousand messages are four of them. */
const CHUNK = 250;

/**
 * Takes a provider's post whole, however much is in it: messages in few transactions, one signal per conversation,
 * everything else in its order after them. Throws a 503 when database or Temporal is away; what was stored by
 * then is found by the provider's repeat, or by the sweep.
 */
export async function receiveBatch(
  house: House,
  deliveries: readonly Delivered[],
  startedMs: number,
): Promise<void> {
  const failures: unknown[] = [];
  const letters: Letter[] = [];
  let patienceFromMs = startedMs;
  for (const { line, items } of deliveries) {
    const messages = items.filter((item) => item.kind === 'message');
    for (let from = 0; from < messages.length; from += CHUNK) {
      const chunk = messages.slice(from, from + CHUNK);
      const leftMs = patienceFromMs + PATIENCE_MS - Date.now();
      try {
        letters.push(...(await within(leftMs, keep(house, line, chunk), () => databaseUnavailable())));
      } catch (error) {
        if (isAway(error)) throw error;
        // One of them can't be kept: each by itself, so that it costs none of the others.
        await oneByOne(house, line, chunk, failures);
      }
      patienceFromMs = Date.now();
    }
  }
  await announce(house, letters, patienceFromMs);
  for (const { line, items } of deliveries) {
    const rest = items.filter((item) => item.kind !== 'message');
    await oneByOne(house, line, rest, failures, patienceFromMs);
    patienceFromMs = Date.now();
  }
  if (failures.length > 0)
    throw new AggregateError(failures, 'some of what a provider posted could not be kept', {
      cause: failures[0],
    });
}

async function oneByOne(
  house: House,
  line: ReceivingLine,
  items: readonly Inbound[],
  failures: unknown[],
  startedMs?: number,
): Promise<void> {
  if (items.length === 0) return;
  try {
    await house.receive(line, items, startedMs);
  } catch (error) {
    if (isAway(error)) throw error;
    failures.push(error);
  }
}

const isAway = (error: unknown): boolean => error instanceof Problem || unavailabilityBehind(error) !== null;

/** Stored; what their conversations must be told comes back. */
async function keep(
  house: House,
  line: ReceivingLine,
  messages: readonly InboundMessage[],
): Promise<Letter[]> {
  const { merchant, channel } = line;
  const timer = house.metrics.accept.startTimer({ channel });
  const { arrivals, stored, settings } = await house.database.merchant(merchant, async (tx) => {
    const to = await destinationsOf(
      house,
      tx,
      line,
      messages.map(({ from }) => from),
    );
    const both = messages.flatMap((message, index) => {
      const destination = to[index];
      return destination === undefined ? [] : [{ to: destination, message }];
    });
    const kept = await storeMessages(tx, both, Date.now());
    for (const arrival of both)
      await rememberCustomer(tx, arrival.to, arrival.to.conversation, arrival.message.from);
    return { arrivals: both, stored: kept, settings: await readSettings(tx, merchant) };
  });
  timer();
  for (const { isNew } of stored)
    house.metrics.messagesIn.inc({ channel, outcome: isNew ? 'new' : 'redelivered' });

  const { window } = settingsOf(settings, house.settings.windowDefaults);
  const starts = new Map(
    arrivals.map(({ to: { account: _, ...ref } }): [string, ConversationStart] => [
      ref.conversation,
      {
        ...ref,
        window,
        maxRetries: house.settings.maxRetries,
        sendsQueue: sendsQueueOf(channel, merchant, line.id),
      },
    ]),
  );
  return [...starts.values()].flatMap((start) => {
    const own = stored.filter((one) => one.conversation === start.conversation && !one.claimed);
    return own.length === 0 ? [] : [letterOf(start, own)];
  });
}

/** One signal tells of all of them: the claim takes what is in the store. */
function letterOf(start: ConversationStart, own: readonly StoredIn[]): Letter {
  const [first] = own;
  if (first === undefined) throw new Error('a letter about nothing');
  const { unclaimed } = first;
  const opensWindow = unclaimed === own.length;
  return {
    start,
    arrived: {
      key: first.key,
      receivedAtMs: Math.min(...own.map(({ receivedAtMs }) => receivedAtMs)),
      endsWindow: own.some(({ endsWindow }) => endsWindow) || unclaimed >= start.window.maxMessages,
      unclaimed: opensWindow ? 1 : unclaimed,
    },
  };
}
