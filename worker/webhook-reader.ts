import { type Client, WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Database } from '../store/database.ts';
import { noteEvents } from '../store/webhook-feed.ts';
import { forgetDeliveries, handedOver, notHandedOver } from '../store/webhooks.ts';
import { MERCHANT } from '../temporal/search-attributes.ts';
import { DECISIONS_QUEUE, webhookWorkflowId } from '../workflows/ids.ts';
import type { webhookDelivery } from '../workflows/webhook-delivery.ts';

export interface WebhookReaderOptions {
  readonly database: Database;
  readonly client: Client;
  readonly logger: Logger;
  /** Pause between two readings. @default 0.5 s */
  readonly everyMs?: number;
}

const BATCH = 500;
/** What was delivered or laid aside stays to be looked at, and redelivered, for a month. */
const KEPT_MS = 30 * 24 * 3_600_000;
const CLEAN_EVERY = 600;

/**
 * Reads the events and hands each to one durable workflow per webhook. First written down with the reader's place, then
 * handed over, then marked: who dies between starts the same workflow again, which finds its delivery done or under way.
 */
export class WebhookReader {
  readonly #options: WebhookReaderOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;
  #rounds = 0;

  constructor(options: WebhookReaderOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.once().then(() => this.#later());
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async once(): Promise<void> {
    const { database, logger } = this.#options;
    try {
      // Spans merchants: one reader serves all of them.
      for (;;) {
        const { read, anew } = await database.system((tx) => noteEvents(tx, BATCH));
        if (anew) logger.warn({ event: 'webhooks count anew after a restore' });
        if (read < BATCH) break;
      }
      for (const { ref, again } of await database.system((tx) => notHandedOver(tx, BATCH)))
        await this.#handOver(ref, again);
      if (this.#rounds++ % CLEAN_EVERY === 0)
        await database.system((tx) => forgetDeliveries(tx, new Date(Date.now() - KEPT_MS)));
    } catch (error) {
      logger.warn({ event: 'webhooks wait', err: error });
    }
  }

  async #handOver(ref: Parameters<typeof webhookDelivery>[0], again: boolean): Promise<void> {
    const { database, client } = this.#options;
    await client.workflow.start<typeof webhookDelivery>('webhookDelivery', {
      workflowId: webhookWorkflowId(ref),
      taskQueue: DECISIONS_QUEUE,
      args: [ref],
      typedSearchAttributes: [{ key: MERCHANT, value: ref.merchant as string }],
      // Who asks again does not wait for the next try of a run that waits, nor join one that has just given up.
      workflowIdConflictPolicy: again
        ? WorkflowIdConflictPolicy.TERMINATE_EXISTING
        : WorkflowIdConflictPolicy.USE_EXISTING,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      // Nobody waits for them as a customer waits for an answer.
      priority: { priorityKey: 5, fairnessKey: ref.merchant },
    });
    await database.merchant(ref.merchant, (tx) => handedOver(tx, ref, new Date()));
  }

  #later(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.once().then(() => this.#later());
    }, this.#options.everyMs ?? 500);
    this.#timer.unref();
  }
}
