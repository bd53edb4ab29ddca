import type { ChatMessage, Said, Tool } from '../../answers/model/ask.ts';
import { exchange, jsonOf } from '../../channels/http.ts';
import { ModelRefusal, refusalOf } from './refusal.ts';
import { LIMITS, NO_LIMITS, questionOf, saidOf } from './wire.ts';

/** Where a model is asked: OpenAI, or any server that speaks its chat completions (Ollama, vLLM, a gateway). */
export interface ModelAddress {
  /** With its own path, `https://api.openai.com/v1`. */
  readonly baseUrl: URL | string;
  /** Null: the server wants none. */
  readonly apiKey: string | null;
  readonly model: string;
}

export interface ModelContext {
  readonly signal: AbortSignal;
  /** For the whole exchange. */
  readonly timeoutMs: number;
}

export type ModelEndpoint = (
  messages: readonly ChatMessage[],
  tools: readonly Tool[],
  context: ModelContext,
) => Promise<Said>;

/** One try each; what it throws is for `classifyModelFailure`. */
export function createModelEndpoint({ baseUrl, apiKey, model }: ModelAddress): ModelEndpoint {
  const url = new URL(baseUrl);
  // The path alone: a gateway's `?api-version=` stays behind it.
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/chat/completions`;
  let limits = LIMITS;
  async function post(body: object, { signal, timeoutMs }: ModelContext): Promise<Said> {
    const response = await exchange({
      method: 'POST',
      url,
      headers: apiKey === null ? {} : { authorization: `Bearer ${apiKey}` },
      body: JSON.stringify(body),
      timeoutMs,
      signal,
    });
    if (response.status >= 200 && response.status < 300) return saidOf(jsonOf(response.body));
    throw refusalOf(response, apiKey);
  }
  return async (messages, tools, context) => {
    const question = questionOf(model, messages, tools);
    try {
      return await post({ ...question, ...limits }, context);
    } catch (error) {
      if (!(error instanceof ModelRefusal) || limits === NO_LIMITS || !refusesLimits(error)) throw error;
      // OpenAI's reasoning models: they are asked without from now on.
      limits = NO_LIMITS;
      return post(question, context);
    }
  };
}

const refusesLimits = ({ status, detail }: ModelRefusal): boolean =>
  status === 400 && Object.keys(LIMITS).some((name) => detail.includes(name));
