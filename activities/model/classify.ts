import { HttpFailure } from '../../channels/http.ts';
import { wireFailure } from '../../channels/wire-failure.ts';
import { causes, type Failure } from '../../domain/errors.ts';
import { ModelRefusal } from './refusal.ts';

/** No money left at the provider, whatever number it says so with. */
const QUOTA = /insufficient_quota|insufficient_balance|billing/i;
/** In the words of OpenAI, llama.cpp, vLLM, Anthropic and Gemini. */
const TOO_LONG =
  /context[ _](?:length|window|size)|prompt is too long|maximum number of tokens|reduce the length/i;

/** A question to a model changes nothing in the world, so nothing is `unknown`: asking again is always safe. */
export function classifyModelFailure(error: unknown): Failure {
  if (error instanceof ModelRefusal) return ofRefusal(error);
  // The head said "refused" and only the words were lost on the way; unless it was we who hung up.
  if (
    error instanceof HttpFailure &&
    error.status !== null &&
    error.status >= 400 &&
    error.code !== 'ABORTED'
  ) {
    const { status, message: detail } = error;
    return ofRefusal(new ModelRefusal({ status, codes: [], detail, retryAfterMs: null }));
  }
  // Somebody's typographic quotes came along when the key was copied.
  for (const link of causes(error))
    if (link['code'] === 'ERR_INVALID_CHAR')
      return {
        class: 'auth',
        reason: 'model-key-refused',
        detail: 'the key has letters that no key can have',
      };
  const failure = wireFailure(error);
  if (failure.class !== 'unknown') return failure;
  // What is no failure of the wire is a mistake of ours, and the same mistake the next time.
  return { ...failure, class: failure.reason === 'unexpected-error' ? 'permanent' : 'retryable' };
}

function ofRefusal({ status, codes, detail: words, retryAfterMs }: ModelRefusal): Failure {
  const detail = `HTTP ${status}: ${words}`;
  const wait = retryAfterMs === null ? {} : { retryAfterMs };
  const says = (what: RegExp): boolean => codes.some((code) => what.test(code));
  if (status === 402 || (status === 429 && says(QUOTA)))
    return { class: 'auth', reason: 'model-quota', detail };
  if (status === 429)
    return { class: 'throttled', reason: 'model-throttled', detail, scope: 'line', ...wait };
  if (status === 401 || status === 403) return { class: 'auth', reason: 'model-key-refused', detail };
  if (status === 408 || status >= 500)
    return { class: 'retryable', reason: 'model-unavailable', detail, ...wait };
  if (status === 404 || says(/model_not_found/))
    return { class: 'permanent', reason: 'model-not-found', detail };
  if (status === 413 || (status === 400 && (says(TOO_LONG) || TOO_LONG.test(words))))
    return { class: 'permanent', reason: 'model-too-long', detail };
  // Azure looks through what the customer wrote, too, and says so with 400.
  if (says(/content_filter/)) return { class: 'permanent', reason: 'model-refused', detail };
  return { class: 'permanent', reason: 'model-request-refused', detail };
}
