import { causes, isRetryableHttp, type Failure } from '../../domain/errors.ts';
import { HttpFailure } from '../http.ts';
import { PrivateAddressError } from '../private-address.ts';
import { wireFailure } from '../wire-failure.ts';

/** Evolution refused: `{status, error, response:{message: […]}}`. Its words decide where its numbers don't. */
export class EvolutionError extends Error {
  override readonly name = 'EvolutionError';
  readonly status: number;
  readonly detail: string;
  /** It looked the number up and WhatsApp does not know it. */
  readonly unknownNumber: boolean;
  readonly retryAfterMs: number | null;
  constructor(refusal: {
    status: number;
    detail: string;
    unknownNumber: boolean;
    retryAfterMs: number | null;
  }) {
    super(`Evolution refused: HTTP ${refusal.status}: ${refusal.detail}`);
    this.status = refusal.status;
    this.detail = refusal.detail;
    this.unknownNumber = refusal.unknownNumber;
    this.retryAfterMs = refusal.retryAfterMs;
  }
}

/** WhatsApp's server turned the message down after it was accepted (ack −1); no reason is given. */
export const refusedByWhatsapp: Failure = { class: 'permanent', reason: 'undelivered', detail: 'ack ERROR' };

export function classify(error: unknown): Failure {
  if (error instanceof EvolutionError) return judge(error);
  if (error instanceof HttpFailure && error.status !== null && error.status >= 400) {
    return judge(
      new EvolutionError({
        status: error.status,
        detail: 'answer lost',
        unknownNumber: false,
        retryAfterMs: null,
      }),
    );
  }
  // Whoever typed the address has to type another one.
  for (const link of causes(error))
    if (link instanceof PrivateAddressError)
      return { class: 'auth', reason: 'wrong-address', detail: link.message };
  return wireFailure(error);
}

function judge({ status, detail, unknownNumber, retryAfterMs }: EvolutionError): Failure {
  const say = (verdict: Omit<Failure, 'detail'>): Failure => ({
    ...verdict,
    detail: `HTTP ${status}: ${detail}`,
  });
  if (unknownNumber) return say({ class: 'permanent', reason: 'not-on-whatsapp' });
  // Baileys gave up waiting for WhatsApp's receipt: the message may be on its way.
  if (/timed?[ -]?out/i.test(detail)) return say({ class: 'unknown', reason: 'timed-out' });
  // The instance has lost WhatsApp for the moment; nothing was handed over.
  if (/connection (closed|lost)|not connected/i.test(detail))
    return say({ class: 'retryable', reason: 'line-down' });
  if (status === 401 || status === 403) return say({ class: 'auth', reason: 'token-refused' });
  // The instance was deleted or renamed, or the address is no Evolution server.
  if (status === 404 || status === 405 || status < 400)
    return say({ class: 'auth', reason: 'wrong-address' });
  if (status === 429)
    return say({
      class: 'throttled',
      reason: 'rate-limited',
      scope: 'line',
      retryAfterMs: retryAfterMs ?? 10_000,
    });
  if (status === 504) return say({ class: 'unknown', reason: 'gateway-timed-out' });
  if (isRetryableHttp(status) || status >= 500) {
    return say({
      class: 'retryable',
      reason: 'provider-unavailable',
      ...(retryAfterMs === null ? {} : { retryAfterMs }),
    });
  }
  return say({ class: 'permanent', reason: 'request-refused' });
}
