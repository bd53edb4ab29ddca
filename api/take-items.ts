import type { Inbound, StatusNews } from '../domain/message.ts';
import { keepBadItems } from '../store/bad-items.ts';
import { announce, type Letter } from './announce.ts';
import type { House } from './house.ts';
import type { ReceivingLine } from './inbound.ts';
import { isPoison } from './poison.ts';
import { keepMessages } from './keep-messages.ts';
import { takeInbound } from './take-inbound.ts';
import { takeStatuses } from './take-statuses.ts';

/** So few that no other's transaction waits long, so many that a thousand updates are ten of them. */
const CHUNK = 100;

/**
 * Takes what a provider posted for one line, however much it is: messages and statuses in few transactions, one
 * signal per conversation, everything else in its order after the messages. What can't be kept is put aside with
 * its reason and costs none of the others. Throws when database or Temporal is away: whoever brought it does so again.
 */
export async function takeItems(
  house: House,
  line: ReceivingLine,
  items: readonly Inbound[],
  inTime: InTime = (work) => work,
): Promise<void> {
  const letters: Letter[] = [];
  for (const chunk of chunksOf(items.filter((item) => item.kind === 'message')))
    letters.push(
      ...(
        await each(house, line, chunk, (some) => inTime(keepMessages(house, line, some), 'database'))
      ).flat(),
    );
  await inTime(announce(house, letters), 'temporal');
  for (const chunk of chunksOf(items.filter((item) => item.kind === 'status')))
    await each(house, line, chunk, (some: readonly StatusNews[]) =>
      inTime(takeStatuses(house, line, some), 'temporal'),
    );
  for (const item of items) {
    if (item.kind === 'message' || item.kind === 'status') continue;
    if (item.kind === 'malformed') house.metrics.malformed.inc({ channel: line.channel });
    await each(house, line, [item], async () => {
      await inTime(takeInbound(house, line, item, { waitingFor: 'database' }), 'temporal');
    });
  }
}

/** Bounds how long a caller waits for one step, and says who it was waiting for. */
export type InTime = <T>(step: Promise<T>, on: 'database' | 'temporal') => Promise<T>;

/** All of them together; if that can't be done, each by itself, and what can't be done then is put aside. */
async function each<Item extends Inbound, Done>(
  house: House,
  line: ReceivingLine,
  items: readonly Item[],
  take: (items: readonly Item[]) => Promise<Done>,
): Promise<Done[]> {
  try {
    return [await take(items)];
  } catch (error) {
    if (!isPoison(error)) throw error;
    if (items.length > 1) {
      const done: Done[] = [];
      for (const item of items) done.push(...(await each(house, line, [item], take)));
      return done;
    }
    await putAside(house, line, items, error);
    return [];
  }
}

async function putAside(
  { database, metrics, logger }: House,
  { merchant, id, channel }: ReceivingLine,
  items: readonly Inbound[],
  error: unknown,
): Promise<void> {
  const why = error instanceof Error ? error.message : String(error);
  metrics.badItems.inc({ channel }, items.length);
  logger.error({ event: 'item put aside', merchant, line: id, kind: items[0]?.kind, err: error });
  await database.system((tx) =>
    keepBadItems(
      tx,
      items.map((item) => ({ channel, merchant, line: id, why, item })),
    ),
  );
}

function chunksOf<Item>(items: readonly Item[]): (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, index) =>
    items.slice(index * CHUNK, (index + 1) * CHUNK),
  );
}
