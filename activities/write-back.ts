import { ApplicationFailureCategory } from '@temporalio/common';
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { Failure } from '../domain/errors.ts';
import type { WriteBackOutcome } from '../sheets/source.ts';
import { noteWritten } from '../store/order-events.ts';
import { readOrder, type Order } from '../store/orders.ts';
import { readSheet } from '../store/sheets.ts';
import type { OrderActivities, OrderRef, WrittenBack } from '../workflows/order-activities.ts';
import { SHEETS_ATTEMPTS, SHEETS_LONGEST_PAUSE_MS } from '../workflows/policies.ts';
import type { ActivityContext } from './context.ts';
import { heartbeating } from './heartbeating.ts';
import { askSheet, memoryOf, placeOf, sheetFailure, troubled } from './sheet-access.ts';

/** Writes what is to be written into the order's row, if the row still says what was decided upon. */
export function createWriteBack(context: ActivityContext): OrderActivities['writeBackOrder'] {
  const { database, now } = context;
  return (ref) => heartbeating(() => context.sources.inTurn(ref.merchant, () => writeBack(ref)));

  async function writeBack(ref: OrderRef): Promise<WrittenBack> {
    const { merchant } = ref;
    const read = await database.merchant(merchant, async (tx) => ({
      order: await readOrder(tx, merchant, ref.order),
      sheet: await readSheet(tx, merchant),
      memory: await memoryOf(tx, merchant),
    }));
    const { order, sheet } = read;
    if (order === null || sheet === null || (order.writeStatus === null && order.writeState === null))
      return { kind: 'done' };
    const source = context.sources.of(merchant, placeOf(sheet, context.seal));
    let outcome: WriteBackOutcome;
    try {
      outcome = await askSheet(context, merchant, source, () =>
        source.writeBack(
          {
            rowKey: order.rowKey,
            expect: { status: order.statusText },
            set: {
              ...(order.writeStatus === null ? {} : { status: order.writeStatus }),
              ...(order.writeState === null || sheet.header.hasMessageState !== true
                ? {}
                : { messageState: order.writeState }),
            },
          },
          read.memory,
          Context.current().cancellationSignal,
        ),
      );
    } catch (error) {
      return await failed(order, ref, sheetFailure(source, error), error);
    }
    const why = outcome.written ? null : outcome.why;
    // Only the note about the message was to be written, beside a status that we have not read yet: with the next reading.
    if (why === 'changed' && order.writeStatus === null) return { kind: 'parked', reason: why };
    // As long as the row is remembered it may come back, or be told apart again once a person has put the sheet right.
    if (why === 'gone' && read.memory.rows.some(({ rowKey }) => rowKey === order.rowKey))
      return { kind: 'parked', reason: order.goneAt === null ? 'row-in-doubt' : 'row-gone' };
    const keepState = why === 'changed' && order.writeState !== null;
    await database.merchant(merchant, (tx) =>
      noteWritten(tx, merchant, order, { written: outcome.written, why, keepState }, new Date(now())),
    );
    return { kind: 'done' };
  }

  async function failed(
    order: Order,
    { merchant }: OrderRef,
    failure: Failure,
    error: unknown,
  ): Promise<WrittenBack> {
    context.logger.warn({
      event: 'write-back failed',
      merchant,
      order: order.id,
      class: failure.class,
      reason: failure.reason,
      err: error,
    });
    switch (failure.class) {
      case 'unknown':
        await database.merchant(merchant, (tx) =>
          noteWritten(
            tx,
            merchant,
            order,
            { written: false, why: failure.reason, keepState: false },
            new Date(now()),
          ),
        );
        return { kind: 'done' };
      case 'auth':
      case 'permanent':
        await troubled(context, merchant, failure);
        return { kind: 'parked', reason: failure.reason };
      case 'retryable':
      case 'throttled':
        // What asks for more patience than the policy has is parked at once: the order itself goes on meanwhile.
        if (
          Context.current().info.attempt >= SHEETS_ATTEMPTS ||
          (failure.retryAfterMs ?? 0) > SHEETS_LONGEST_PAUSE_MS
        )
          return { kind: 'parked', reason: failure.reason };
        throw retryLater(failure);
    }
  }
}

/** Tried again by the policy, with the 10 % of jitter that it can't add itself. */
export function retryLater(failure: Failure): ApplicationFailure {
  const pauseMs = Math.min(2_000 * 2 ** (Context.current().info.attempt - 1), SHEETS_LONGEST_PAUSE_MS);
  return ApplicationFailure.create({
    type: failure.class,
    message: `${failure.reason}: ${failure.detail}`,
    category: ApplicationFailureCategory.BENIGN,
    nextRetryDelay: Math.round(failure.retryAfterMs ?? pauseMs * (0.9 + Math.random() * 0.2)),
  });
}
