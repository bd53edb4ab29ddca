import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { freePorts } from '../../bench/processes.ts';
import { ROOT } from '../../start/root.ts';
import { copyEmptyDatabase } from './temporary-database.ts';
import { copyBundle } from './workflow-bundle.ts';

const outboxPage = z.object({
  items: z.array(
    z.object({ to: z.string(), text: z.string(), key: z.string(), part: z.number(), parts: z.number() }),
  ),
});
export type ReceivedMessage = z.infer<typeof outboxPage>['items'][number];

interface Ports {
  readonly http: number;
  readonly temporal: number;
  readonly ui: number;
}

const READY_WITHIN_MS = 150_000;

/** Zajel as its user has it: a process on a data folder, spoken to over HTTP. Starting it again takes up the same folder. */
export class RunningZajel {
  readonly folder = mkdtempSync(join(tmpdir(), 'zajel-run-'));
  readonly #entry: string;
  readonly #isFirstStart: boolean;
  readonly #env: Readonly<Record<string, string>>;
  #ports: Ports | undefined;
  #process: ChildProcess | undefined;
  #log = '';

  /**
   * `entry` is the script that starts it: `start/main.ts`, or one that dies on purpose. `isFirstStart`: on an empty folder;
   * otherwise what any first start makes the same, the workflows' bundle and the empty database, is there already.
   */
  constructor(
    env: Readonly<Record<string, string>> = {},
    { entry = 'start/main.ts', isFirstStart = false } = {},
  ) {
    this.#env = env;
    this.#entry = entry;
    this.#isFirstStart = isFirstStart;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#ports?.http ?? 0}`;
  }
  get temporalAddress(): string {
    return `127.0.0.1:${this.#ports?.temporal ?? 0}`;
  }
  get pid(): number {
    return this.#process?.pid ?? 0;
  }
  get isRunning(): boolean {
    return this.#process?.exitCode === null && this.#process.signalCode === null;
  }
  get temporalPid(): number {
    return Number(readFileSync(join(this.folder, 'temporal', 'server.pid'), 'utf8'));
  }
  get log(): string {
    return this.#log;
  }
  get adminKey(): string {
    return readFileSync(join(this.folder, 'keys', 'admin-api-key'), 'utf8').trim();
  }

  /** Starts the process without waiting for it to be ready. */
  async launch(env: Readonly<Record<string, string>> = {}): Promise<void> {
    this.#ports ??= await this.#furnish();
    const { http, temporal, ui } = this.#ports;
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(ROOT, this.#entry)],
      {
        cwd: ROOT,
        env: {
          ...process.env,
          ZAJEL_DATA: this.folder,
          PORT: String(http),
          TEMPORAL_PORT: String(temporal),
          TEMPORAL_UI_PORT: String(ui),
          LOG_FORMAT: 'json',
          WINDOW_MS: '800',
          GRACE_PERIOD_MS: '200',
          WINDOW_MAX_MS: '2000',
          ...this.#env,
          ...env,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const keep = (bytes: Buffer): void => void (this.#log = (this.#log + bytes.toString()).slice(-200_000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    this.#process = child;
  }

  async start(env: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.launch(env);
    await this.ready();
  }

  async ready(): Promise<void> {
    const deadline = Date.now() + READY_WITHIN_MS;
    while (Date.now() < deadline) {
      if (this.#process === undefined || this.#process.exitCode !== null)
        throw new Error(`it ended instead of getting ready:\n${this.#log.slice(-3_000)}`);
      if (existsSync(join(this.folder, 'keys', 'admin-api-key'))) {
        try {
          if ((await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(3_000) })).ok) return;
        } catch (notYet) {
          if (!(notYet instanceof Error)) throw notYet;
        }
      }
      await pause(100);
    }
    throw new Error(`not ready within ${READY_WITHIN_MS} ms:\n${this.#log.slice(-3_000)}`);
  }

  /** Ends it the way a power cut does. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }
  /** Ends it the way Ctrl-C does; returns its exit code. */
  async stop(): Promise<number | null> {
    return this.#end('SIGTERM');
  }
  /** Waits until it has died by itself. */
  async died(): Promise<void> {
    const child = this.#process;
    if (child !== undefined && child.exitCode === null && child.signalCode === null)
      await once(child, 'exit');
  }

  async remove(): Promise<void> {
    await this.#end('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: unknown }> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { 'x-api-key': this.adminKey, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(30_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
  }

  /** What a busy house refuses for the moment is asked again. */
  async must(method: string, path: string, body?: unknown): ReturnType<RunningZajel['call']> {
    for (let tries = 1; ; tries += 1) {
      const answer = await this.call(method, path, body);
      if (answer.status < 500 || tries === 40) return answer;
      await pause(500);
    }
  }

  /** Writes as a customer; tries again, as a provider's redelivery does, until it is accepted. */
  async say(from: string, text: string, id: string): Promise<void> {
    for (;;) {
      try {
        const { status } = await this.call('POST', '/api/simulator/demo/sim/messages', { from, text, id });
        if (status === 202) return;
        if (status < 500) throw new RangeError(`refused with ${status}`);
      } catch (error) {
        if (error instanceof RangeError) throw error;
      }
      await pause(200);
    }
  }

  async received(to: string): Promise<ReceivedMessage[]> {
    const { body } = await this.must(
      'GET',
      `/api/simulator/demo/sim/outbox?to=${encodeURIComponent(to)}&limit=200`,
    );
    return outboxPage.parse(body).items;
  }

  /** Waits for at least one message on the customer's phone. */
  async answered(to: string, count = 1, withinMs = 60_000): Promise<ReceivedMessage[]> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const items = await this.received(to);
      if (items.length >= count) return items;
      if (Date.now() > deadline)
        throw new Error(
          `${to} got ${items.length} of ${count} messages within ${withinMs} ms:\n${this.#log.slice(-4_000)}`,
        );
      await pause(150);
    }
  }

  /** What it needs before its first start. */
  async #furnish(): Promise<Ports> {
    if (!this.#isFirstStart) {
      await copyEmptyDatabase(this.folder);
      await copyBundle(this.folder);
    }
    const [http = 0, temporal = 0, ui = 0] = await freePorts(3);
    return { http, temporal, ui };
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const child = this.#process;
    if (child === undefined) return null;
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await once(child, 'exit');
    }
    return child.exitCode;
  }
}
