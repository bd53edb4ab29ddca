import type { MerchantId } from './ids.ts';

/** Something outside that Zajel calls. Each has a breaker and figures of its own: one line that is down slows no other. */
export interface Destination {
  readonly kind: 'line' | 'sheet' | 'model' | 'media';
  readonly merchant: MerchantId;
  /** The line's id, also where its customers' files are; the sheet's and the model's own name. */
  readonly id: string;
}

export type BreakerState = 'closed' | 'open' | 'half-open';

/** What was counted of the calls to one destination. */
export interface CallCounts {
  readonly calls: number;
  readonly failures: number;
  /** Calls that repeated an earlier one that had failed. */
  readonly retries: number;
  readonly successfulRetries: number;
  /** How often each reason was met: `connection-reset`, `timed-out`, `throttled`… */
  readonly errors: Readonly<Record<string, number>>;
}

export const NO_CALLS: CallCounts = { calls: 0, failures: 0, retries: 0, successfulRetries: 0, errors: {} };

export function addCounts(one: CallCounts, other: CallCounts): CallCounts {
  const errors: Record<string, number> = { ...one.errors };
  for (const [reason, count] of Object.entries(other.errors)) errors[reason] = (errors[reason] ?? 0) + count;
  return {
    calls: one.calls + other.calls,
    failures: one.failures + other.failures,
    retries: one.retries + other.retries,
    successfulRetries: one.successfulRetries + other.successfulRetries,
    errors,
  };
}
