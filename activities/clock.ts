import { asyncLocalStorage } from '@temporalio/activity';

/**
 * The clock that activities decide by: this machine's, or Temporal's where that is ahead. What waits is woken by
 * Temporal's clock; on a machine that is behind it, a part would be told to wait until a moment that is past already.
 */
export const activityClock = (own: () => number) => (): number =>
  Math.max(own(), asyncLocalStorage.getStore()?.info.currentAttemptScheduledTimestampMs ?? 0);
