import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { answering, freePorts, launchScript, type Launched } from '../../../bench/processes.ts';
import { ROOT } from '../../../start/root.ts';
import { streamed, type StreamedEvent } from '../event-stream.ts';
import { TEST_KEY_HEX } from '../live-shop.ts';

const RESTART_PAUSE_MS = 1_000;
/** How often something is asked again: a minute and more. */
const PATIENCE = 300;

type Environment = Readonly<Record<string, string>>;

/** A process of ours, started again when it ends by itself, as `docker-compose.yml` has it. */
export class Part {
  readonly name: string;
  readonly #script: string;
  readonly #env: Environment;
  #process: Launched;
  #wanted = true;
  #root = ROOT;

  constructor(name: string, script: string, env: Environment) {
    this.name = name;
    this.#script = script;
    this.#env = env;
    this.#process = this.#launch();
  }

  get process(): Launched {
    return this.#process;
  }

  /** −9, and not there for a while. */
  async kill(awayMs = 0): Promise<void> {
    this.#wanted = false;
    await this.#process.kill();
    await pause(awayMs);
    this.#start();
  }

  /** Stopped in order; the next one comes from another checkout. Resolves when that has begun its work. */
  async replace(root: string): Promise<void> {
    await this.stop();
    this.#root = root;
    this.#start();
    await this.atWork();
  }

  async atWork(): Promise<void> {
    while (!this.#process.log().includes('is running')) await pause(100);
  }

  async stop(): Promise<void> {
    this.#wanted = false;
    await this.#process.stop();
  }

  #start(): void {
    this.#wanted = true;
    this.#process = this.#launch();
  }

  #launch(): Launched {
    const launched = launchScript(join(this.#root, 'start', this.#script), this.#env);
    void launched.ended.then(async () => {
      await pause(RESTART_PAUSE_MS);
      if (this.#wanted && this.#process === launched) this.#start();
    });
    return launched;
  }
}

export interface FleetOptions {
  readonly apis: number;
  readonly workers: number;
  /** What all are told: where the store and the data folder are, and more. */
  readonly env: Environment;
  /** Where each kind finds Temporal. */
  readonly temporal: { readonly apis: string; readonly workers: string };
}

/** Zajel's own processes, as many as one likes, as `npm run api` and `npm run worker` start them. */
export class Fleet {
  readonly apis: readonly Part[];
  readonly workers: readonly Part[];
  readonly urls: readonly string[];
  readonly adminKey: string;

  private constructor(apis: readonly Part[], workers: readonly Part[], urls: readonly string[], key: string) {
    this.apis = apis;
    this.workers = workers;
    this.urls = urls;
    this.adminKey = key;
  }

  static async start({ apis: count, workers, env, temporal }: FleetOptions): Promise<Fleet> {
    const adminKey = randomBytes(24).toString('base64url');
    const part = (name: string, script: string, more: Environment): Part =>
      new Part(name, script, {
        ENCRYPTION_KEY_HEX: TEST_KEY_HEX,
        ADMIN_API_KEY: adminKey,
        HOLD_LINES: 'false',
        LOG_FORMAT: 'json',
        LOG_LEVEL: 'warn',
        ...env,
        ...more,
      });
    const ports = await freePorts(count);
    const urls = ports.map((port) => `http://127.0.0.1:${port}`);
    // The first API brings the database up to date; the first worker makes the bundle that the others find.
    const apis: Part[] = [];
    for (const [index, port] of ports.entries()) {
      const api = part(`api ${index + 1}`, 'api.ts', {
        PORT: String(port),
        TEMPORAL_ADDRESS: temporal.apis,
      });
      apis.push(api);
      await answering(`${urls[index] ?? ''}/readyz`, api.process);
    }
    const all = Array.from({ length: workers }, (_, index) =>
      part(`worker ${index + 1}`, 'worker.ts', { TEMPORAL_ADDRESS: temporal.workers }),
    );
    return new Fleet(apis, all, urls, adminKey);
  }

  /**
   * To one API after the other, as a load balancer does. What is refused for now (503, nobody there) is asked again by the
   * same Idempotency-Key: it may have been done by an API that died before it could say so.
   */
  async ask(method: string, path: string, body?: unknown, api = 0): Promise<unknown> {
    const key = randomUUID();
    for (let tries = 0; ; tries += 1) {
      const answer = await this.#once(method, path, body, key, api + tries);
      if (answer !== null && answer.status !== 503 && !answer.text.includes('idempotency-in-progress')) {
        const { status, text } = answer;
        if (status >= 400) throw new Error(`${path} answered ${status}: ${text}`);
        return text === '' ? null : (JSON.parse(text) as unknown);
      }
      if (tries === PATIENCE) throw new Error(`${path} is answered by nobody`);
      await pause(300);
    }
  }

  async #once(
    method: string,
    path: string,
    body: unknown,
    key: string,
    api: number,
  ): Promise<{ readonly status: number; readonly text: string } | null> {
    try {
      const response = await fetch((this.urls[api % this.urls.length] ?? '') + path, {
        method,
        headers: {
          'x-api-key': this.adminKey,
          'content-type': 'application/json',
          ...(method === 'GET' ? {} : { 'idempotency-key': key }),
        },
        signal: AbortSignal.timeout(30_000),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      // `fetch` says so when nobody is there, or goes away.
      if (error instanceof TypeError) return null;
      throw error;
    }
  }

  /** What one API's event stream tells after an event, until that API goes away. */
  async *events(query: string, after: string, api: number): AsyncGenerator<StreamedEvent> {
    const listening = new AbortController();
    try {
      const response = await fetch(`${this.urls[api % this.urls.length] ?? ''}/api/events?${query}`, {
        headers: { 'x-api-key': this.adminKey, 'last-event-id': after },
        signal: listening.signal,
      });
      yield* streamed(response);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      await pause(300);
    } finally {
      listening.abort();
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.workers, ...this.apis].map((part) => part.stop()));
  }
}
