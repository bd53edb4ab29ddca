import { join } from 'node:path';
import { pino } from 'pino';
import { openHouse, type House } from '../../../start/house.ts';
import { startGraphDouble, type GraphDouble } from '../../doubles/graph-api/double.ts';
import type { ModelDouble } from '../../doubles/model-api/double.ts';
import { startSheetsDouble, type SheetsDouble } from '../../doubles/sheets-api/double.ts';
import { Fleet } from '../../support/grown-up/fleet.ts';
import { grownUpPlace, type GrownUpPlace } from '../../support/grown-up/place.ts';
import type { OwnPostgres } from '../../support/grown-up/postgres.ts';
import type { GrownUpPrograms } from '../../support/grown-up/programs.ts';
import type { OwnTemporal } from '../../support/grown-up/temporal.ts';
import { merchantId } from '../../../domain/ids.ts';
import { TEST_KEY_HEX } from '../../support/live-shop.ts';
import { Link } from './link.ts';
import { LinkedPhone } from './linked-phone.ts';
import { startStormModel } from './model.ts';

export const MERCHANT = merchantId('storm');
export const WINDOW = { ms: 2_000, graceMs: 500, maxMs: 4_000 } as const;

/**
 * Zajel grown up, every part a process that may die: PostgreSQL, a Temporal server, two APIs, three workers. At the other end
 * of the wire Meta's, Google's and a model's doubles. What the storm itself asks and counts does not go through the links that it cuts.
 */
export class StormHouse {
  readonly temporal: OwnTemporal;
  readonly fleet: Fleet;
  readonly graph: GraphDouble;
  readonly sheets: SheetsDouble;
  readonly model: ModelDouble;
  /** Null where there is no Chromium. */
  readonly phone: LinkedPhone | null;
  /** The workers' way to Temporal, everybody's to the database, and Meta's to the APIs. */
  readonly links: { readonly temporal: Link; readonly database: Link; readonly front: Link };
  /** The same store and the same Temporal, for who looks on. */
  readonly house: House;
  readonly #place: GrownUpPlace;

  private constructor(parts: Omit<StormHouse, 'close' | 'postgres'> & { readonly place: GrownUpPlace }) {
    this.temporal = parts.temporal;
    this.fleet = parts.fleet;
    this.graph = parts.graph;
    this.sheets = parts.sheets;
    this.model = parts.model;
    this.phone = parts.phone;
    this.links = parts.links;
    this.house = parts.house;
    this.#place = parts.place;
  }

  get postgres(): OwnPostgres {
    return this.#place.postgres;
  }

  static async open(programs: GrownUpPrograms, seed: number, chromium: string | null): Promise<StormHouse> {
    const place = await grownUpPlace(programs);
    const { postgres, folder } = place;
    const temporal = await place.startTemporal();
    const wires = {
      temporal: await Link.to(Number(temporal.address.split(':')[1])),
      database: await Link.to(postgres.port),
    };
    const [graph, sheets, model] = await Promise.all([
      startGraphDouble({ seed }),
      startSheetsDouble(),
      startStormModel(seed),
    ]);
    const phone = chromium === null ? null : await LinkedPhone.prepare(chromium, MERCHANT, folder);
    const fleet = await Fleet.start({
      apis: 2,
      workers: 3,
      temporal: { apis: temporal.address, workers: `127.0.0.1:${wires.temporal.port}` },
      env: {
        DATABASE_URL: place.databaseUrl(wires.database.port),
        ZAJEL_DATA: folder,
        GRAPH_API_URL: `${graph.url}/v23.0`,
        SHEETS_API_URL: sheets.url,
        MODEL_BASE_URL: model.url,
        MODEL_API_KEY: 'key-of-the-storm',
        WINDOW_MS: String(WINDOW.ms),
        GRACE_PERIOD_MS: String(WINDOW.graceMs),
        WINDOW_MAX_MS: String(WINDOW.maxMs),
        ...phone?.env,
      },
    });
    const links = { ...wires, front: await Link.to(...fleet.urls.map((url) => Number(new URL(url).port))) };
    const house = await openHouse({
      databaseConfig: { connectionString: place.databaseUrl() },
      temporal: { address: temporal.address, namespace: 'default' },
      encryptionKeyHex: TEST_KEY_HEX,
      oldKeysHex: [],
      windowDefaults: WINDOW,
      maxRetries: 2,
      logger: pino({ level: 'silent' }),
      sheets: { folder: join(folder, 'sheets') },
    });
    return new StormHouse({ place, temporal, fleet, graph, sheets, model, phone, links, house });
  }

  async close(): Promise<void> {
    await this.fleet.stop();
    await this.phone?.close();
    await this.house.close();
    await this.temporal.stop();
    await this.links.temporal.close();
    await this.links.database.close();
    await this.links.front.close();
    await this.graph.close();
    await this.sheets.close();
    await this.model.close();
    await this.#place.remove();
  }
}
