import type { Logger } from 'pino';
import { merchantId } from '../domain/ids.ts';
import type { Database } from '../store/database.ts';
import { takeNeglectedOrders } from '../store/order-attention.ts';
import { runningSheets } from '../store/sheets.ts';
import type { OrderMail } from '../temporal/order-mail.ts';

export interface OrderSweepOptions {
  readonly database: Database;
  readonly orderMail: OrderMail;
  readonly logger: Logger;
  /** Pause between two sweeps. @default 10 s */
  readonly everyMs?: number;
}

const BATCH = 500;
/** A signal follows its commit within a second; what is older was lost. */
const LOST_AFTER_MS = 15_000;
/** Longer than the longest pause of a sheet that can't be read: after this nobody is polling. */
const UNWATCHED_AFTER_MS = 10 * 60_000;
/**
 * At a start somebody may wait for the first poll. Sheets that were polled within this are in other workers' hands: a
 * deploy of ten workers must not read every merchant's sheet ten times.
 */
const UNWATCHED_AT_START_MS = 60_000;

/**
 * Orders whose signal was lost, whose hour passed unnoticed or whose line is back, and sheets that nobody watches although
 * they should be: told again. Telling twice is harmless, for each looks at the store.
 */
export class OrderSweep {
  readonly #options: OrderSweepOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: OrderSweepOptions) {
    this.#options = options;
  }

  start(): void {
    // What was stored before this process began has no other rescue.
    this.#running = this.once(UNWATCHED_AT_START_MS).then(() => this.#later());
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** One sweep; a failing store or Temporal is logged, and the next sweep tries again. */
  async once(unwatchedAfterMs: number = UNWATCHED_AFTER_MS, nowMs: number = Date.now()): Promise<void> {
    const { database, orderMail, logger } = this.#options;
    try {
      const unwatched = await database.system((tx) => runningSheets(tx, new Date(nowMs - unwatchedAfterMs)));
      for (const merchant of unwatched) await orderMail.pollNow(merchantId(merchant), 'swept');
      const neglected = await database.system((tx) =>
        takeNeglectedOrders(tx, new Date(nowMs), new Date(nowMs - LOST_AFTER_MS), BATCH),
      );
      for (const order of neglected) await orderMail.orderNews(order, 'swept');
      if (neglected.length > 0) logger.info({ event: 'orders swept', orders: neglected.length });
    } catch (error) {
      logger.error({ event: 'order sweep failed', err: error });
    }
  }

  #later(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.once().then(() => this.#later());
    }, this.#options.everyMs ?? 10_000);
    this.#timer.unref();
  }
}
