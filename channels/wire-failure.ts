import { ClassifiedError, networkCode, neverLeft, type Failure } from '../domain/errors.ts';
import { HttpFailure } from './http.ts';

const REASONS: Readonly<Record<string, string>> = {
  ECONNRESET: 'connection-reset',
  EPIPE: 'connection-reset',
  ECONNABORTED: 'connection-reset',
  ECONNREFUSED: 'connection-refused',
  ETIMEDOUT: 'timed-out',
  UND_ERR_CONNECT_TIMEOUT: 'timed-out',
  ENOTFOUND: 'name-not-found',
  EAI_AGAIN: 'name-not-found',
  RESPONSE_TOO_LARGE: 'answer-too-large',
  ABORTED: 'interrupted',
  EHOSTUNREACH: 'host-unreachable',
  ENETUNREACH: 'host-unreachable',
  EHOSTDOWN: 'host-unreachable',
  ENETDOWN: 'host-unreachable',
  EADDRNOTAVAIL: 'host-unreachable',
};
/** Codes that come in families: one reason for each, so that a person finds words for it. The code stays in `detail`. */
const FAMILIES: readonly (readonly [RegExp, string])[] = [
  [/CERT|^UNABLE_TO_|^HOSTNAME_MISMATCH$|^INVALID_CA$|^CRL_/, 'certificate-refused'],
  [/^HPE_|^EPROTO$|^ERR_SSL_|^ERR_TLS_/, 'answer-unreadable'],
];

/**
 * What a failure below the provider's own errors means for a message: it never left (try again), or it
 * may have left (never again blindly). What is no wire failure at all is nobody's to judge: `unknown`.
 */
export function wireFailure(error: unknown): Failure {
  if (error instanceof ClassifiedError) return error.failure;
  if (error instanceof HttpFailure) {
    return {
      class: error.mayHaveLeft ? 'unknown' : 'retryable',
      reason: reasonOf(error.code),
      detail: error.message,
    };
  }
  const code = networkCode(error);
  if (code !== null)
    return { class: neverLeft(code) ? 'retryable' : 'unknown', reason: reasonOf(code), detail: code };
  // The name alone: an error of unknown origin may carry a request, and with it a secret.
  return {
    class: 'unknown',
    reason: 'unexpected-error',
    detail: error instanceof Error ? error.name : typeof error,
  };
}

const reasonOf = (code: string): string =>
  REASONS[code] ?? FAMILIES.find(([family]) => family.test(code))?.[1] ?? 'network-error';
