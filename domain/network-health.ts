import type { BreakerState, CallCounts } from './destination.ts';

export type Health = 'healthy' | 'degraded' | 'critical';

/** The share of failed calls from which people are told: named in the contract, so scripts may rely on them. */
export const DEGRADED_FROM = 0.2;
export const CRITICAL_ABOVE = 0.5;

/** A line that its provider wants quiet for longer is told to people; a shorter pause is everyday life. */
export const LONG_PAUSE_MS = 5 * 60_000;

/** With fewer calls in the window a share says nothing: one failed call of two would be an alarm. */
export const FEWEST_CALLS = 5;

export const errorRateOf = ({ calls, failures }: Pick<CallCounts, 'calls' | 'failures'>): number =>
  calls === 0 ? 0 : failures / calls;

/** 1 when nothing had to be repeated. */
export const successRateOf = ({
  retries,
  successfulRetries,
}: Pick<CallCounts, 'retries' | 'successfulRetries'>): number =>
  retries === 0 ? 1 : successfulRetries / retries;

/** How the calls of the window went. */
export function healthOfCalls(counts: Pick<CallCounts, 'calls' | 'failures'>): Health {
  if (counts.calls < FEWEST_CALLS) return 'healthy';
  const rate = errorRateOf(counts);
  return rate > CRITICAL_ABOVE ? 'critical' : rate >= DEGRADED_FROM ? 'degraded' : 'healthy';
}

export const healthOfBreaker = (breaker: BreakerState): Health =>
  breaker === 'open' ? 'critical' : breaker === 'half-open' ? 'degraded' : 'healthy';

const WORSE: readonly Health[] = ['healthy', 'degraded', 'critical'];
export const worst = (all: readonly Health[]): Health =>
  WORSE[Math.max(0, ...all.map((one) => WORSE.indexOf(one)))] ?? 'healthy';

const MORE_OPEN: readonly BreakerState[] = ['closed', 'half-open', 'open'];
export const mostOpen = (all: readonly BreakerState[]): BreakerState =>
  MORE_OPEN[Math.max(0, ...all.map((one) => MORE_OPEN.indexOf(one)))] ?? 'closed';
