import { createHash, randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import { createApi, listen, urlOn, type Listening } from '../api/server.ts';
import { whatsappWeb } from '../channels/whatsapp-web/whatsapp-web.ts';
import { consoleAssets } from '../console/assets.ts';
import { STATEMENT_TIMEOUT_MS, type Database, type DatabaseOptions } from '../store/database.ts';
import { EncryptionCodec } from '../temporal/codec.ts';
import type { TemporalAddress } from '../temporal/connection.ts';
import { registerSearchAttributes } from '../temporal/search-attributes.ts';
import { LineSweep } from '../worker/line-sweep.ts';
import { OrderSweep } from '../worker/order-sweep.ts';
import { AlertWatch } from '../worker/alert-watch.ts';
import { Sweep } from '../worker/sweep.ts';
import { WebhookReader } from '../worker/webhook-reader.ts';
import { printBanner } from './banner.ts';
import { startEmbeddedDatabase } from './database/embedded.ts';
import { keysGiven, openDataFolder, type DataFolder } from './data-folder.ts';
import { createDemo } from './demo.ts';
import { temporalCli } from './embedded-temporal/cli.ts';
import { freePort } from './embedded-temporal/ports.ts';
import { startEmbeddedTemporal } from './embedded-temporal/server.ts';
import { openHouse, openPool, type House } from './house.ts';
import { keptWorker } from './kept-worker.ts';
import { lineRoom, type BrowserSettings } from './lines.ts';
import { modelEndpointOf } from './model-endpoint.ts';
import { outOfReach } from './out-of-reach.ts';
import type { Role } from './run.ts';
import type { Settings } from './settings.ts';
import { StartRefused } from './start-refused.ts';
import { temporalAddress } from './temporal-address.ts';
import { workflowBundle } from './workflow-bundle.ts';

/** Everything that was started, in its order. */
export interface Parts {
  stop(): Promise<void>;
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Starts what the role needs; what is already running when a later part fails is ended again. */
export async function openParts(role: Role, settings: Settings, logger: Logger): Promise<Parts> {
  const ends: (() => Promise<void> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    await open(role, settings, logger, ends);
    return { stop };
  } catch (error) {
    await stop();
    throw outOfReach(error, settings) ?? error;
  }
}

async function open(
  role: Role,
  settings: Settings,
  logger: Logger,
  ends: (() => Promise<void> | void)[],
): Promise<void> {
  refuseHalfEmbedded(role, settings);
  // Several processes of a grown-up house may share a host: only the one that embeds its databases holds the folder.
  const folder =
    role === 'everything'
      ? await openDataFolder(settings.ZAJEL_DATA, keysGiven(settings))
      : sharedFolder(settings);
  ends.push(() => folder.release());
  const port =
    settings.PORT === 0
      ? await freePort(settings.HOST, 20_000 + Math.floor(Math.random() * 20_000), [])
      : settings.PORT;
  const codecToken = settings.TEMPORAL_UI_CODEC_TOKEN ?? randomBytes(24).toString('base64url');

  // The slow parts side by side: the database, Temporal, and the bundle of the workflows.
  const bundling = role === 'api' ? null : workflowBundle(folder.inside('cache'));
  bundling?.catch(() => undefined);
  const [databaseConfig, temporal] = await inPairs(
    database(settings, folder, logger, ends),
    temporalServer(settings, folder, `${urlOn(settings.HOST, port)}/codec/${codecToken}`, ends),
  );

  const house = await openHouse({
    databaseConfig,
    temporal: temporal.address,
    encryptionKeyHex: folder.keys.encryptionKeyHex,
    oldKeysHex: oldKeysOf(settings, folder),
    windowDefaults: {
      ms: settings.WINDOW_MS,
      graceMs: settings.GRACE_PERIOD_MS,
      maxMs: settings.WINDOW_MAX_MS,
    },
    maxRetries: settings.MAX_RETRY_ATTEMPTS,
    providers: { graphApiUrl: settings.GRAPH_API_URL, instagramApiUrl: settings.INSTAGRAM_API_URL },
    webhooksToLoopback: settings.WEBHOOKS_TO_LOOPBACK,
    mediaFolder: folder.inside('media'),
    model: modelEndpointOf(settings),
    sheets: { folder: folder.inside('sheets'), ...sheetsApi(settings) },
    logger,
  });
  ends.push(() => house.close());
  const added = await registerSearchAttributes(house.connection, temporal.address.namespace);
  if (added.length > 0) logger.info({ event: 'search attributes registered', added });
  if (await createDemo(house.database, folder.inside('sheets')))
    logger.info({ event: 'merchant demo created' });

  if (bundling !== null)
    await openWorker(settings, house, folder, temporal.address, await bundling, logger, ends);
  if (role === 'worker') {
    printBanner({ role, temporalUi: temporal.uiUrl });
    return;
  }
  const listening = await openApi(
    settings,
    house,
    role === 'everything' ? ownPool(databaseConfig, logger, ends) : house.database,
    folder,
    { port, codecToken, uiUrl: temporal.uiUrl ?? settings.TEMPORAL_UI_URL ?? null },
    logger,
  );
  ends.push(() => listening.close());
  printBanner({
    role,
    url: listening.url,
    temporalUi: temporal.uiUrl,
    adminKeyFile: settings.ADMIN_API_KEY === undefined ? folder.adminKeyFile : null,
  });
}

/** Google's own is the library's own business. */
const sheetsApi = ({ SHEETS_API_URL }: Settings): { apiUrl?: string } =>
  SHEETS_API_URL === 'https://sheets.googleapis.com' ? {} : { apiUrl: SHEETS_API_URL };

/** A part of its own meets the others only through a server and a database that all of them reach. */
function refuseHalfEmbedded(
  role: Role,
  { TEMPORAL_ADDRESS, DATABASE_URL, ENCRYPTION_KEY_HEX, ADMIN_API_KEY }: Settings,
): void {
  if (role === 'everything') return;
  const missing = Object.entries({
    TEMPORAL_ADDRESS,
    DATABASE_URL,
    ENCRYPTION_KEY_HEX,
    ...(role === 'api' ? { ADMIN_API_KEY } : {}),
  })
    .filter(([, value]) => value === undefined)
    .map(([name]) => name);
  if (missing.length > 0) {
    throw new StartRefused(
      `npm run ${role} needs ${missing.join(', ')}, the same for every process; on one machine use npm start, which runs everything`,
    );
  }
}

function sharedFolder({ ZAJEL_DATA, ADMIN_API_KEY, ENCRYPTION_KEY_HEX }: Settings): DataFolder {
  const path = resolve(ZAJEL_DATA);
  return {
    path,
    isNew: false,
    adminKeyFile: '',
    keys: { adminApiKey: ADMIN_API_KEY ?? '', encryptionKeyHex: ENCRYPTION_KEY_HEX ?? '', oldKeysHex: [] },
    inside: (...names) => join(path, ...names),
    release: () => undefined,
  };
}

/** Those that a person names, and those that `npm run rotate-key` put aside. */
const oldKeysOf = ({ ENCRYPTION_KEYS_OLD_HEX }: Settings, { keys }: DataFolder): string[] => [
  ...ENCRYPTION_KEYS_OLD_HEX,
  ...keys.oldKeysHex,
];

async function database(
  settings: Settings,
  folder: DataFolder,
  logger: Logger,
  ends: (() => Promise<void> | void)[],
): Promise<DatabaseOptions> {
  if (settings.DATABASE_URL !== undefined)
    return { connectionString: settings.DATABASE_URL, max: 20, statementTimeoutMs: STATEMENT_TIMEOUT_MS };
  const embedded = await startEmbeddedDatabase({
    dataDir: folder.path,
    onRestart: (error) => logger.error({ event: 'embedded database restarted', err: error }),
  });
  ends.push(() => embedded.stop());
  return embedded.connection;
}

async function temporalServer(
  settings: Settings,
  folder: DataFolder,
  codecEndpoint: string,
  ends: (() => Promise<void> | void)[],
): Promise<{ address: TemporalAddress; uiUrl: string | null }> {
  if (settings.TEMPORAL_ADDRESS !== undefined)
    return { address: temporalAddress(settings, settings.TEMPORAL_ADDRESS), uiUrl: null };
  const server = await startEmbeddedTemporal({
    cli: await temporalCli(settings.TEMPORAL_CLI_PATH, say),
    dataDir: folder.path,
    port: settings.TEMPORAL_PORT,
    uiPort: settings.TEMPORAL_UI_PORT,
    namespace: settings.TEMPORAL_NAMESPACE,
    codecEndpoint,
    say,
  });
  ends.push(() => server.stop());
  return {
    address: { address: server.address, namespace: settings.TEMPORAL_NAMESPACE },
    uiUrl: server.uiUrl,
  };
}

/** Both, also when one fails: a part that was still starting must be there to be ended. */
async function inPairs<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other]);
  return [await one, await other];
}

