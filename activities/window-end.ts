import { setTimeout as pause } from 'node:timers/promises';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { WindowRules } from '../domain/settings.ts';
import type { TurnRequest } from '../workflows/conversation-activities.ts';
import { windowOf, type Arrival } from '../workflows/window.ts';

type Ending = Pick<TurnRequest, 'nowMs' | 'windowEndedAtMs'>;

/** The run wakes a moment before its window ends (`withHeadStart`): what is left of it is waited for here. */
export async function untilWindowEnds({ nowMs, windowEndedAtMs }: Ending, now: () => number): Promise<void> {
  // Not longer than the run was early, whatever the clocks of two machines say.
  const leftMs = windowEndedAtMs - Math.max(nowMs, now());
  if (leftMs > 0) await pause(leftMs);
}

/** Where the window's end has moved to with what came while the run was waking; null where it is where it was. */
export function movedEnd(
  { nowMs, windowEndedAtMs }: Ending,
  claimed: readonly Arrival[],
  rules: WindowRules,
): number | null {
  if (windowEndedAtMs <= nowMs || !claimed.some(({ receivedAtMs }) => receivedAtMs > nowMs)) return null;
  const endsAtMs = windowOf(claimed, rules)?.endsAtMs ?? windowEndedAtMs;
  return endsAtMs > windowEndedAtMs ? endsAtMs : null;
}

/** Thrown inside the claim's transaction: nothing is claimed, and it is tried again when the window is over. */
export const stillGathering = (forMs: number): ApplicationFailure =>
  ApplicationFailure.create({
    type: 'StillGathering',
    message: 'the customer said something in the last moment of the window',
    nextRetryDelay: forMs,
    category: ApplicationFailureCategory.BENIGN,
  });
