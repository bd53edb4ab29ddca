import type { MerchantId } from '../domain/ids.ts';
import type { OrderId } from '../domain/order.ts';
import type { Tx } from './database.ts';
import { recordEvent } from './events.ts';
import type { Order, OrderPhase } from './orders.ts';

export async function recordOrderEvent(
  tx: Tx,
  merchant: MerchantId,
  id: OrderId,
  event: string,
  detail: Readonly<Record<string, unknown>>,
  at: Date,
): Promise<void> {
  await tx.query(
    'insert into order_events (merchant, order_id, at, event, detail) values ($1, $2, $3, $4, $5)',
    [merchant, id, at, event, JSON.stringify(detail)],
  );
  await recordEvent(tx, { merchant, kind: 'order.updated', data: { order: id, event } });
}

export async function orderTimeline(
  tx: Tx,
  merchant: MerchantId,
  id: OrderId,
  limit = 500,
): Promise<{ at: Date; event: string; detail: Record<string, unknown> }[]> {
  const rows = await tx.query<{ at: Date; event: string; detail: Record<string, unknown> }>(
    'select at, event, detail from order_events where merchant = $1 and order_id = $2 order by id desc limit $3',
    [merchant, id, limit],
  );
  return rows.reverse();
}

/** What the order waits for, as people see it. */
export async function noteWait(
  tx: Tx,
  merchant: MerchantId,
  id: OrderId,
  phase: OrderPhase,
  waiting: Order['waiting'],
  at: Date,
): Promise<void> {
  const changed = await tx.query(
    `update orders set phase = $3, waiting_reason = $4, waiting_until = $5, waiting_for = $6
     where merchant = $1 and id = $2 and (phase, waiting_reason, waiting_for) is distinct from ($3, $4, $6) returning id`,
    [merchant, id, phase, waiting?.reason ?? null, waiting?.until ?? null, waiting?.about ?? null],
  );
  if (changed.length === 0) {
    await tx.query('update orders set waiting_until = $3 where merchant = $1 and id = $2', [
      merchant,
      id,
      waiting?.until ?? null,
    ]);
    return;
  }
  if (waiting === null)
    await recordEvent(tx, { merchant, kind: 'order.updated', data: { order: id, event: phase } });
  else
    await recordOrderEvent(
      tx,
      merchant,
      id,
      'waiting',
      { reason: waiting.reason, about: waiting.about, until: waiting.until?.toISOString() ?? null },
      at,
    );
}

/** The sheet has been asked to take what was to be written. What has been asked for since stays. */
export async function noteWritten(
  tx: Tx,
  merchant: MerchantId,
  order: Pick<Order, 'id' | 'writeStatus' | 'writeState'>,
  outcome: { readonly written: boolean; readonly why: string | null; readonly keepState: boolean },
  at: Date,
): Promise<void> {
  await tx.query(
    `update orders set status_text = case when $5 and $3::text is not null then $3 else status_text end,
       write_status = case when write_status is not distinct from $3 then null else write_status end,
       write_state = case when not $6 and write_state is not distinct from $4 then null else write_state end, updated_at = $7
     where merchant = $1 and id = $2`,
    [merchant, order.id, order.writeStatus, order.writeState, outcome.written, outcome.keepState, at],
  );
  const detail = {
    ...(order.writeStatus === null ? {} : { status: order.writeStatus }),
    ...(order.writeState === null ? {} : { messageState: order.writeState }),
  };
  await recordOrderEvent(
    tx,
    merchant,
    order.id,
    outcome.written ? 'written' : 'not-written',
    { ...detail, ...(outcome.why === null ? {} : { why: outcome.why }) },
    at,
  );
}
