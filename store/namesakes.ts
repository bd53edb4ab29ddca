import type { MerchantId } from '../domain/ids.ts';
import { orderId, type OrderId } from '../domain/order.ts';
import type { Tx } from './database.ts';
import { recordOrderEvent } from './order-events.ts';
import type { NewOrder } from './order-rows.ts';

/** No row's key holds it, for keys have no second line; no order's id holds the other, for names with one are not taken as they are. */
const FORMER = '\n';
const NTH = '~';

/**
 * Rows that nobody knew, as the orders that they are. One whose number an earlier order has, for none of whose phone numbers
 * it is, is another order: a sheet took the place of the first, and its numbers begin anew. The earlier one gives up its
 * name, and its row is gone; what it was told and answered stays with it.
 */
export async function apartFromNamesakes<Row extends NewOrder>(
  tx: Tx,
  merchant: MerchantId,
  orders: readonly Row[],
  at: Date,
): Promise<Row[]> {
  if (orders.length === 0) return [];
  const rows = orders.map(({ rowKey, row }) => ({
    row_key: rowKey,
    numbers: row.phones.map(({ number }) => number),
  }));
  const retired = await tx.query<{ id: string }>(
    `update orders o set row_key = o.row_key || $4 || o.id, gone_at = coalesce(o.gone_at, $3), attention_at = $3, updated_at = $3,
       seen = null, seen_at = null, write_status = null, write_state = null
     from jsonb_to_recordset($2::jsonb) as n(row_key text, numbers jsonb)
     where o.merchant = $1 and o.row_key = n.row_key and n.numbers <> '[]'
       and exists (select from order_numbers x where x.merchant = $1 and x.order_id = o.id)
       and not exists (select from order_numbers x where x.merchant = $1 and x.order_id = o.id and n.numbers ? x.number)
     returning o.id`,
    [merchant, JSON.stringify(rows), at, FORMER],
  );
  for (const { id } of retired)
    await recordOrderEvent(tx, merchant, orderId(id), 'row-gone', { why: 'number-again' }, at);
  const taken = await tx.query<{ id: string; times: number }>(
    `select n.id, count(*)::int as times from jsonb_to_recordset($2::jsonb) as n(id text, row_key text)
     join orders o on o.merchant = $1 and starts_with(o.row_key, n.row_key || $3) group by n.id`,
    [merchant, JSON.stringify(orders.map(({ id, rowKey }) => ({ id, row_key: rowKey }))), FORMER],
  );
  const times = new Map(taken.map((one) => [one.id, one.times]));
  return orders.map((order) => ({ ...order, id: nth(order.id, times.get(order.id) ?? 0) }));
}

const nth = (id: OrderId, before: number): OrderId =>
  before === 0 ? id : orderId(`${id}${NTH}${before + 1}`);
