import { z } from 'zod';
import { StartRefused } from '../start-refused.ts';
import type { PhoneOptions } from './options.ts';

const outboxPage = z.object({
  items: z.array(z.object({ text: z.string(), key: z.string(), part: z.number(), parts: z.number() })),
});
const conversation = z.object({
  workflowId: z.string(),
  phase: z.enum(['idle', 'gathering', 'thinking', 'sending', 'waiting', 'human']),
  inCharge: z.enum(['bot', 'human']),
  window: z.object({ endsAt: z.string(), count: z.number() }).nullable(),
  waiting: z.object({ reason: z.string() }).nullable(),
  messages: z.array(
    z.object({
      key: z.string(),
      direction: z.enum(['in', 'out']),
      by: z.string(),
      turn: z.string().nullable(),
    }),
  ),
});
const problem = z.object({ detail: z.string() });

export type Received = z.infer<typeof outboxPage>['items'][number];
export type Conversation = z.infer<typeof conversation>;

/** Longer than Zajel takes to say that its database or Temporal is away. */
const PATIENCE_MS = 10_000;

/** Zajel can't be reached, or is not all there: worth another try. */
export class NotThere extends Error {
  override readonly name = 'NotThere';
}

/** The simulated phone network, as one phone knows it. */
export class PhoneNetwork {
  readonly #options: PhoneOptions;

  constructor(options: PhoneOptions) {
    this.#options = options;
  }

  /** Delivered once per id, however often it is tried. */
  async say(text: string, id: string): Promise<void> {
    const { merchant, line, number } = this.#options;
    await this.#call('POST', `/api/simulator/${merchant}/${line}/messages`, { from: number, text, id });
  }

  /** Everything this phone has received, in order. */
  async received(): Promise<Received[]> {
    const { merchant, line, number } = this.#options;
    return outboxPage.parse(
      await this.#call('GET', `/api/simulator/${merchant}/${line}/outbox?to=${encodeURIComponent(number)}`),
    ).items;
  }

  /** Null until the first message is in. */
  async conversation(): Promise<Conversation | null> {
    const { merchant, number } = this.#options;
    const path = `/api/merchants/${merchant}/conversations/simulator/${encodeURIComponent(number)}`;
    const body = await this.#call('GET', path, undefined, true);
    return body === null ? null : conversation.parse(body);
  }

  async #call(method: string, path: string, body?: unknown, mayBeMissing = false): Promise<unknown> {
    const { url, key, merchant, line } = this.#options;
    let response: Response;
    try {
      response = await fetch(`${url}${path}`, {
        method,
        headers: { 'x-api-key': key, 'content-type': 'application/json' },
        signal: AbortSignal.timeout(PATIENCE_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw new NotThere(`Zajel isn't running at ${url}: npm start`, { cause: error });
    }
    if (response.ok) return response.json();
    if (response.status === 404 && mayBeMissing) return null;
    if (response.status === 401)
      throw new StartRefused(
        `${url} does not take this key: it belongs to another Zajel, see ZAJEL_DATA or ADMIN_API_KEY`,
      );
    if (response.status === 404)
      throw new StartRefused(
        `${url} has no simulated line ${merchant}/${line}: name one with --merchant and --line`,
      );
    const why = problem.safeParse(await response.json().catch(() => null));
    const sentence = `Zajel said ${response.status}${why.success ? `: ${why.data.detail}` : ''}`;
    throw response.status >= 500 || response.status === 429
      ? new NotThere(sentence)
      : new StartRefused(sentence);
  }
}
