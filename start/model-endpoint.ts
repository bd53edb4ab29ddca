import type { ModelAddress } from '../activities/model/endpoint.ts';
import { OPENAI_URL, type Settings } from './settings-schema.ts';

/** Null where nobody set one up: OpenAI's own address asks for a key. */
export function modelEndpointOf({
  MODEL_BASE_URL,
  MODEL_API_KEY,
  MODEL_NAME,
}: Pick<Settings, 'MODEL_BASE_URL' | 'MODEL_API_KEY' | 'MODEL_NAME'>): ModelAddress | null {
  if (MODEL_API_KEY === undefined && MODEL_BASE_URL === OPENAI_URL) return null;
  return { baseUrl: MODEL_BASE_URL, apiKey: MODEL_API_KEY ?? null, model: MODEL_NAME };
}
