import type { Tx } from './database.ts';
import type { EventKind } from './events.ts';

/**
 * A place in the feed. Sequence numbers alone won't do: two transactions may take theirs in one order and
 * commit in the other. The transaction comes first; below the oldest one still running, nothing can appear any more.
 */
export interface FeedPosition {
  /** A 64-bit transaction id, as text. */
  readonly transaction: string;
  readonly seq: number;
}

export interface FeedEvent {
  readonly position: FeedPosition;
  readonly merchant: string;
  readonly kind: EventKind;
  readonly at: Date;
  readonly data: Record<string, unknown>;
  readonly conversation: {
    readonly id: string;
    readonly platform: string | null;
    readonly customer: string | null;
  } | null;
}

/** How far a slow transaction's numbers may lie behind the newest: bounds the search to an index range. */
const OVERLAP = 10_000;

export async function feedAfter(
  tx: Tx,
  { transaction, seq }: FeedPosition,
  limit: number,
): Promise<FeedEvent[]> {
  const rows = await tx.query<{
    seq: number;
    written_by: string;
    merchant: string;
    kind: EventKind;
    at: Date;
    data: Record<string, unknown>;
    conversation: string | null;
    platform: string | null;
    customer: string | null;
  }>(
    `select e.seq::float8 as seq, e.written_by::text as written_by, e.merchant, e.kind, e.at, e.data, e.conversation, c.platform, c.customer
     from events e left join conversations c on c.merchant = e.merchant and c.id = e.conversation
     where e.seq > $2::bigint - ${OVERLAP} and (e.written_by, e.seq) > ($1::text::xid8, $2::bigint) and e.written_by < pg_snapshot_xmin(pg_current_snapshot())
     order by e.written_by, e.seq limit $3`,
    [transaction, seq, limit],
  );
  return rows.map(({ seq: at, written_by, conversation, platform, customer, ...event }) => ({
    ...event,
    position: { transaction: written_by, seq: at },
    conversation: conversation === null ? null : { id: conversation, platform, customer },
  }));
}

/** Where the feed ends now. */
export async function feedEnd(tx: Tx): Promise<FeedPosition> {
  const [row] = await tx.query<{ transaction: string; seq: number }>(
    `select (pg_snapshot_xmin(pg_current_snapshot())::text::numeric - 1)::text as transaction, coalesce(max(seq), 0)::float8 as seq from events`,
  );
  return row ?? { transaction: '0', seq: 0 };
}

/**
 * The same place as this server counts. A listener may bring one from before the database was restored here (see
 * webhook-feed), whose transactions this server has not reached: then the event itself tells where it is now. Null when it
 * is not known any more, or not yet counted anew.
 */
export async function feedPlace(tx: Tx, place: FeedPosition): Promise<FeedPosition | null> {
  const [row] = await tx.query<{ transaction: string | null }>(
    `select case when $1::text::xid8 < pg_snapshot_xmax(pg_current_snapshot()) then $1::text
       else (select written_by::text from (select written_by from events where seq <= $2 order by seq desc limit 1) nearest
         where written_by < pg_snapshot_xmax(pg_current_snapshot())) end as transaction`,
    [place.transaction, place.seq],
  );
  return row?.transaction == null ? null : { transaction: row.transaction, seq: place.seq };
}
