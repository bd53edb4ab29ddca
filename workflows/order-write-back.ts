import { ActivityFailure, isCancellation, log, proxyActivities } from '@temporalio/workflow';
import { SENDS_QUEUE } from './ids.ts';
import type { OrderActivities, OrderRef } from './order-activities.ts';
import { ORDER_WRITE_AGAIN_MS, SHEET_WRITE } from './policies.ts';

const { writeBackOrder } = proxyActivities<Pick<OrderActivities, 'writeBackOrder'>>({
  ...SHEET_WRITE,
  taskQueue: SENDS_QUEUE,
});

/** Writes an order's outcome into its row; what the sheet would not take is parked: why, and when to try again. */
export class WriteBack {
  parked: string | null = null;
  atMs = 0;
  #pauseMs: number = ORDER_WRITE_AGAIN_MS.first;
  readonly #ref: OrderRef;

  constructor(ref: OrderRef) {
    this.#ref = ref;
  }

  async write(): Promise<void> {
    let reason = 'parked';
    try {
      const written = await writeBackOrder(this.#ref);
      if (written.kind === 'done') {
        this.parked = null;
        this.atMs = 0;
        this.#pauseMs = ORDER_WRITE_AGAIN_MS.first;
        return;
      }
      reason = written.reason;
    } catch (error) {
      if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
      log.warn('write-back parked', { cause: error.cause?.message });
    }
    this.parked = reason;
    this.atMs = Date.now() + this.#pauseMs;
    this.#pauseMs = Math.min(this.#pauseMs * 2, ORDER_WRITE_AGAIN_MS.longest);
  }
}
