import type { MerchantId, MessageKey } from '../domain/ids.ts';
import type { OrderId } from '../domain/order.ts';
import type { OrderMessage } from '../domain/order-status.ts';
import type { Tx } from './database.ts';
import { callAttention, type OrderRef } from './order-attention.ts';
import { recordOrderEvent } from './order-events.ts';
import { sayingsOf } from './order-messages.ts';
import { lockOrder } from './orders.ts';
import { readSheet } from './sheets.ts';

export interface Outcome {
  readonly type: OrderMessage;
  readonly occurrence: string;
  readonly outcome: 'sent' | 'failed' | 'unclear';
  readonly why: string | null;
}

/** What is written into the sheet's own column for it. */
const STATE_WORDS = {
  ar: { sent: 'تم الإرسال', failed: 'لم يصل', unclear: 'يحتاج مراجعة' },
  en: { sent: 'Sent', failed: 'Not delivered', unclear: 'Please check' },
} as const;

/** How a message went, once however often it is told: into the order's timeline, and into the sheet. */
export async function noteOutcome(
  tx: Tx,
  ref: OrderRef,
  { type, occurrence, outcome, why }: Outcome,
  at: Date,
): Promise<void> {
  const { merchant, order } = ref;
  // What the provider reports of the same message is noted before this or after it, never in between.
  if ((await lockOrder(tx, merchant, order)) === null) return;
  const saying = (await sayingsOf(tx, ref)).find((one) => one.type === type && one.occurrence === occurrence);
  // It was taken, and reported as failed before this could be noted: that has been told.
  if (outcome === 'sent' && saying?.state === 'failed') return;
  // Each number that is tried has an outcome of its own.
  const { attempt = 1 } = saying ?? {};
  const detail = {
    type,
    occurrence,
    ...(attempt > 1 ? { attempt } : {}),
    ...(why === null ? {} : { why }),
  };
  const [told] = await tx.query(
    'select from order_events where merchant = $1 and order_id = $2 and event = $3 and detail = $4::jsonb limit 1',
    [merchant, order, outcome, JSON.stringify(detail)],
  );
  if (told !== undefined) return;
  await recordOrderEvent(tx, merchant, order, outcome, detail, at);
  const { hasMessageState = false, script = 'ar' } = (await readSheet(tx, merchant))?.header ?? {};
  await tx.query(
    'update orders set write_state = coalesce($3, write_state), updated_at = $4 where merchant = $1 and id = $2',
    [merchant, order, hasMessageState ? STATE_WORDS[script][outcome] : null, at],
  );
}

/** A message of ours whose failure the provider reported after it had taken it. */
export interface ReportedFailure {
  readonly key: MessageKey;
  readonly order: OrderId | null;
}

/**
 * An order's message did not arrive after all, and waits for nothing: the outcome is noted, and its workflow looks again,
 * for there may be another number. Says which orders.
 */
export async function noteReportedFailures(
  tx: Tx,
  merchant: MerchantId,
  failures: readonly ReportedFailure[],
  at: Date,
): Promise<OrderId[]> {
  // In one order, so that two posts can't block each other.
  const orders = [...new Set(failures.flatMap(({ order }) => (order === null ? [] : [order])))].sort();
  const called: OrderId[] = [];
  for (const order of orders) {
    const ref = { merchant, order };
    if ((await lockOrder(tx, merchant, order)) === null) continue;
    // A later word of the same post may have told otherwise, or another number be under way.
    const failed = (await sayingsOf(tx, ref)).filter(
      ({ state, keys }) => state === 'failed' && failures.some(({ key }) => keys.includes(key)),
    );
    for (const { type, occurrence, why } of failed)
      await noteOutcome(tx, ref, { type, occurrence, outcome: 'failed', why }, at);
    if (failed.length === 0) continue;
    await callAttention(tx, ref, at);
    called.push(order);
  }
  return called;
}
