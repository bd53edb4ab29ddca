import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

export const PHASE = defineSearchAttributeKey('Phase', SearchAttributeType.KEYWORD);
export const NEEDS_HUMAN = defineSearchAttributeKey('NeedsHuman', SearchAttributeType.BOOL);

export interface Shown {
  readonly phase: 'waiting' | 'human';
  readonly needsHuman: boolean;
  readonly why: string;
}

/**
 * Makes a long wait findable in Temporal. Only waits are shown: an ordinary turn is over before anybody
 * could search for it, and each upsert costs an action.
 */
export function showPhase(before: Shown | null, now: Shown): Shown {
  setCurrentDetails(now.why);
  if (before?.phase === now.phase && before.needsHuman === now.needsHuman) return now;
  upsertSearchAttributes([
    { key: PHASE, value: now.phase },
    { key: NEEDS_HUMAN, value: now.needsHuman },
  ]);
  return now;
}
