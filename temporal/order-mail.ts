import { type Client, WorkflowIdConflictPolicy } from '@temporalio/client';
import type { MerchantId } from '../domain/ids.ts';
import type { order as orderWorkflow } from '../workflows/order.ts';
import type { OrderRef } from '../workflows/order-activities.ts';
import { orderNewsSignal, pollNowSignal } from '../workflows/order-signals.ts';
import { DECISIONS_QUEUE, orderWorkflowId, sheetWorkflowId } from '../workflows/ids.ts';
import type { sheet as sheetWorkflow } from '../workflows/sheet.ts';
import { CALL_TIMEOUT_MS } from './connection.ts';
import { MERCHANT } from './search-attributes.ts';
import { despiteRacingStarts } from './started-meanwhile.ts';

/** Brings news to orders and sheets, starting a run where none is there: however often, there is one. */
export class OrderMail {
  readonly #client: Client;
  readonly #maxRetries: number;
  readonly #timeoutMs: number;

  constructor(client: Client, maxRetries: number, timeoutMs = CALL_TIMEOUT_MS) {
    this.#client = client;
    this.#maxRetries = maxRetries;
    this.#timeoutMs = timeoutMs;
  }

  async orderNews({ merchant, order }: OrderRef, what: string): Promise<void> {
    await this.#signalOrStart(() =>
      this.#client.workflow.signalWithStart<typeof orderWorkflow, [string]>('order', {
        workflowId: orderWorkflowId(merchant, order),
        taskQueue: DECISIONS_QUEUE,
        args: [{ merchant, order, maxRetries: this.#maxRetries }],
        signal: orderNewsSignal,
        signalArgs: [what],
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
        typedSearchAttributes: [{ key: MERCHANT, value: merchant as string }],
        priority: { priorityKey: 3, fairnessKey: merchant },
      }),
    );
  }

  /** Polls now, and from now on for as long as the store says that the sheet is watched. */
  async pollNow(merchant: MerchantId, why: string): Promise<void> {
    await this.#signalOrStart(() =>
      this.#client.workflow.signalWithStart<typeof sheetWorkflow, [string]>('sheet', {
        workflowId: sheetWorkflowId(merchant),
        taskQueue: DECISIONS_QUEUE,
        args: [{ merchant }],
        signal: pollNowSignal,
        signalArgs: [why],
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
        typedSearchAttributes: [{ key: MERCHANT, value: merchant as string }],
        priority: { priorityKey: 3, fairnessKey: merchant },
      }),
    );
  }

  #signalOrStart<T>(call: () => Promise<T>): Promise<T> {
    return this.#client.withDeadline(Date.now() + this.#timeoutMs, () => despiteRacingStarts(call));
  }
}
