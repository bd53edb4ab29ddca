import {
  ActivityFailure,
  condition,
  continueAsNew,
  isCancellation,
  log,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { MerchantId } from '../domain/ids.ts';
import { SENDS_QUEUE } from './ids.ts';
import { pollNowSignal, sheetStateQuery } from './order-signals.ts';
import { SHEET_PAUSE_LONGEST_MS, SHEET_POLL } from './policies.ts';
import type { Polled, SheetActivities } from './sheet-activities.ts';

export interface SheetInput {
  readonly merchant: MerchantId;
  /** Polls in a row that failed, handed on by an earlier run. */
  readonly failures?: number;
}

const { pollSheet } = proxyActivities<SheetActivities>({ ...SHEET_POLL, taskQueue: SENDS_QUEUE });
/** After the activity's own retries are used up; its usual pause is not known then. */
const AFTER_OUTAGE_MS = 30_000;

/**
 * Watches one merchant's sheet: one activity per poll, and a pause. What was known at the last poll is in the store with
 * its effects, so a run that ends anywhere is carried on by the next. There is one run per merchant, whoever starts it.
 */
export async function sheet({ merchant, failures: carried = 0 }: SheetInput): Promise<void> {
  let now = false;
  const askedNow = (): boolean => now;
  let polls = 0;
  let failures = carried;
  let nextPollAtMs: number | null = null;
  setHandler(pollNowSignal, () => void (now = true));
  setHandler(sheetStateQuery, () => ({ polls, nextPollAtMs, failures }));

  const poll = async (): Promise<Polled> => {
    try {
      return await pollSheet({ merchant, nowMs: Date.now() });
    } catch (error) {
      if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
      log.warn('poll given up', { cause: error.cause?.message });
      return { kind: 'failing', reason: 'poll-failed', pollMs: AFTER_OUTAGE_MS };
    }
  };

  for (;;) {
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof sheet>({ merchant, failures });
    now = false;
    const polled = await poll();
    polls += 1;
    // A start that came while it was being stopped is a start.
    if (polled.kind === 'stopped' && !askedNow()) return;
    failures = polled.kind === 'failing' ? failures + 1 : 0;
    const pauseMs = pauseAfter(polled, failures);
    nextPollAtMs = Date.now() + pauseMs;
    if (pauseMs > 0) await condition(() => now, pauseMs);
  }
}

/** Failing sheets are asked less and less often: their quota, and the operator's log, are spared. */
export function pauseAfter(polled: Polled, failures: number): number {
  switch (polled.kind) {
    case 'polled':
      return Math.max(polled.nextMs, 0);
    case 'failing':
      return Math.min(
        polled.pollMs * 2 ** Math.min(failures - 1, 10),
        Math.max(SHEET_PAUSE_LONGEST_MS, polled.pollMs),
      );
    case 'stopped':
      return 0;
  }
}
