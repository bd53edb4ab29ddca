import type { Inbound } from '../domain/message.ts';
import { hasKeptPosts, keepPost } from '../store/kept-posts.ts';
import type { House } from './house.ts';
import type { ReceivingLine } from './inbound.ts';
import { takeItems, type InTime } from './take-items.ts';
import { databaseUnavailable, PATIENCE_MS, temporalUnavailable, within } from './unavailable.ts';

/** What one post brought for one line. */
export interface Delivered {
  readonly line: ReceivingLine;
  readonly items: readonly Inbound[];
}

/** A provider wants its answer within 250 ms. So many updates are stored and signalled in that time; more are not. */
const FEW = 40;

/**
 * Takes a provider's post. A small one is stored and its conversations are signalled before this resolves. A large one
 * is kept whole, in one statement per line, and taken up right after its 200: should this process die meanwhile, the
 * next one takes it up. Throws a 503 when database or Temporal is away.
 */
export async function receiveBatch(
  house: House,
  deliveries: readonly Delivered[],
  startedMs: number,
): Promise<void> {
  // Each step that ends well gives the next one its own time: a post is not refused for being slow, but for standing still.
  let patienceFromMs = startedMs;
  const inTime: InTime = async (step, on) => {
    const leftMs = Math.max(patienceFromMs + PATIENCE_MS - Date.now(), 0);
    const done = await within(leftMs, step, () =>
      on === 'database' ? databaseUnavailable() : temporalUnavailable(),
    );
    patienceFromMs = Date.now();
    return done;
  };
  const updates = deliveries.reduce((sum, { items }) => sum + items.length, 0);
  for (const delivery of deliveries) {
    if (updates <= FEW && !(await waitsForPost(house, delivery, inTime)))
      await takeItems(house, delivery.line, delivery.items, inTime);
    else await inTime(keepWhole(house, delivery), 'database');
  }
}

async function keepWhole({ database, posts }: House, { line, items }: Delivered): Promise<void> {
  await database.merchant(line.merchant, (tx) => keepPost(tx, line.merchant, line.id, JSON.stringify(items)));
  posts.look();
}

/** An edit or a deletion must not overtake the message that it changes. */
async function waitsForPost(
  { database }: House,
  { line: { merchant, id }, items }: Delivered,
  inTime: InTime,
): Promise<boolean> {
  if (!items.some(({ kind }) => kind === 'edit' || kind === 'deletion')) return false;
  return inTime(
    database.merchant(merchant, (tx) => hasKeptPosts(tx, merchant, id)),
    'database',
  );
}
