import type { MerchantId } from '../domain/ids.ts';
import { orderId, type OrderId } from '../domain/order.ts';
import type { OrderCategory } from '../domain/order-status.ts';
import { isFinal } from '../domain/order-status.ts';
import type { Tx } from './database.ts';
import type { OrderRef } from './order-attention.ts';
import { sayingsOf, skipSaying } from './order-messages.ts';
import { recordOrderEvent } from './order-events.ts';
import { lockOrder } from './orders.ts';
import { readSheet } from './sheets.ts';

export type Decision = 'confirm' | 'cancel';

/** What is written into the sheet for a decision, in the sheet's own language. */
const WORDS: Readonly<Record<'ar' | 'en', Readonly<Record<Decision, string>>>> = {
  ar: { confirm: 'تم التأكيد', cancel: 'ملغي' },
  en: { confirm: 'Confirmed', cancel: 'Cancelled' },
};
const CATEGORY: Readonly<Record<Decision, OrderCategory>> = { confirm: 'confirmed', cancel: 'cancelled' };

export interface Deciding {
  readonly decision: Decision;
  /** `customer`, or who did it by hand. */
  readonly by: string;
  readonly turn: string | null;
  readonly at: Date;
}

/** `over`: the order is delivered or cancelled already; `same`: it was decided so before. */
export type Decided = 'decided' | 'same' | 'over' | 'unknown-order';

/** The order is confirmed or cancelled from the moment this commits; the sheet follows, compare-and-set. */
export async function decideOrder(
  tx: Tx,
  ref: OrderRef,
  { decision, by, turn, at }: Deciding,
): Promise<Decided> {
  const { merchant, order: id } = ref;
  const order = await lockOrder(tx, merchant, id);
  if (order === null) return 'unknown-order';
  const category = CATEGORY[decision];
  if (order.category === category) return 'same';
  if (order.category !== null && isFinal(order.category)) return 'over';
  const script = (await readSheet(tx, merchant))?.header.script ?? 'ar';
  const from = { category: order.category, sinceMs: order.categorySince.getTime(), decision: order.decision };
  await tx.query(
    `update orders set decision = $3, decided_by = $4, decided_at = $5, decided_turn = $6, decided_from = $7, category = $8, category_since = $5,
       write_status = $9, phase = $10, waiting_reason = null, waiting_until = null, waiting_for = null, attention_at = $5, updated_at = $5
     where merchant = $1 and id = $2`,
    [
      merchant,
      id,
      decision,
      by,
      at,
      turn,
      JSON.stringify(from),
      category,
      WORDS[script][decision],
      // What waited for the answer waits no longer, however long the sheet takes to hear of it.
      isFinal(category) ? 'done' : 'idle',
    ],
  );
  await recordOrderEvent(tx, merchant, id, decision === 'confirm' ? 'confirmed' : 'cancelled', { by }, at);
  // The answer to the customer's own confirmation is its thanks.
  if (by === 'customer' && decision === 'confirm') await skipThanks(tx, ref, at);
  return 'decided';
}

/** One that was withdrawn before it left was not said, so it is the one after it that would be. */
async function skipThanks(tx: Tx, ref: OrderRef, at: Date): Promise<void> {
  const thanks = (await sayingsOf(tx, ref)).filter(({ type }) => type === 'confirmed');
  if (thanks.every(({ state }) => state === 'withdrawn'))
    await skipSaying(tx, ref, 'confirmed', String(thanks.length + 1), 'thanked-in-chat', at);
}

/** An answer that is thought again decides anew: what its first thought decided is as if it had not been, if the sheet has not heard. */
export async function undoDecisions(tx: Tx, merchant: MerchantId, turn: string, at: Date): Promise<void> {
  const undone = await tx.query<{ id: string }>(
    `update orders set category = decided_from ->> 'category', category_since = to_timestamp((decided_from ->> 'sinceMs')::float8 / 1000),
       decision = decided_from ->> 'decision', decided_by = null, decided_at = null, decided_turn = null, decided_from = null, write_status = null, updated_at = $3
     where merchant = $1 and decided_turn = $2 and write_status is not null returning id`,
    [merchant, turn, at],
  );
  for (const { id } of undone) {
    await tx.query(
      `delete from order_messages where merchant = $1 and order_id = $2 and type = 'confirmed' and state = 'skipped' and why = 'thanked-in-chat'`,
      [merchant, id],
    );
    await tx.query(
      `insert into order_events (merchant, order_id, at, event) values ($1, $2, $3, 'thought-again')`,
      [merchant, id, at],
    );
  }
}

export async function ordersDecidedIn(tx: Tx, merchant: MerchantId, turn: string): Promise<OrderId[]> {
  const rows = await tx.query<{ id: string }>(
    'select id from orders where merchant = $1 and decided_turn = $2',
    [merchant, turn],
  );
  return rows.map(({ id }) => orderId(id));
}
