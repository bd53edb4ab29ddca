import type { Failure } from '../../domain/errors.ts';
import { SEND_RETRY } from '../../workflows/policies.ts';

/** A tenth to either side, so that a thousand parts that failed together don't come back together. */
const JITTER = 0.1;

export interface RetryPauses {
  readonly initialMs: number;
  readonly backoff: number;
  readonly longestMs: number;
}

/** A customer who is written to too fast: Meta asks for 4^X seconds, X being how often it has said so. */
const CUSTOMER_THROTTLE_BASE = 4;
const LONGEST_THROTTLE_MS = 5 * 60_000;

/**
 * When Temporal tries again: the policy's own pause with its jitter, but never before the far end said.
 * `attempt` is the one that has just failed, from 1.
 */
export function retryDelayMs(
  failure: Failure,
  attempt: number,
  { policy = SEND_RETRY, random = Math.random }: { policy?: RetryPauses; random?: () => number } = {},
): number {
  if (failure.retryAfterMs !== undefined) return Math.round(failure.retryAfterMs * (1 + JITTER * random()));
  if (failure.class === 'throttled' && failure.scope === 'customer')
    return Math.min(CUSTOMER_THROTTLE_BASE ** attempt * 1_000, LONGEST_THROTTLE_MS);
  const { initialMs, backoff, longestMs } = policy;
  const pauseMs = Math.min(initialMs * backoff ** (attempt - 1), longestMs);
  return Math.round(pauseMs * (1 - JITTER + 2 * JITTER * random()));
}
