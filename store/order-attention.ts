import { merchantId, type MerchantId } from '../domain/ids.ts';
import { orderId, type OrderId } from '../domain/order.ts';
import type { Tx } from './database.ts';

export interface OrderRef {
  readonly merchant: MerchantId;
  readonly order: OrderId;
}

/** Something happened that the order's workflow must look at. Kept until it has: a lost signal is found again. */
export async function callAttention(tx: Tx, { merchant, order }: OrderRef, at: Date): Promise<void> {
  await tx.query('update orders set attention_at = $3, updated_at = $3 where merchant = $1 and id = $2', [
    merchant,
    order,
    at,
  ]);
}

/** The merchant's orders that are to be signalled. */
export async function wantingAttention(tx: Tx, merchant: MerchantId, limit: number): Promise<OrderId[]> {
  const rows = await tx.query<{ id: string }>(
    'select id from orders where merchant = $1 and attention_at is not null order by attention_at limit $2',
    [merchant, limit],
  );
  return rows.map(({ id }) => orderId(id));
}

/** The order's workflow is looking now: what happens from here on calls again. */
export async function attentionPaid(tx: Tx, { merchant, order }: OrderRef): Promise<void> {
  await tx.query(
    'update orders set attention_at = null where merchant = $1 and id = $2 and attention_at is not null',
    [merchant, order],
  );
}

/** Everything of the merchant's that waits is looked at again: the automation was started, the settings were changed. */
export async function wakeWaiting(tx: Tx, merchant: MerchantId, at: Date): Promise<void> {
  await tx.query('update orders set attention_at = $2 where merchant = $1 and waiting_reason is not null', [
    merchant,
    at,
  ]);
}

/**
 * Orders whose signal was lost, whose hour has passed without anybody noticing (their run is gone), or whose line is
 * back. Across merchants, for the sweep; each is offered again after a pause that its caller needs to signal it.
 */
export async function takeNeglectedOrders(
  tx: Tx,
  now: Date,
  lostBefore: Date,
  limit: number,
): Promise<OrderRef[]> {
  const rows = await tx.query<{ merchant: string; id: string }>(
    `with due as (
       select o.merchant, o.id from orders o where (o.swept_at is null or o.swept_at < $1::timestamptz - interval '5 minutes') and (
         o.attention_at < $2
         or o.waiting_until < $1::timestamptz - interval '2 minutes'
         or (o.waiting_reason in ('line-down', 'line-paused', 'destination-failing') and exists (
           select from sheets s join lines l on l.merchant = s.merchant and l.id = s.line
           where s.merchant = o.merchant and l.state in ('connected', 'degraded') and (l.paused_until is null or l.paused_until < $1))))
       order by o.updated_at limit $3 for update skip locked)
     update orders o set swept_at = $1 from due where o.merchant = due.merchant and o.id = due.id returning o.merchant, o.id`,
    [now, lostBefore, limit],
  );
  return rows.map(({ merchant, id }) => ({ merchant: merchantId(merchant), order: orderId(id) }));
}
