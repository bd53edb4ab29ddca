import { isRetryableHttp, type Failure } from '../../domain/errors.ts';

/**
 * What Graph's error codes mean, for messages refused at once and for those reported by a status later.
 * The code decides, not HTTP: throttles arrive as 400.
 */
export interface GraphFault {
  readonly code: number | null;
  readonly subcode?: number | null;
  /** The HTTP status; null for an error inside a webhook. */
  readonly status: number | null;
  readonly detail: string;
  readonly transient?: boolean;
  /** What the provider asked for in `Retry-After` or in its usage header. */
  readonly retryAfterMs?: number | null;
  /** How often this message to this customer has been throttled already. */
  readonly throttledBefore?: number;
}

type Verdict = Pick<Failure, 'class' | 'reason' | 'retryAfterMs' | 'scope' | 'optedOut'>;
type Rule = readonly [codes: readonly (number | readonly [from: number, to: number])[], verdict: Verdict];

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

const again = (reason: string): Verdict => ({ class: 'retryable', reason });
const slowLine = (reason: string, retryAfterMs: number): Verdict => ({
  class: 'throttled',
  reason,
  scope: 'line',
  retryAfterMs,
});
const final = (reason: string): Verdict => ({ class: 'permanent', reason });
const account = (reason: string): Verdict => ({ class: 'auth', reason });

/** The first rule that names the code wins, so that a single code may stand before the range it is in. */
const RULES: readonly Rule[] = [
  [[1, 2, 131000, 131016, 133004, 131057], again('provider-unavailable')],
  // Calls per hour of the app or the business account: they come back as the hour rolls on.
  [[4, 17, 32, 613, 80007], slowLine('rate-limited', 60 * SECOND)],
  // 80 (or 1,000) messages a second of one number: over in moments.
  [[130429], slowLine('throughput-limited', 10 * SECOND)],
  // Too many customers blocked or reported the number: it is paused for hours, and trying on makes it worse.
  [[131048], slowLine('spam-limited', 6 * HOUR)],
  [[131047], final('window-closed')],
  [[131026], final('not-on-whatsapp')],
  [[131021], final('recipient-is-sender')],
  [[130472], final('held-back-by-experiment')],
  [[131049], { ...final('held-back-by-provider'), retryAfterMs: 24 * HOUR }],
  [[131050], { ...final('opted-out'), optedOut: true }],
  [[551], final('customer-unavailable')],
  [[0, 190], account('token-refused')],
  [[3, 10, [200, 299], 131005], account('permission-missing')],
  [[368, 131031, 130497], account('account-restricted')],
  [[131042], account('payment-problem')],
  [[131037, 131045, [133000, 133099]], account('number-not-registered')],
  [[[132000, 132099]], final('template-refused')],
  [[33, 100, 131008, 131009, [131051, 131053], 131062], final('request-refused')],
];

/** Instagram says "outside the window" as a missing permission, with one of these beside it. */
const WINDOW_CLOSED_SUBCODES = new Set([2534022, 2018278]);

/** One message per 6 seconds and customer, burst 45. Meta asks for 4^X seconds, X counting from 0; an hour is enough. */
export const pairRateWaitMs = (throttledBefore: number): number =>
  Math.min(4 ** Math.max(0, throttledBefore) * SECOND, HOUR);

export function graphFailure(fault: GraphFault): Failure {
  const verdict = judge(fault);
  const asked = fault.retryAfterMs ?? null;
  return {
    ...verdict,
    ...(asked === null ? {} : { retryAfterMs: Math.max(asked, verdict.retryAfterMs ?? 0) }),
    detail: describe(fault),
  };
}

function judge(fault: GraphFault): Verdict {
  const { code, subcode, status } = fault;
  if (code === null) return judgeHttp(status);
  if (code === 131056) {
    return {
      class: 'throttled',
      reason: 'pair-rate-limited',
      scope: 'customer',
      retryAfterMs: pairRateWaitMs(fault.throttledBefore ?? 0),
    };
  }
  if (code === 10 && subcode !== undefined && subcode !== null && WINDOW_CLOSED_SUBCODES.has(subcode))
    return final('window-closed');
  const known = RULES.find(([codes]) =>
    codes.some((one) => (typeof one === 'number' ? one === code : one[0] <= code && code <= one[1])),
  );
  if (known !== undefined) return known[1];
  if (fault.transient === true) return again('provider-unavailable');
  return judgeHttp(status);
}

/** Graph's own error is missing or has a code nobody has documented. */
function judgeHttp(status: number | null): Verdict {
  if (status === null) return final('undelivered');
  if (status === 429) return slowLine('rate-limited', 10 * SECOND);
  if (status === 401) return account('token-refused');
  // A gateway that lost patience had passed the request on: nobody can tell what became of it.
  if (status === 504) return { class: 'unknown', reason: 'gateway-timed-out' };
  if (isRetryableHttp(status) || status >= 500) return again('provider-unavailable');
  // A redirect or a missing page is a wrong address in the settings: stop and say so, lose nothing.
  if (status < 400 || status === 404 || status === 405) return account('wrong-address');
  return final('request-refused');
}

function describe({ code, subcode, status, detail }: GraphFault): string {
  const parts = [
    code === null ? null : `code ${code}`,
    subcode ? `subcode ${subcode}` : null,
    status === null ? null : `HTTP ${status}`,
  ];
  return `${parts.filter((part) => part !== null).join(', ')}: ${detail}`;
}
