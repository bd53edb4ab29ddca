import { normalise } from '../domain/text.ts';
import type { MerchantId } from '../domain/ids.ts';
import type { OrderCategory } from '../domain/order-status.ts';
import type { Tx } from './database.ts';

export interface DayOfOrders {
  readonly day: string;
  readonly type: string;
  readonly sent: number;
  readonly delivered: number;
  readonly read: number;
  readonly failed: number;
}

/** Whole days by the merchant's own clock, the last one included. @default the thirty that end with `to`, or today */
export interface Days {
  readonly from: string | null;
  readonly to: string | null;
  readonly timezone: string;
}

const LAST = 'coalesce($3::date, (now() at time zone $4)::date)';
/** A day begins at the shop's midnight, as the days that `at` is counted under do. */
const within = (at: string): string =>
  `${at} >= coalesce($2::date, ${LAST} - 29)::timestamp at time zone $4 and ${at} < (${LAST} + 1)::timestamp at time zone $4`;

/** Messages per day and type; each counts as far as it got. */
export async function ordersPerDay(
  tx: Tx,
  merchant: MerchantId,
  { from, to, timezone }: Days,
): Promise<DayOfOrders[]> {
  return tx.query<DayOfOrders & { [column: string]: unknown }>(
    `select to_char(m.at at time zone $4, 'YYYY-MM-DD') as day, o.type,
       count(*) filter (where m.status in ('accepted', 'sent', 'delivered', 'read'))::int as sent,
       count(*) filter (where m.status in ('delivered', 'read'))::int as delivered,
       count(*) filter (where m.status = 'read')::int as read,
       count(*) filter (where m.status = 'failed' and o.state <> 'withdrawn')::int as failed
     from order_messages o join messages m on m.merchant = o.merchant and m.key = o.key
     where o.merchant = $1 and ${within('m.at')} group by 1, 2 order by 1, 2`,
    [merchant, from, to, timezone],
  );
}

export interface DayOfDecisions {
  readonly day: string;
  readonly answered: number;
  readonly confirmed: number;
  readonly cancelled: number;
}

export async function decisionsPerDay(
  tx: Tx,
  merchant: MerchantId,
  { from, to, timezone }: Days,
): Promise<DayOfDecisions[]> {
  return tx.query<DayOfDecisions & { [column: string]: unknown }>(
    `select to_char(at at time zone $4, 'YYYY-MM-DD') as day, count(*) filter (where detail ->> 'by' = 'customer')::int as answered,
       count(*) filter (where event = 'confirmed')::int as confirmed, count(*) filter (where event = 'cancelled')::int as cancelled
     from order_events where merchant = $1 and event in ('confirmed', 'cancelled') and ${within('at')} group by 1 order by 1`,
    [merchant, from, to, timezone],
  );
}

export interface OrderCounts {
  readonly watched: number;
  readonly sent: number;
  readonly delivered: number;
  readonly read: number;
  readonly answered: number;
  readonly waiting: number;
  readonly failed: number;
}

/** Counted from what was recorded, every time: there is no counter that could drift. */
export async function orderCounts(tx: Tx, merchant: MerchantId): Promise<OrderCounts> {
  const [row] = await tx.query<OrderCounts & { [column: string]: unknown }>(
    `select (select count(*)::int from orders where merchant = $1 and gone_at is null and coalesce(category, '') not in ('delivered', 'cancelled')) as watched,
       count(*) filter (where m.status in ('accepted', 'sent', 'delivered', 'read'))::int as sent,
       count(*) filter (where m.status in ('delivered', 'read'))::int as delivered,
       count(*) filter (where m.status = 'read')::int as read,
       (select count(distinct order_id)::int from order_events where merchant = $1 and event in ('confirmed', 'cancelled') and detail ->> 'by' = 'customer') as answered,
       (select count(*)::int from orders where merchant = $1 and waiting_reason is not null) as waiting,
       count(*) filter (where m.status = 'failed' and o.state <> 'withdrawn')::int as failed
     from order_messages o join messages m on m.merchant = o.merchant and m.key = o.key where o.merchant = $1`,
    [merchant],
  );
  return row ?? { watched: 0, sent: 0, delivered: 0, read: 0, answered: 0, waiting: 0, failed: 0 };
}

/** A word has been given a meaning: the orders that stand at it have moved. */
export async function applyWord(
  tx: Tx,
  merchant: MerchantId,
  word: string,
  category: OrderCategory,
  at: Date,
): Promise<string[]> {
  const unknown = await tx.query<{ id: string; status_text: string; baseline_word: string | null }>(
    'select id, status_text, baseline_word from orders where merchant = $1 and category is null and seen_at is null',
    [merchant],
  );
  const means = (text: string | null): boolean => text !== null && normalise(text) === normalise(word);
  const standing = unknown.filter(({ status_text }) => means(status_text));
  const meant = standing.map(({ id }) => id);
  if (meant.length > 0)
    await tx.query(
      // Rows that stand where they stood at the first connection stay known: about their present state nothing is said.
      `update orders set category = $3, category_since = $4, attention_at = $4, updated_at = $4,
         baseline = case when id = any($5) then $3 else baseline end where merchant = $1 and id = any($2)`,
      [
        merchant,
        meant,
        category,
        at,
        standing.filter(({ baseline_word }) => means(baseline_word)).map(({ id }) => id),
      ],
    );
  return meant;
}
