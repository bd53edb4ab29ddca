import { z } from 'zod';
import type { SendContext } from '../channel.ts';
import { exchange, HttpFailure, jsonOf, retryAfter } from '../http.ts';
import { publicOnly } from '../private-address.ts';
import { EvolutionError } from './classify.ts';
import type { EvolutionAccount } from './schema.ts';

const refusal = z.looseObject({
  message: z.unknown().optional(),
  error: z.unknown().optional(),
  response: z.looseObject({ message: z.unknown().optional() }).optional().catch(undefined),
});
const lookedUp = z.looseObject({ exists: z.literal(false) });

/** One call to the instance: one try, errors as `EvolutionError` or `HttpFailure`. */
export const evolutionPost = (
  account: EvolutionAccount,
  path: string,
  body: unknown,
  context: SendContext,
  maxBytes?: number,
): Promise<unknown> =>
  ask(account, path, context, {
    method: 'POST',
    body: JSON.stringify(body),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  });
export const evolutionGet = (
  account: EvolutionAccount,
  path: string,
  context: SendContext,
): Promise<unknown> => ask(account, path, context, { method: 'GET' });

async function ask(
  account: EvolutionAccount,
  path: string,
  context: SendContext,
  request: { readonly method: 'GET' | 'POST'; readonly body?: string; readonly maxBytes?: number },
): Promise<unknown> {
  const url = new URL(
    `${account.serverUrl.replace(/\/+$/, '')}/${path}/${encodeURIComponent(account.instance)}`,
  );
  const response = await exchange({
    ...request,
    url,
    headers: { apikey: account.apiKey },
    timeoutMs: context.timeoutMs,
    signal: context.signal,
    ...(account.byOperator ? {} : publicOnly(url)),
  });
  const json = jsonOf(response.body);
  if (response.status >= 200 && response.status < 300) {
    if (json !== undefined) return json;
    throw new HttpFailure({
      code: 'ANSWER_UNREADABLE',
      mayHaveLeft: true,
      status: response.status,
      host: url.host,
    });
  }
  const parsed = refusal.safeParse(json);
  const words = parsed.success
    ? (parsed.data.response?.message ?? parsed.data.message ?? parsed.data.error)
    : undefined;
  const said = (Array.isArray(words) ? words : [words]).filter((word) => word !== undefined);
  throw new EvolutionError({
    status: response.status,
    // Objects here hold phone numbers: only text is repeated, and never the key.
    detail:
      said
        .filter((word) => typeof word === 'string')
        .join('; ')
        .replaceAll(account.apiKey, '…')
        .slice(0, 300) || 'no words',
    unknownNumber: said.some((word) => lookedUp.safeParse(word).success),
    retryAfterMs: retryAfter(response.headers['retry-after']),
  });
}
