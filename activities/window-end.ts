import { setTimeout as pause } from 'node:timers/promises';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { WindowRules } from '../domain/settings.ts';
import type { Ending, TurnRequest } from '../workflows/conversation-activities.ts';
import { windowOf, type Arrival } from '../workflows/window.ts';

/** The run wakes a moment before its window ends (`withHeadStart`): what is left of it is waited for by whoever may not act before. */
export async function untilWindowEnds({ nowMs, windowEndedAtMs }: Ending, now: () => number): Promise<void> {
  // Not longer than the run was early, whatever the clocks of two machines say.
  const leftMs = windowEndedAtMs - Math.max(nowMs, now());
  if (leftMs > 0) await pause(leftMs);
}

/**
 * Where the window's end has moved to with what came between the turn's beginning and that end; null where it is where it
 * was. Asked again by a turn that is thought again.
 */
export function movedEnd(
  { nowMs, windowEndedAtMs, begunAtMs = nowMs }: TurnRequest,
  claimed: readonly Arrival[],
  rules: WindowRules,
): number | null {
  const isOfLastMoment = ({ receivedAtMs }: Arrival): boolean =>
    receivedAtMs > begunAtMs && receivedAtMs <= windowEndedAtMs;
  if (!claimed.some(isOfLastMoment)) return null;
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

/** The window is not over, and the turn would end or do something: nothing of that has been written. */
export class TooEarly extends Error {}
