import { z } from 'zod';
import { causes, isRetryableHttp, type Failure } from '../../domain/errors.ts';
import { carried, messageOf, networkFailure } from '../failures.ts';

/** A token went bad before its time: a new one is asked for before anybody is told. */
export const TOKEN_REFUSED = 'google-token-refused';
/** Google does not want this very request, and never will. */
export const REQUEST_REFUSED = 'google-refused';

/** An answer without words of its own stands in the error whole, however long it is. */
const LONGEST_DETAIL = 300;

/** Google's error document, or the token endpoint's flat one. */
const bodySchema = z.union([
  z.object({
    error: z.object({
      message: z.string().optional(),
      status: z.string().optional(),
      errors: z.array(z.object({ reason: z.string().optional() })).optional(),
      details: z.array(z.object({ reason: z.string().optional() })).optional(),
    }),
  }),
  z.object({ error: z.string(), error_description: z.string().optional() }),
]);
const responseSchema = z.object({ status: z.number(), headers: z.unknown(), data: z.unknown() });

/** Reading is harmless and writing is compare-and-set, so nothing here is `unknown`: trying again is always safe. */
export function classifyGoogle(error: unknown): Failure {
  const known = carried(error);
  if (known !== null) return known;
  const answer = answerOf(error);
  if (answer !== null) return ofAnswer(answer.status, answer.headers, answer.data, error);
  return networkFailure(error) ?? ofNoAnswer(error);
}

function ofAnswer(status: number, headers: unknown, data: unknown, error: unknown): Failure {
  const { reasons, message } = wordsOf(data);
  const detail = `HTTP ${status}: ${message ?? messageOf(error)}`.slice(0, LONGEST_DETAIL);
  const has = (...wanted: string[]): boolean => wanted.some((reason) => reasons.includes(reason));
  // Google says "slow down" with 403 as well.
  if (
    status === 429 ||
    has('rateLimitExceeded', 'userRateLimitExceeded', 'RESOURCE_EXHAUSTED', 'RATE_LIMIT_EXCEEDED')
  ) {
    return { class: 'throttled', reason: 'quota', detail, scope: 'line', ...retryAfter(headers) };
  }
  if (has('invalid_grant', 'invalid_client', 'unauthorized_client'))
    return { class: 'auth', reason: 'key-refused', detail };
  if (has('SERVICE_DISABLED', 'accessNotConfigured'))
    return { class: 'auth', reason: 'api-disabled', detail };
  if (status === 401) return { class: 'auth', reason: TOKEN_REFUSED, detail };
  if (status === 403) return { class: 'auth', reason: 'not-shared', detail };
  if (status === 400 && /No grid with id/i.test(detail))
    return { class: 'permanent', reason: 'tab-not-found', detail };
  if (status === 404) return { class: 'permanent', reason: 'sheet-not-found', detail };
  if (isRetryableHttp(status) || status >= 500)
    return { class: 'retryable', reason: 'google-unavailable', detail, ...retryAfter(headers) };
  return { class: 'permanent', reason: status === 400 ? REQUEST_REFUSED : 'google-unexpected', detail };
}

function ofNoAnswer(error: unknown): Failure {
  const detail = messageOf(error);
  for (const link of causes(error)) {
    const { name, code, type } = link;
    if (name === 'TimeoutError' || code === 'TimeoutError' || name === 'AbortError' || type === 'aborted') {
      return { class: 'retryable', reason: 'google-silent', detail };
    }
    // An answer that broke off in the middle of its body.
    if (code === 'ERR_STREAM_PREMATURE_CLOSE' || type === 'system')
      return { class: 'retryable', reason: 'connection-broken', detail };
    // The private key in the credentials can't be read.
    if (typeof code === 'string' && code.startsWith('ERR_OSSL'))
      return {
        class: 'auth',
        reason: 'key-unreadable',
        detail: 'the private key of the service account is damaged',
      };
  }
  return { class: 'permanent', reason: 'sheets-failed', detail };
}

function answerOf(error: unknown): z.infer<typeof responseSchema> | null {
  for (const link of causes(error)) {
    const response = responseSchema.safeParse(link['response']);
    if (response.success) return response.data;
  }
  return null;
}

function wordsOf(data: unknown): { reasons: string[]; message: string | undefined } {
  const body = bodySchema.safeParse(data);
  if (!body.success) return { reasons: [], message: undefined };
  if ('error_description' in body.data || typeof body.data.error === 'string') {
    const flat = z.object({ error: z.string(), error_description: z.string().optional() }).parse(body.data);
    return { reasons: [flat.error], message: flat.error_description ?? flat.error };
  }
  const { message, status, errors, details } = body.data.error;
  const reasons = [status, ...[...(errors ?? []), ...(details ?? [])].map(({ reason }) => reason)].filter(
    (reason) => reason !== undefined,
  );
  return { reasons, message };
}

/** The library hands out either kind of headers, and not always the global `Headers`. */
const headersSchema = z.union([
  z.object({ 'retry-after': z.string() }).transform((plain) => plain['retry-after']),
  z
    .custom<Pick<Headers, 'get'>>(
      (value) =>
        typeof value === 'object' && value !== null && 'get' in value && typeof value.get === 'function',
    )
    .transform((headers) => headers.get('retry-after')),
]);

function retryAfter(headers: unknown): { retryAfterMs?: number } {
  const text = headersSchema.safeParse(headers).data ?? null;
  if (text === null) return {};
  const seconds = Number(text);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? { retryAfterMs: ms } : {};
}
