import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { answering, freePorts, launchScript, type Launched } from '../../bench/processes.ts';
import { processesOf, type Process } from '../../channels/whatsapp-web/processes.ts';
import { pathsOf, type LinePaths } from '../../channels/whatsapp-web/settings.ts';
import { ROOT } from '../../start/root.ts';
import { browserFor } from '../doubles/whatsapp-page/browser.ts';
import { startWhatsAppDouble, type WhatsAppDouble } from '../doubles/whatsapp-page/double.ts';
import type { Phone } from '../doubles/whatsapp-page/phone.ts';
import { signal } from '../support/processes.ts';
import { LineApi } from './line-api.ts';
import { browsersOn } from './line-browsers.ts';
import { LineGround } from './line-ground.ts';

const SHOP = '201000000001';

interface Place {
  readonly ground: LineGround;
  readonly double: WhatsAppDouble;
  readonly env: Readonly<Record<string, string>>;
  readonly url: string;
  readonly adminKey: string;
}

/**
 * Zajel grown up, with one WhatsApp line `main` of the merchant `demo`: a Temporal server, a database, the API, and any number
 * of workers, each a process as `npm run worker` starts it, with its real waits. Only WhatsApp's page is a double.
 */
export class LineFleet extends LineApi {
  readonly double: WhatsAppDouble;
  readonly phone: Phone;
  readonly paths: LinePaths;
  readonly workers: Launched[] = [];
  readonly #place: Place;
  #api: Launched | null = null;

  private constructor(place: Place) {
    super(place.url, place.adminKey);
    this.#place = place;
    this.double = place.double;
    this.phone = place.double.phone(SHOP);
    this.paths = pathsOf(join(place.ground.folder, 'sessions', 'demo', 'main'));
  }

  static async start(chromium: string, more: Readonly<Record<string, string>> = {}): Promise<LineFleet> {
    const ground = await LineGround.prepare();
    const { folder } = ground;
    mkdirSync(join(folder, 'cache'), { recursive: true });
    const [http = 0] = await freePorts(1);
    const double = await startWhatsAppDouble({ directory: join(folder, 'double') });
    const adminKey = randomBytes(24).toString('base64url');
    const env = {
      ZAJEL_DATA: folder,
      PORT: String(http),
      TEMPORAL_ADDRESS: ground.temporalAddress,
      DATABASE_URL: ground.databaseUrl,
      ENCRYPTION_KEY_HEX: randomBytes(32).toString('hex'),
      ADMIN_API_KEY: adminKey,
      CHROMIUM_PATH: browserFor(double, chromium, folder),
      WHATSAPP_WEB_VERSION: double.version,
      WHATSAPP_WEB_CACHE: double.cache,
      WINDOW_MS: '800',
      GRACE_PERIOD_MS: '200',
      WINDOW_MAX_MS: '2000',
      LOG_FORMAT: 'json',
      ...more,
    };
    const fleet = new LineFleet({ ground, double, env, url: `http://127.0.0.1:${http}`, adminKey });
    await fleet.startApi();
    return fleet;
  }

  async startApi(): Promise<void> {
    const { env, url } = this.#place;
    this.#api = launchScript(join(ROOT, 'start', 'api.ts'), env);
    await answering(`${url}/readyz`, this.#api);
  }

  /** One more process that can hold lines. It holds none until the one that has them is gone. */
  startWorker(): Launched {
    const worker = launchScript(join(ROOT, 'start', 'worker.ts'), this.#place.env);
    this.workers.push(worker);
    return worker;
  }

  /** Its server dies and its database with it: every run is gone. */
  loseTemporal(): Promise<void> {
    return this.#place.ground.loseTemporal();
  }

  /** Creates the line, starts it and scans its QR. */
  async link(): Promise<void> {
    await this.startLine();
    // A code that is scanned before the line has asked for it was never shown.
    await this.until('the line asks for a scan', async () => (await this.line()).state === 'needs-qr');
    await this.until('a QR to scan', () => this.phone.scan());
    await this.isUp();
  }

  async isUp(): Promise<void> {
    await this.until('the line is connected', async () => (await this.line()).state === 'connected');
  }

  /** Every text that the customer has of us, in its order. */
  received(customer: string): string[] {
    return this.phone.sent().flatMap(({ chat, text }) => (chat === `${customer}@c.us` ? [text] : []));
  }

  browsers(): Promise<Process[]> {
    return browsersOn(this.paths.profile);
  }
  processes(): Promise<Process[]> {
    return processesOf(this.paths.profile);
  }

  /** Waits for a fact; the end of patience tells what the processes said last. */
  async until<Fact>(what: string, look: () => Fact | Promise<Fact>, ms = 150_000): Promise<void> {
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
    for (const { pid } of await this.processes()) signal(pid, 'SIGKILL');
    await this.double.stop();
    await this.#place.ground.remove();
  }
}
