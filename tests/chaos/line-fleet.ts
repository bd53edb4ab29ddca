import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import { answering, freePorts, launchScript, type Launched } from '../../bench/processes.ts';
import { processesOf, type Process } from '../../channels/whatsapp-web/processes.ts';
import { pathsOf, type LinePaths } from '../../channels/whatsapp-web/settings.ts';
import { temporalCli } from '../../start/embedded-temporal/cli.ts';
import { startEmbeddedTemporal, type EmbeddedTemporal } from '../../start/embedded-temporal/server.ts';
import { ROOT } from '../../start/root.ts';
import { browserFor } from '../doubles/whatsapp-page/browser.ts';
import { startWhatsAppDouble, type WhatsAppDouble } from '../doubles/whatsapp-page/double.ts';
import type { Phone } from '../doubles/whatsapp-page/phone.ts';
import { temporaryDatabase, type TemporaryDatabase } from '../support/temporary-database.ts';

const SHOP = '201000000001';
const LINE = '/api/merchants/demo/lines/main';

const lineView = z.object({
  state: z.string(),
  reason: z.string().nullable(),
  waiting: z.number(),
  history: z.array(z.object({ state: z.string(), why: z.string(), at: z.string() })),
});
export type LineView = z.infer<typeof lineView>;

/**
 * Zajel grown up, with one WhatsApp line `main` of the merchant `demo`: a Temporal server, a database, the API, and any number
 * of workers, each a process as `npm run worker` starts it, with its real waits. Only WhatsApp's page is a double.
 */
export class LineFleet {
  readonly double: WhatsAppDouble;
  readonly phone: Phone;
  readonly paths: LinePaths;
  readonly workers: Launched[] = [];
  readonly #place: TemporaryDatabase;
  readonly #env: Readonly<Record<string, string>>;
  readonly #adminKey: string;
  readonly #url: string;
  readonly #temporalPorts: TemporalPorts;
  #temporal: EmbeddedTemporal;
  #api: Launched | null = null;

  private constructor(
    place: TemporaryDatabase,
    temporal: EmbeddedTemporal,
    temporalPorts: TemporalPorts,
    double: WhatsAppDouble,
    env: Readonly<Record<string, string>>,
    httpPort: number,
    adminKey: string,
  ) {
    this.#place = place;
    this.#temporal = temporal;
    this.#temporalPorts = temporalPorts;
    this.#env = env;
    this.#adminKey = adminKey;
    this.#url = `http://127.0.0.1:${httpPort}`;
    this.double = double;
    this.phone = double.phone(SHOP);
    this.paths = pathsOf(join(place.folder, 'sessions', 'demo', 'main'));
  }

  static async start(chromium: string, more: Readonly<Record<string, string>> = {}): Promise<LineFleet> {
    const place = await temporaryDatabase();
    mkdirSync(join(place.folder, 'cache'), { recursive: true });
    const [http = 0, port = 0, uiPort = 0] = await freePorts(3);
    const temporal = await temporalOn(place.folder, { port, uiPort });
    const double = await startWhatsAppDouble({ directory: join(place.folder, 'double') });
    const adminKey = randomBytes(24).toString('base64url');
    const env = {
      ZAJEL_DATA: place.folder,
      PORT: String(http),
      TEMPORAL_ADDRESS: temporal.address,
      DATABASE_URL: `postgres://postgres@localhost/postgres?host=${encodeURIComponent(place.connection.host ?? '')}`,
      ENCRYPTION_KEY_HEX: randomBytes(32).toString('hex'),
      ADMIN_API_KEY: adminKey,
      CHROMIUM_PATH: browserFor(double, chromium, place.folder),
      WHATSAPP_WEB_VERSION: double.version,
      WHATSAPP_WEB_CACHE: double.cache,
      WINDOW_MS: '800',
      GRACE_PERIOD_MS: '200',
      WINDOW_MAX_MS: '2000',
      LOG_FORMAT: 'json',
      ...more,
    };
    const fleet = new LineFleet(place, temporal, { port, uiPort }, double, env, http, adminKey);
    await fleet.startApi();
    return fleet;
  }

