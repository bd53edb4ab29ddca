import type { MerchantId } from '../domain/ids.ts';
import { orderId, type OrderId, type OrderRow } from '../domain/order.ts';
import type { OrderCategory, OrderMessage } from '../domain/order-status.ts';
import type { Tx } from './database.ts';
import { recordOrderEvent } from './order-events.ts';
import { ORDER_COLUMNS, orderOf, type Order, type StoredOrder } from './orders.ts';

export interface NewOrder {
  readonly id: OrderId;
  readonly rowKey: string;
  readonly row: OrderRow;
}

/** Rows of a first connection: known, with their state, and nothing follows from them. */
export async function insertBaseline(
  tx: Tx,
  merchant: MerchantId,
  orders: readonly (NewOrder & { readonly category: OrderCategory | null })[],
  at: Date,
): Promise<void> {
  for (let from = 0; from < orders.length; from += 1_000) {
    const batch = orders.slice(from, from + 1_000).map(({ id, rowKey, row, category }) => ({
      id,
      row_key: rowKey,
      number: row.fields.orderId ?? null,
      fields: row.fields,
      phones: row.phones,
      phone_problem: row.problem,
      status_text: row.status,
      category,
    }));
    await tx.query(
      `insert into orders (merchant, id, row_key, number, fields, phones, phone_problem, status_text, category, category_since, baseline, baseline_word, phase, first_seen_at, updated_at)
       select $1, n.id, n.row_key, n.number, n.fields, n.phones, n.phone_problem, n.status_text, n.category, $3, n.category,
         case when n.category is null then n.status_text end, 'known', $3, $3
       from jsonb_to_recordset($2::jsonb) as n(id text, row_key text, number text, fields jsonb, phones jsonb, phone_problem jsonb, status_text text, category text)
       on conflict (merchant, row_key) do update set number = excluded.number, fields = excluded.fields, phones = excluded.phones,
         phone_problem = excluded.phone_problem, status_text = excluded.status_text, category = excluded.category, category_since = excluded.category_since,
         baseline = excluded.baseline, baseline_word = excluded.baseline_word, seen = null, seen_at = null, gone_at = null, updated_at = excluded.updated_at,
         -- An answer that could not be written yet gives way to what a person has set since.
         write_status = case when orders.status_text is not distinct from excluded.status_text then orders.write_status end`,
      [merchant, JSON.stringify(batch), at],
    );
  }
}

/** What a row says now. It counts once it has stood for the settle time. A row that nobody has seen becomes an order. */
export async function noteSeen(
  tx: Tx,
  merchant: MerchantId,
  { id, rowKey, row }: NewOrder,
  at: Date,
): Promise<void> {
  await tx.query(
    `insert into orders (merchant, id, row_key, number, seen, seen_at, category_since, phase, first_seen_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $6, 'settling', $6, $6)
     on conflict (merchant, row_key) do update set seen = excluded.seen, seen_at = excluded.seen_at, gone_at = null`,
    [merchant, id, rowKey, row.fields.orderId ?? null, JSON.stringify(row), at],
  );
}

export async function noteGone(tx: Tx, merchant: MerchantId, rowKey: string, at: Date): Promise<void> {
  const [row] = await tx.query<{ id: string }>(
    'update orders set gone_at = $3, updated_at = $3 where merchant = $1 and row_key = $2 and gone_at is null returning id',
    [merchant, rowKey, at],
  );
  if (row !== undefined) await recordOrderEvent(tx, merchant, orderId(row.id), 'row-gone', {}, at);
}

export async function noteBack(tx: Tx, merchant: MerchantId, rowKey: string, at: Date): Promise<void> {
  const [row] = await tx.query<{ id: string }>(
    'update orders set gone_at = null, attention_at = $3, updated_at = $3 where merchant = $1 and row_key = $2 and gone_at is not null returning id',
    [merchant, rowKey, at],
  );
  if (row !== undefined) await recordOrderEvent(tx, merchant, orderId(row.id), 'row-back', {}, at);
}

/** The orders whose rows have stood still since `before`. */
export async function settledOrders(tx: Tx, merchant: MerchantId, before: Date): Promise<Order[]> {
  const rows = await tx.query<StoredOrder>(
    `select ${ORDER_COLUMNS} from orders where merchant = $1 and seen_at is not null and seen_at <= $2 order by seen_at, id limit 5000 for update`,
    [merchant, before],
  );
  return rows.map(orderOf);
}

/** When the next row will have stood still: the oldest edit that has not. */
export async function oldestUnsettled(tx: Tx, merchant: MerchantId): Promise<Date | null> {
  const [row] = await tx.query<{ at: Date | null }>(
    'select min(seen_at) as at from orders where merchant = $1 and seen_at is not null',
    [merchant],
  );
  return row?.at ?? null;
}

/** The row's contents become the order's. With another category its workflow has something to look at. */
export async function applySeen(
  tx: Tx,
  merchant: MerchantId,
  order: Order,
  row: OrderRow,
  to: {
    readonly category: OrderCategory | null;
    readonly moved: boolean;
    readonly attention: boolean;
    /** A person was faster than what was to be written. */
    readonly overtaken: boolean;
  },
  at: Date,
): Promise<void> {
  await tx.query(
    `update orders set number = $3, fields = $4, phones = $5, phone_problem = $6, status_text = $7, category = $8,
       category_since = case when $9 then $10 else category_since end,
       phase = case when phase in ('settling') then 'idle' else phase end,
       attention_at = case when $11 then $10 else attention_at end,
       write_status = case when $12 then null else write_status end, seen = null, seen_at = null, updated_at = $10
     where merchant = $1 and id = $2`,
    [
      merchant,
      order.id,
      row.fields.orderId ?? null,
      JSON.stringify(row.fields),
      JSON.stringify(row.phones),
      row.problem === null ? null : JSON.stringify(row.problem),
      row.status,
      to.category,
      to.moved,
      at,
      to.attention,
      to.overtaken,
    ],
  );
}

/** The orders that wait to say this, with the occurrence it would be, and their call for attention. */
export async function waitingFor(
  tx: Tx,
  merchant: MerchantId,
  type: OrderMessage,
  at: Date,
): Promise<{ id: OrderId; occurrence: string }[]> {
  const rows = await tx.query<{ id: string; category: OrderCategory | null }>(
    'update orders set attention_at = $3 where merchant = $1 and waiting_for = $2 returning id, category',
    [merchant, type, at],
  );
  return rows.map(({ id, category }) => ({
    id: orderId(id),
    occurrence: type === 'reminder' ? (category === 'noAnswer' ? 'noAnswer' : 'newOrder') : '1',
  }));
}
