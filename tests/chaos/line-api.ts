import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';

const LINE = '/api/merchants/demo/lines/main';
const CONNECTION = '/api/whatsapp/persistent-connection?merchant=demo&line=main';

const lineView = z.object({
  state: z.string(),
  reason: z.string().nullable(),
  waiting: z.number(),
  history: z.array(z.object({ state: z.string(), why: z.string(), at: z.string() })),
  advice: z.array(z.object({ code: z.string(), text: z.object({ ar: z.string(), en: z.string() }) })),
});
export type LineView = z.infer<typeof lineView>;

const connectionView = z.object({
  connection: z.object({ isConnected: z.boolean() }),
  health: z.object({ lastHeartbeat: z.string().nullable() }),
});

/** What a person does with the line `main` of the merchant `demo`, and sees of it: over the API. */
export class LineApi {
  readonly #url: string;
  readonly #key: string;

  constructor(url: string, key: string) {
    this.#url = url;
    this.#key = key;
  }

  async ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly status: number; readonly body: unknown }> {
    const response = await fetch(this.#url + path, {
      method,
      headers: { 'x-api-key': this.#key, 'content-type': 'application/json', ...headers },
      signal: AbortSignal.timeout(40_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed: unknown = text === '' ? null : JSON.parse(text);
    return { status: response.status, body: parsed };
  }

  /** A call that must succeed; what a busy house refuses for the moment is asked again. */
  async must(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<unknown> {
    for (let tries = 1; ; tries += 1) {
      const answer = await this.ask(method, path, body, headers);
      if (answer.status < 300) return answer.body;
      if (answer.status < 500 || tries === 20)
        throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      await pause(500);
    }
  }

  async line(): Promise<LineView> {
    return lineView.parse(await this.must('GET', LINE));
  }

  /** How long ago the holder was heard of; null while the line is not connected. */
  async beatAgeMs(): Promise<number | null> {
    const { connection, health } = connectionView.parse(await this.must('GET', CONNECTION));
    if (!connection.isConnected || health.lastHeartbeat === null) return null;
    return Date.now() - Date.parse(health.lastHeartbeat);
  }

  async startLine(): Promise<void> {
    await this.must('POST', '/api/merchants/demo/lines', { id: 'main', channel: 'whatsapp-web' });
    await this.must('POST', `${LINE}/start`);
  }

  /** Lifts the line's limits: what is measured is the line, not its patience with WhatsApp. */
  async withoutPace(): Promise<void> {
    await this.must('PATCH', LINE, { pace: null });
  }

  /** A person of the shop writes to a customer; it waits where the line is down. */
  async write(customer: string, text: string): Promise<void> {
    // Asked again it is the same message.
    const once = { 'idempotency-key': randomUUID() };
    const path = `/api/merchants/demo/conversations/whatsapp/${customer}/messages`;
    await this.must('POST', path, { text }, once);
  }
}
