import type { Tx } from './database.ts';
import { feedEnd, type FeedPosition } from './event-feed.ts';

/** How far a slow transaction's numbers may lie behind the newest (as in event-feed). */
const OVERLAP = 10_000;

export interface Noted {
  readonly read: number;
  /** The database was restored onto another server, whose transactions count from elsewhere: the feed was counted anew. */
  readonly anew: boolean;
}

/**
 * Moves the one reader of the feed on, and writes down which event is for which webhook. The installation's row is its lock:
 * of several workers one reads, the others pass by. All in one transaction, so an event is noted exactly once.
 */
export async function noteEvents(tx: Tx, limit: number): Promise<Noted> {
  const [kept] = await tx.query<{
    transaction: string | null;
    seq: number | null;
    elsewhere: boolean | null;
  }>(
    `select webhooks_read_transaction as transaction, webhooks_read_seq::float8 as seq,
       webhooks_read_transaction::xid8 >= pg_snapshot_xmax(pg_current_snapshot()) as elsewhere from installation for update skip locked`,
  );
  if (kept === undefined) return { read: 0, anew: false };
  const { transaction, seq } = kept;
  const known = transaction === null || seq === null ? null : { transaction, seq };
  const anew = known !== null && kept.elsewhere === true;
  const place = anew ? await countAnew(tx, known) : known;
  return { read: await noteAfter(tx, place, limit), anew };
}

async function noteAfter(tx: Tx, place: FeedPosition | null, limit: number): Promise<number> {
  const [wanted] = await tx.query('select from webhooks where active limit 1');
  if (wanted === undefined || place === null) {
    // Nobody listens: there is nothing to remember, and the first webhook begins with what happens then.
    const end = await feedEnd(tx);
    if (end.transaction !== place?.transaction || end.seq !== place.seq) await keepPlace(tx, end);
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

/** No transaction has these numbers: they come before every real one, in this order. */
const TOLD = '1';
const HERE = '2';
const UNTOLD = '3';

/**
 * The place is one that no transaction of this server has reached: it and the events around it were written on another
 * server and restored here. Compared with those, whatever is written here would count as read long ago, perhaps for years.
 * What came with the restore keeps its order and comes before everything that is written here: what was told, this place,
 * what was not. Its numbers are known: the sequence was restored with it, so they are below those given here.
 */
async function countAnew(tx: Tx, { transaction, seq }: FeedPosition): Promise<FeedPosition> {
  await tx.query(
    `update events set written_by = (case when (written_by, seq) > ($1::text::xid8, $2::bigint) then '${UNTOLD}' else '${TOLD}' end)::xid8
     where seq > $2::bigint - ${OVERLAP} and seq <= (
       select greatest($2::bigint, max(seq)) from events where seq > $2::bigint - ${OVERLAP} and written_by >= pg_snapshot_xmax(pg_current_snapshot()))`,
    [transaction, seq],
  );
  const here = { transaction: HERE, seq };
  await keepPlace(tx, here);
  return here;
}

async function keepPlace(tx: Tx, { transaction, seq }: FeedPosition): Promise<void> {
  await tx.query('update installation set webhooks_read_transaction = $1, webhooks_read_seq = $2', [
    transaction,
    seq,
  ]);
}
