import { z } from 'zod';
import type { Failure } from '../../domain/errors.ts';
import type { SendContext } from '../channel.ts';
import { exchange, HttpFailure, jsonOf, retryAfter, type HttpResponse } from '../http.ts';
import { wireFailure } from '../wire-failure.ts';
import { graphFailure, type GraphFault } from './error-codes.ts';

/** Calls to Graph: one try each, errors as `GraphError` (Graph refused) or `HttpFailure` (no whole answer). */
export interface GraphCall {
  /** With the version: `https://graph.facebook.com/v23.0`. */
  readonly baseUrl: string;
  readonly path: string;
  readonly accessToken: string;
  readonly context: SendContext;
}

export class GraphError extends Error {
  override readonly name = 'GraphError';
  readonly fault: GraphFault;
  constructor(fault: GraphFault) {
    super(`Graph refused: code ${fault.code ?? 'none'}, HTTP ${fault.status ?? 'none'}: ${fault.detail}`);
    this.fault = fault;
  }
}

const errorBody = z.object({
  error: z.looseObject({
    code: z.number(),
    error_subcode: z.number().optional(),
    message: z.string().optional(),
    is_transient: z.boolean().optional(),
    error_data: z.looseObject({ details: z.string() }).optional().catch(undefined),
  }),
});
/** Header of business accounts: `{"<id>":[{"estimated_time_to_regain_access": <minutes>, …}]}`. */
const usageHeader = z.record(
  z.string(),
  z.array(z.looseObject({ estimated_time_to_regain_access: z.number().optional() })),
);

export const graphPost = (call: GraphCall, body: unknown): Promise<unknown> =>
  ask(call, 'POST', JSON.stringify(body));
export const graphGet = (call: GraphCall): Promise<unknown> => ask(call, 'GET');

async function ask(call: GraphCall, method: 'GET' | 'POST', body?: string): Promise<unknown> {
  const url = new URL(`${call.baseUrl.replace(/\/+$/, '')}/${call.path}`);
  const response = await exchange({
    method,
    url,
    headers: { authorization: `Bearer ${call.accessToken}` },
    ...(body === undefined ? {} : { body }),
    timeoutMs: call.context.timeoutMs,
    signal: call.context.signal,
  });
  const json = jsonOf(response.body);
  if (response.status >= 200 && response.status < 300 && json !== undefined) return json;
  if (response.status >= 200 && response.status < 300) {
    // "Accepted" in words that are not Graph's: a proxy's page, or a body cut short. Nobody can tell.
    throw new HttpFailure({
      code: 'ANSWER_UNREADABLE',
      mayHaveLeft: true,
      status: response.status,
      host: url.host,
    });
  }
  throw new GraphError(faultOf(response, json, call.accessToken));
}

function faultOf(response: HttpResponse, json: unknown, secret: string): GraphFault {
  const { status, headers } = response;
  const parsed = errorBody.safeParse(json);
  const retryAfterMs =
    retryAfter(headers['retry-after']) ?? regainAccess(headers['x-business-use-case-usage']);
  if (!parsed.success) return { code: null, status, detail: 'no error of Graph in the answer', retryAfterMs };
  const { error } = parsed.data;
  const words = [error.message, error.error_data?.details].filter((text) => text !== undefined).join(' — ');
  return {
    code: error.code,
    subcode: error.error_subcode ?? null,
    status,
    detail: redact(words, secret).slice(0, 500),
    transient: error.is_transient === true,
    retryAfterMs,
  };
}

/** Graph repeats a malformed token in its message ("Malformed access token EAA…"). */
export const redact = (text: string, secret: string): string =>
  text.replaceAll(secret, '…').replace(/\b(EAA|IGAA?)[A-Za-z0-9_-]{8,}/g, '…');

function regainAccess(header: string | string[] | undefined): number | null {
  if (typeof header !== 'string') return null;
  const usage = usageHeader.safeParse(jsonOf(Buffer.from(header)));
  if (!usage.success) return null;
  const minutes = Math.max(
    0,
    ...Object.values(usage.data).flatMap((uses) =>
      uses.map((use) => use.estimated_time_to_regain_access ?? 0),
    ),
  );
  return minutes > 0 ? minutes * 60_000 : null;
}

/** What an error thrown by a Graph channel's `send` means. */
export function classifyGraph(error: unknown): Failure {
  if (error instanceof GraphError) return graphFailure(error.fault);
  // The head said "refused" and only the words were lost on the way: it was refused all the same.
  if (error instanceof HttpFailure && error.status !== null && error.status >= 400) {
    return graphFailure({ code: null, status: error.status, detail: error.message });
  }
  return wireFailure(error);
}
