import type { Tx } from './database.ts';
import { feedEnd, type FeedPosition } from './event-feed.ts';

/** How far a slow transaction's numbers may lie behind the newest (as in event-feed). */
const OVERLAP = 10_000;

/**
 * Moves the one reader of the feed on, and writes down which event is for which webhook. The installation's row is its lock:
 * of several workers one reads, the others pass by. All in one transaction, so an event is noted exactly once. Returns how many were read.
 */
export async function noteEvents(tx: Tx, limit: number): Promise<number> {
  const [place] = await tx.query<{ transaction: string | null; seq: number | null }>(
    `select webhooks_read_transaction as transaction, webhooks_read_seq::float8 as seq from installation for update skip locked`,
  );
  if (place === undefined) return 0;
  const [wanted] = await tx.query('select from webhooks where active limit 1');
  if (wanted === undefined || place.transaction === null || place.seq === null) {
    // Nobody listens: there is nothing to remember, and the first webhook begins with what happens then.
    const end = await feedEnd(tx);
    if (end.transaction !== place.transaction || end.seq !== place.seq) await keepPlace(tx, end);
    return 0;
  }
  const read = await tx.query<{ transaction: string; seq: number }>(
    `with read as materialized (
       select seq, written_by, merchant, kind, conversation, data, at from events
       where seq > $2::bigint - ${OVERLAP} and (written_by, seq) > ($1::text::xid8, $2::bigint) and written_by < pg_snapshot_xmin(pg_current_snapshot())
       order by written_by, seq limit $3),
     noted as (
       insert into webhook_deliveries (merchant, webhook, event, kind, conversation, data, happened_at)
       select r.merchant, w.id, r.seq, r.kind, r.conversation, r.data, r.at from read r join webhooks w on w.merchant = r.merchant and w.active and r.kind = any(w.events)
       where r.at >= w.created_at on conflict do nothing)
     select written_by::text as transaction, seq::float8 as seq from read order by written_by, seq`,
    [place.transaction, place.seq, limit],
  );
  const last = read.at(-1);
  if (last !== undefined) await keepPlace(tx, last);
  return read.length;
}

async function keepPlace(tx: Tx, { transaction, seq }: FeedPosition): Promise<void> {
  await tx.query('update installation set webhooks_read_transaction = $1, webhooks_read_seq = $2', [
    transaction,
    seq,
  ]);
}
