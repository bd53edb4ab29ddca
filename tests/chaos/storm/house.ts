import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { answering, freePorts, launchScript, type Launched } from '../../../bench/processes.ts';
import { temporalCli } from '../../../start/embedded-temporal/cli.ts';
import { startEmbeddedTemporal, type EmbeddedTemporal } from '../../../start/embedded-temporal/server.ts';
import { openHouse, type House } from '../../../start/house.ts';
import { ROOT } from '../../../start/root.ts';
import { startGraphDouble, type GraphDouble } from '../../doubles/graph-api/double.ts';
import { startSheetsDouble, type SheetsDouble } from '../../doubles/sheets-api/double.ts';
import { TEST_KEY_HEX } from '../../support/live-shop.ts';
import { Link } from './link.ts';
import { OwnPostgres } from './postgres.ts';

export const WINDOW = { ms: 2_000, graceMs: 500, maxMs: 4_000 } as const;
const WORKERS = 3;
const APIS = 2;

/** A process of ours that is started again after it was killed. */
export interface Part {
  readonly name: string;
  process: Launched;
  readonly launch: () => Launched;
}

/**
 * Zajel grown up, every part a process that may die: PostgreSQL, a Temporal server, two APIs, three workers. At the other end
 * of the wire Meta's and Google's doubles. What the storm itself asks and counts does not go through the links that it cuts.
 */
export class StormHouse {
  readonly postgres: OwnPostgres;
  readonly temporal: EmbeddedTemporal;
  readonly workers: readonly Part[];
  readonly apis: readonly Part[];
  readonly urls: readonly string[];
  readonly graph: GraphDouble;
  readonly sheets: SheetsDouble;
  /** The workers' way to Temporal, and everybody's to the database. */
  readonly links: { readonly temporal: Link; readonly database: Link };
  /** The same store and the same Temporal, for who looks on. */
  readonly house: House;
  readonly adminKey: string;
  readonly #folder: string;

  private constructor(parts: Omit<StormHouse, 'close'> & { readonly folder: string }) {
    this.postgres = parts.postgres;
    this.temporal = parts.temporal;
    this.workers = parts.workers;
    this.apis = parts.apis;
    this.urls = parts.urls;
    this.graph = parts.graph;
    this.sheets = parts.sheets;
    this.links = parts.links;
    this.house = parts.house;
    this.adminKey = parts.adminKey;
    this.#folder = parts.folder;
  }

  static async open(programs: string, seed: number): Promise<StormHouse> {
    const folder = mkdtempSync(join(tmpdir(), 'zajel-storm-'));
    const [pgPort = 0, port = 0, uiPort = 0, ...http] = await freePorts(3 + APIS);
    const quiet = (): void => undefined;
    const postgres = await OwnPostgres.start(programs, pgPort);
    const temporal = await startEmbeddedTemporal({
      cli: await temporalCli(process.env['TEMPORAL_CLI_PATH'], quiet),
      dataDir: folder,
      port,
      uiPort,
      namespace: 'default',
      say: quiet,
    });
    const temporalPort = Number(temporal.address.split(':')[1]);
    const links = { temporal: await Link.to(temporalPort), database: await Link.to(pgPort) };
    const [graph, sheets] = await Promise.all([startGraphDouble({ seed }), startSheetsDouble()]);
    const adminKey = randomBytes(24).toString('base64url');
    const env = {
      DATABASE_URL: `postgres://postgres@127.0.0.1:${links.database.port}/postgres`,
      ENCRYPTION_KEY_HEX: TEST_KEY_HEX,
      ADMIN_API_KEY: adminKey,
      ZAJEL_DATA: folder,
      GRAPH_API_URL: `${graph.url}/v23.0`,
      SHEETS_API_URL: sheets.url,
      HOLD_LINES: 'false',
      WINDOW_MS: String(WINDOW.ms),
      GRACE_PERIOD_MS: String(WINDOW.graceMs),
      WINDOW_MAX_MS: String(WINDOW.maxMs),
      LOG_FORMAT: 'json',
      LOG_LEVEL: 'warn',
    };
    const part = (name: string, script: string, more: Readonly<Record<string, string>>): Part => {
      const launch = (): Launched => launchScript(join(ROOT, 'start', script), { ...env, ...more });
      return { name, launch, process: launch() };
    };
    const urls = http.map((one) => `http://127.0.0.1:${one}`);
    // The first API brings the database up to date; the first worker makes the bundle that the others find.
    const apis: Part[] = [];
    for (const [index, one] of http.entries()) {
      const api = part(`api ${index + 1}`, 'api.ts', {
        PORT: String(one),
        TEMPORAL_ADDRESS: temporal.address,
      });
      apis.push(api);
      await answering(`${urls[index] ?? ''}/readyz`, api.process);
    }
    const workers = Array.from({ length: WORKERS }, (_, index) =>
      part(`worker ${index + 1}`, 'worker.ts', { TEMPORAL_ADDRESS: `127.0.0.1:${links.temporal.port}` }),
    );
    const house = await openHouse({
      databaseConfig: { host: '127.0.0.1', port: pgPort, user: 'postgres', database: 'postgres' },
      temporal: { address: temporal.address, namespace: 'default' },
      encryptionKeyHex: TEST_KEY_HEX,
      oldKeysHex: [],
      windowDefaults: WINDOW,
      maxRetries: 2,
      logger: pino({ level: 'silent' }),
      sheets: { folder: join(folder, 'sheets') },
    });
    return new StormHouse({
      postgres,
      temporal,
      workers,
      apis,
      urls,
      graph,
      sheets,
      links,
      house,
      adminKey,
      folder,
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.workers, ...this.apis].map(({ process }) => process.stop()));
    await this.house.close();
    await this.temporal.stop();
    await this.links.temporal.close();
    await this.links.database.close();
    await this.postgres.remove();
    await this.graph.close();
    await this.sheets.close();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
