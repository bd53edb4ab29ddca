import { z } from 'zod';
import { jsonOf, retryAfter, type HttpResponse } from '../../channels/http.ts';

/** The model's server answered, and not with an answer. Holds its words without the key. */
export class ModelRefusal extends Error {
  override readonly name = 'ModelRefusal';
  readonly status: number;
  /** The server's `code` and `type`: `insufficient_quota`, `context_length_exceeded`… */
  readonly codes: readonly string[];
  readonly detail: string;
  readonly retryAfterMs: number | null;
  constructor(refusal: {
    status: number;
    codes: readonly string[];
    detail: string;
    retryAfterMs: number | null;
  }) {
    super(`the model's server refused: HTTP ${refusal.status}: ${refusal.detail}`);
    this.status = refusal.status;
    this.codes = refusal.codes;
    this.detail = refusal.detail;
    this.retryAfterMs = refusal.retryAfterMs;
  }
}

const LONGEST_DETAIL = 300;

const text = z.string().optional().catch(undefined);
const code = z
  .union([z.string(), z.number().transform(String)])
  .optional()
  .catch(undefined);
const words = z.union([
  z.string().transform((message) => ({ message, type: undefined, code: undefined })),
  z.looseObject({ message: text, type: text, code }),
]);
/** OpenAI puts its words into `error`, vLLM and Mistral leave them bare, Gemini wraps all of it in a list. */
const wrapped = z.looseObject({ error: words }).transform(({ error }) => error);
const errorBody = z.union([
  wrapped,
  z
    .tuple([wrapped])
    .rest(z.unknown())
    .transform(([first]) => first),
  words,
]);

export function refusalOf({ status, headers, body }: HttpResponse, apiKey: string | null): ModelRefusal {
  const json = jsonOf(body);
  const said = json === undefined ? undefined : errorBody.safeParse(json).data;
  const askedMs = z.coerce.number().positive().safeParse(headers['retry-after-ms']);
  return new ModelRefusal({
    status,
    codes: [said?.code, said?.type].filter((one) => one !== undefined),
    detail: withoutKey(said?.message ?? 'no words', apiKey).slice(0, LONGEST_DETAIL),
    retryAfterMs: askedMs.success ? Math.ceil(askedMs.data) : retryAfter(headers['retry-after']),
  });
}

/** As few letters of a key as nobody else's word shares by chance. */
const TELLING = 6;
/** As many as servers show of its end ("the key that ends in …abcd"). */
const SHOWN_END = 4;
const MASKED = /[\w-]*(?:\*{2,}|•{2,}|…|\.{3,})[\w-]*/g;
const LIKE_A_KEY = /\b(?:sk|gsk|xai|key|pplx|hf)[-_][\w-]{8,}|\bAIza[\w-]{8,}|\bBearer\s+\S+/gi;

/** Servers repeat a key they refuse: whole, cut short, or with its middle hidden. */
export function withoutKey(said: string, apiKey: string | null): string {
  const blind = (apiKey === null ? said : said.replaceAll(apiKey, '…'))
    .replace(MASKED, '…')
    .replace(LIKE_A_KEY, '…');
  return apiKey === null
    ? blind
    : blind.replace(/[\w-]+/g, (word) => (sharesWith(word, apiKey) ? '…' : word));
}

function sharesWith(word: string, apiKey: string): boolean {
  if (word.length >= SHOWN_END && apiKey.endsWith(word)) return true;
  for (let at = 0; at + TELLING <= word.length; at += 1)
    if (apiKey.includes(word.slice(at, at + TELLING))) return true;
  return false;
}