  async startApi(): Promise<void> {
    this.#api = launchScript(join(ROOT, 'start', 'api.ts'), this.#env);
    await answering(`${this.#url}/readyz`, this.#api);
  }

  /** One more process that can hold lines. It holds none until the one that has them is gone. */
  startWorker(): Launched {
    const worker = launchScript(join(ROOT, 'start', 'worker.ts'), this.#env);
    this.workers.push(worker);
    return worker;
  }

  /** Its server dies and its database with it: every run is gone. */
  async loseTemporal(): Promise<void> {
    await this.#temporal.stop();
    rmSync(join(this.#place.folder, 'temporal'), { recursive: true, force: true });
    this.#temporal = await temporalOn(this.#place.folder, this.#temporalPorts);
  }

  async ask(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: unknown }> {
    const response = await fetch(this.#url + path, {
      method,
      headers: { 'x-api-key': this.#adminKey, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(40_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed: unknown = text === '' ? null : JSON.parse(text);
    return { status: response.status, body: parsed };
  }

  /** A call that must succeed; what a busy house refuses for the moment is asked again. */
  async must(method: string, path: string, body?: unknown): Promise<unknown> {
    for (let tries = 1; ; tries += 1) {
      const answer = await this.ask(method, path, body);
      if (answer.status < 300) return answer.body;
      if (answer.status < 500 || tries === 20)
        throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      await pause(500);
    }
  }

  async line(): Promise<LineView> {
    return lineView.parse(await this.must('GET', LINE));
  }

  /** Creates the line, starts it and scans its QR. */
  async link(): Promise<void> {
    await this.must('POST', '/api/merchants/demo/lines', { id: 'main', channel: 'whatsapp-web' });
    await this.must('POST', `${LINE}/start`);
    await this.until('a QR to scan', () => this.phone.scan());
    await this.isUp();
  }

  /** Lifts the line's limits per minute and hour: what is measured is the line, not its patience with WhatsApp. */
  async withoutPace(): Promise<void> {
    const database = new pg.Client(this.#place.connection);
    await database.connect();
    try {
      await database.query(
        `update lines set config = '{"pace": null}' where merchant = 'demo' and id = 'main'`,
      );
    } finally {
      await database.end();
    }
  }

  async isUp(): Promise<void> {
    await this.until('the line is connected', async () => (await this.line()).state === 'connected');
  }

  /** A person of the shop writes to a customer; it waits where the line is down. */
  async write(customer: string, text: string): Promise<void> {
    await this.must('POST', `/api/merchants/demo/conversations/whatsapp/${customer}/messages`, { text });
  }

  /** Every text that the customer has of us, in its order. */
  received(customer: string): string[] {
    return this.phone.sent().flatMap(({ chat, text }) => (chat === `${customer}@c.us` ? [text] : []));
  }

  /** The browsers that are on the line's profile. A child that was forked a moment ago still looks like its parent. */
  async browsers(): Promise<Process[]> {
    const all = await this.processes();
    const known = new Set(all.map(({ pid }) => pid));
    return all.filter(({ pid, command }) => {
      const parent = parentOf(pid);
      return !command.includes('--type=') && parent !== -1 && !known.has(parent);
    });
  }
  processes(): Promise<Process[]> {
    return processesOf(this.paths.profile);
  }

  /** Waits for a fact; the end of patience tells what the processes said last. */
  async until<Fact>(what: string, look: () => Fact | Promise<Fact>, ms = 90_000): Promise<void> {
    for (const end = Date.now() + ms; ;) {
      if (await look()) return;
      if (Date.now() > end)
        throw new Error(
          `waited ${ms} ms for: ${what}\n${this.workers.map(({ log }) => log().slice(-3_000)).join('\n---\n')}`,
        );
      await pause(100);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.workers, ...(this.#api === null ? [] : [this.#api])].map((one) => one.stop()));
    for (const { pid } of await this.processes()) process.kill(pid, 'SIGKILL');
    await this.double.stop();
    await this.#temporal.stop();
    await this.#place.remove();
    rmSync(this.#place.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface TemporalPorts {
  readonly port: number;
  readonly uiPort: number;
}

async function temporalOn(folder: string, ports: TemporalPorts): Promise<EmbeddedTemporal> {
  const quiet = (): void => undefined;
  return startEmbeddedTemporal({
    cli: await temporalCli(process.env['TEMPORAL_CLI_PATH'], quiet),
    dataDir: folder,
    ...ports,
    namespace: 'default',
    say: quiet,
  });
}

/** −1: it has ended meanwhile. */
function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return -1;
    throw error;
  }
}
