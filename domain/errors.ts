/**
 * The classes of failure, named once. Each channel's `classify` maps its provider's errors to one of
 * them; each maps to a retry policy (workflows/policies.ts) and to words a person understands.
 *
 * - `retryable`  it surely did not happen, and trying again may help
 * - `throttled`  it surely did not happen; the far end asks for patience (scope: line or customer)
 * - `auth`       the account itself is refused: stop the line, tell a person, lose nothing
 * - `permanent`  it did not happen and never will; kept, visible, not retried
 * - `unknown`    it may have happened. Never tried again blindly
 */
export type FailureClass = 'retryable' | 'throttled' | 'auth' | 'permanent' | 'unknown';

export interface Failure {
  readonly class: FailureClass;
  /** Stable, for programs and for the translation table: `window-closed`, `not-on-whatsapp`, `connection-reset`… */
  readonly reason: string;
  /** For people who debug: the provider's own words. Never shown to a customer. */
  readonly detail: string;
  /** How long the far end asks us to wait. */
  readonly retryAfterMs?: number;
  /** Whom a throttle concerns. */
  readonly scope?: 'line' | 'customer';
  /** The customer has opted out at the provider's side. */
  readonly optedOut?: boolean;
}

/** A failure as an exception, for code that has no result to carry it in. */
export class ClassifiedError extends Error {
  override readonly name = 'ClassifiedError';
  readonly failure: Failure;
  constructor(failure: Failure, options?: ErrorOptions) {
    super(`${failure.class}: ${failure.reason}: ${failure.detail}`, options);
    this.failure = failure;
  }
}

const RETRYABLE_CODES = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ECONNABORTED',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_SOCKET',
]);
/** Refused before a byte of the request could have been acted upon: surely not sent. */
const NEVER_LEFT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);
const RETRYABLE_HTTP = new Set([408, 429, 500, 502, 503, 504]);

/** Walks the `cause` chain (clients wrap the socket's error two or three deep) and yields every link once. */
export function* causes(error: unknown): Generator<Record<string, unknown>> {
  const seen = new Set<unknown>();
  for (let link: unknown = error; isObject(link) && !seen.has(link); link = link['cause']) {
    seen.add(link);
    yield link;
  }
}

/** The code of the network failure behind an error, however deeply it is wrapped; null when it is none. */
export function networkCode(error: unknown): string | null {
  for (const link of causes(error)) {
    const code = link['code'];
    if (typeof code === 'string' && RETRYABLE_CODES.has(code)) return code;
  }
  return null;
}

export const neverLeft = (code: string): boolean => NEVER_LEFT.has(code);
export const isRetryableHttp = (status: number): boolean => RETRYABLE_HTTP.has(status);

/** An error whole, for logs: name, message, stack, code and the chain of causes. Never `[object Object]`. */
export function serialiseError(error: unknown, depth = 0): Record<string, unknown> {
  if (!isObject(error)) return { name: 'NonError', message: String(error) };
  const { name, message, stack, code, cause } = error;
  return {
    name: typeof name === 'string' ? name : 'Error',
    message: typeof message === 'string' ? message : safeJson(error),
    ...(code === undefined ? {} : { code }),
    ...(typeof stack === 'string' ? { stack } : {}),
    ...(cause === undefined || depth >= 5 ? {} : { cause: serialiseError(cause, depth + 1) }),
  };
}

function safeJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (circular) {
    return `unserialisable object (${circular instanceof Error ? circular.message : 'unknown reason'})`;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