async function openWorker(
  settings: Settings,
  house: House,
  folder: DataFolder,
  temporal: TemporalAddress,
  bundle: { codePath: string },
  logger: Logger,
  ends: (() => Promise<void> | void)[],
): Promise<void> {
  const place = {
    sessions: folder.inside('sessions'),
    encryptionKeyHex: folder.keys.encryptionKeyHex,
    oldKeysHex: oldKeysOf(settings, folder),
    maxRetries: settings.MAX_RETRY_ATTEMPTS,
  };
  const lines = settings.HOLD_LINES ? { lines: lineRoom(house, place, browserOf(settings)) } : {};
  const worker = await keptWorker(
    { temporal, seal: house.seal, context: house.context, bundle, ...lines },
    logger,
  );
  ends.push(() => worker.stop());
  const sweep = new Sweep({
    database: house.database,
    mail: house.mail,
    windowDefaults: house.context.windowDefaults,
    maxRetries: settings.MAX_RETRY_ATTEMPTS,
    measures: house.context.measures,
    logger,
  });
  sweep.start();
  ends.push(() => sweep.stop());
  const webhooks = new WebhookReader({ database: house.database, client: house.client, logger });
  webhooks.start();
  ends.push(() => webhooks.stop());
  const alerts = new AlertWatch({ database: house.database, logger });
  alerts.start();
  ends.push(() => alerts.stop());
  const orders = new OrderSweep({ database: house.database, orderMail: house.orderMail, logger });
  orders.start();
  ends.push(() => orders.stop());
  const held = new LineSweep({ database: house.database, lineMail: house.lineMail, logger });
  held.start();
  ends.push(() => held.stop());
}

