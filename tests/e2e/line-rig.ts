import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { freePorts } from '../../bench/processes.ts';
import { createApi, listen } from '../../api/server.ts';
import { consoleAssets } from '../../console/assets.ts';
import { whatsappWeb } from '../../channels/whatsapp-web/whatsapp-web.ts';
import { startEmbeddedTemporal } from '../../start/embedded-temporal/server.ts';
import { temporalCli } from '../../start/embedded-temporal/cli.ts';
import { openHouse, type House } from '../../start/house.ts';
import { lineRoom, type BrowserSettings } from '../../start/lines.ts';
import { hashKey } from '../../store/api-keys.ts';
import { EncryptionCodec } from '../../temporal/codec.ts';
import { registerSearchAttributes } from '../../temporal/search-attributes.ts';
import { startWorker, type RunningWorker } from '../../worker/worker.ts';
import { startWhatsAppDouble, type WhatsAppDouble } from '../doubles/whatsapp-page/double.ts';
import type { Phone } from '../doubles/whatsapp-page/phone.ts';
import { Echo } from '../support/echo.ts';
import { TEST_KEY_HEX } from '../support/live-shop.ts';
import { actionsCounted, temporalWith } from '../support/temporal-with.ts';
import { temporaryDatabase } from '../support/temporary-database.ts';
import { CHROMIUM, FAST, SHOP } from './whatsapp-web-rig.ts';
import { sharedBundle } from '../support/workflow-bundle.ts';

const ADMIN_KEY = randomBytes(24).toString('base64url');

export interface LineHouse {
  readonly url: string;
  readonly key: string;
  readonly house: House;
  readonly double: WhatsAppDouble;
  readonly phone: Phone;
  /** The data folder. */
  readonly folder: string;
  /** The folder of the line `main` of the merchant `shop`. */
  readonly directory: string;
  directoryOf(line: string): string;
  ask(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: Record<string, unknown> }>;
  /** A file's type and its bytes as text. */
  file(path: string): Promise<[string | null, string]>;
  /** What the Temporal server has counted as actions. */
  actions(): Promise<Readonly<Record<string, number>>>;
  stopWorker(): Promise<void>;
  startWorker(options?: { readonly holdsLines: boolean }): Promise<void>;
  close(): Promise<void>;
}

/** Everything real but the page: API, Temporal, store, worker, library, Chromium; the waits of a line compressed. */
export async function lineHouse(more: Partial<BrowserSettings> = {}): Promise<LineHouse> {
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } },
  });
  const place = await temporaryDatabase();
  const quiet = (): void => undefined;
  const [port = 0, uiPort = 0, metrics = 0] = await freePorts(3);
  const cli = await temporalCli(process.env['TEMPORAL_CLI_PATH'], quiet);
  const server = await startEmbeddedTemporal({
    cli: temporalWith(cli, place.folder, ['--metrics-port', String(metrics)]),
    dataDir: place.folder,
    port,
    uiPort,
    namespace: 'default',
    say: quiet,
  });
  const temporal = { address: server.address, namespace: 'default' };
  const logger = pino({ level: process.env['LOG_LEVEL'] ?? 'silent' });
  const double = await startWhatsAppDouble({ directory: join(place.folder, 'double') });
  const house = await openHouse({
    databaseConfig: place.connection,
    temporal,
    encryptionKeyHex: TEST_KEY_HEX,
    oldKeysHex: [],
    windowDefaults: { ms: 300, graceMs: 100, maxMs: 1_000 },
    maxRetries: 2,
    logger,
    answers: new Echo(),
    mediaFolder: join(place.folder, 'media'),
  });
  await registerSearchAttributes(house.connection, 'default');
  const sessions = join(place.folder, 'sessions');
  const browser = {
    webVersion: double.version,
    webCache: double.cache,
    browserArgs: double.browserArgs,
    ...(CHROMIUM === undefined ? {} : { chromiumPath: CHROMIUM }),
    ...more,
    timings: { ...FAST, ...more.timings },
  };
  const lines = lineRoom(house, { sessions, encryptionKeyHex: TEST_KEY_HEX, maxRetries: 2 }, browser);
  const bundle = await sharedBundle();
  let worker: RunningWorker | null = null;
  const api = createApi({
    ...house,
    lineMail: house.lineMail,
    channels: new Map([...house.channels, [whatsappWeb.name, whatsappWeb] as const]),
    mediaFolder: join(place.folder, 'media'),
    sessionsFolder: sessions,
    logger,
    registry: new Registry(),
    codec: new EncryptionCodec(house.seal),
    codecToken: null,
    consoleAssets,
    adminKeyHash: hashKey(ADMIN_KEY),
    temporalAnswers: () => Promise.resolve(),
    settings: { host: '127.0.0.1', windowDefaults: house.context.windowDefaults, maxRetries: 2 },
  });
  const listening = await listen(api, '127.0.0.1', 0);
  const self: LineHouse = {
    url: listening.url,
    key: ADMIN_KEY,
    house,
    double,
    phone: double.phone(SHOP),
    folder: place.folder,
    directory: join(sessions, 'shop', 'main'),
    directoryOf: (line) => join(sessions, 'shop', line),
    async ask(method, path, body) {
      const response = await fetch(listening.url + path, {
        method,
        headers: { 'x-api-key': ADMIN_KEY, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const parsed: unknown = text === '' ? {} : JSON.parse(text);
      return {
        status: response.status,
        body: typeof parsed === 'object' && parsed !== null ? { ...parsed } : {},
      };
    },
    async file(path) {
      const response = await fetch(listening.url + path, { headers: { 'x-api-key': ADMIN_KEY } });
      return [response.headers.get('content-type'), await response.text()];
    },
    async startWorker({ holdsLines } = { holdsLines: true }) {
      worker = await startWorker({
        temporal,
        seal: house.seal,
        context: house.context,
        bundle,
        ...(holdsLines ? { lines } : {}),
      });
    },
    actions: () => actionsCounted(metrics),
    async stopWorker() {
      await worker?.stop();
      worker = null;
    },
    async close() {
      await self.stopWorker();
      await listening.close();
      await double.stop();
      await house.close();
      await server.stop();
      await place.remove();
      await rm(place.folder, { recursive: true, force: true });
    },
  };
  await self.startWorker();
  return self;
}