const browserOf = ({
  CHROMIUM_PATH,
  WHATSAPP_WEB_VERSION,
  WHATSAPP_WEB_CACHE,
}: Settings): BrowserSettings => ({
  ...(CHROMIUM_PATH === undefined ? {} : { chromiumPath: CHROMIUM_PATH }),
  ...(WHATSAPP_WEB_VERSION === undefined ? {} : { webVersion: WHATSAPP_WEB_VERSION }),
  ...(WHATSAPP_WEB_CACHE === undefined ? {} : { webCache: WHATSAPP_WEB_CACHE }),
});

/** A flood of webhooks waits for connections of its own, so that it keeps no answer waiting. */
function ownPool(config: DatabaseOptions, logger: Logger, ends: (() => Promise<void> | void)[]): Database {
  const pool = openPool(config, logger);
  ends.push(() => pool.close());
  return pool;
}

async function openApi(
  settings: Settings,
  house: House,
  database: Database,
  folder: DataFolder,
  at: { port: number; codecToken: string; uiUrl: string | null },
  logger: Logger,
): Promise<Listening> {
  const api = createApi({
    database,
    mail: house.mail,
    lineMail: house.lineMail,
    orderMail: house.orderMail,
    sources: house.sources,
    seal: house.seal,
    hashKey: house.hashKey,
    // Its sends are the line's holder's: to the API it is a name and its limits.
    channels: new Map([...house.channels, [whatsappWeb.name, whatsappWeb] as const]),
    mediaFolder: house.context.mediaFolder,
    sessionsFolder: folder.inside('sessions'),
    logger,
    registry: house.registry,
    consoleAssets,
    codec: new EncryptionCodec(house.seal),
    codecToken: at.codecToken,
    adminKeyHash: createHash('sha256').update(folder.keys.adminApiKey).digest(),
    temporalAnswers: async () => {
      await house.connection.workflowService.getSystemInfo({});
    },
    settings: {
      host: settings.HOST,
      windowDefaults: house.context.windowDefaults,
      maxRetries: settings.MAX_RETRY_ATTEMPTS,
      modelConfigured: modelEndpointOf(settings) !== null,
      ...(settings.PUBLIC_URL === undefined ? {} : { publicUrl: settings.PUBLIC_URL }),
      ...(at.uiUrl === null
        ? {}
        : {
            temporalUiOrigins: uiOrigins(at.uiUrl),
            temporalUi: { url: at.uiUrl, namespace: settings.TEMPORAL_NAMESPACE },
          }),
    },
  });
  try {
    return await listen(api, settings.HOST, at.port);
  } catch (error) {
    throw new StartRefused(
      `port ${at.port} of ${settings.HOST} can’t be had (${codeOf(error)}): stop what uses it, or set PORT to another one`,
      { cause: error },
    );
  }
}

/** People open the UI by either name. */
const uiOrigins = (uiUrl: string): string[] =>
  [uiUrl, uiUrl.replace('127.0.0.1', 'localhost')].map((url) => new URL(url).origin);

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
