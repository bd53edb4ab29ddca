import { join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { pino } from 'pino';
import type { SettingsPatch, WindowDefaults } from '../../domain/settings.ts';
import { WINDOW_DEFAULTS } from '../../domain/settings.ts';
import { openHouse, type House, type HouseOptions } from '../../start/house.ts';
import { SEARCH_ATTRIBUTES } from '../../temporal/search-attributes.ts';
import { startWorker, type RunningWorker } from '../../worker/worker.ts';
import { Echo } from './echo.ts';
import { Shop } from './shop.ts';
import { started } from './started.ts';
import { temporaryDatabase, type TemporaryDatabase } from './temporary-database.ts';
import { testServerPath } from './test-server.ts';
import { sharedBundle } from './workflow-bundle.ts';

/** Everything real but the clock: the official time-skipping server, the store, the activities, the simulated network. */
export class SkippingShop {
  readonly env: TestWorkflowEnvironment;
  readonly house: House;
  readonly echo: Echo;
  /** The data folder's `sheets/`. */
  readonly folder: string;
  readonly #worker: RunningWorker;
  readonly #database: TemporaryDatabase;
  #aheadMs = 0;

  private constructor(
    env: TestWorkflowEnvironment,
    house: House,
    echo: Echo,
    worker: RunningWorker,
    database: TemporaryDatabase,
  ) {
    this.env = env;
    this.house = house;
    this.echo = echo;
    this.#worker = worker;
    this.#database = database;
    this.folder = join(database.folder, 'sheets');
  }

  /** `own` is what this house has otherwise than the others. */
  static async open(own: Partial<HouseOptions> = {}): Promise<SkippingShop> {
    Runtime.install({
      logger: new DefaultLogger('ERROR'),
      telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } },
    });
    const path = await testServerPath();
    const database = await temporaryDatabase();
    const env = await started(() =>
      TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path } } }),
    );
    await env.connection.operatorService.addSearchAttributes({
      namespace: 'default',
      searchAttributes: SEARCH_ATTRIBUTES,
    });
    const echo = new Echo();
    const temporal = { address: env.address, namespace: 'default' };
    let clock = Date.now;
    const house = await openHouse({
      databaseConfig: database.connection,
      temporal,
      encryptionKeyHex: '07'.repeat(32),
      oldKeysHex: [],
      windowDefaults: WINDOW_DEFAULTS,
      maxRetries: 2,
      logger: pino({ level: process.env['LOG_LEVEL'] ?? 'silent' }),
      answers: echo,
      now: () => clock(),
      // The test server is a Java program: its first calls are slow.
      temporalTimeoutMs: 30_000,
      ...own,
      sheets: { ...own.sheets, folder: join(database.folder, 'sheets') },
    });
    const worker = await startWorker({
      temporal,
      seal: house.seal,
      context: house.context,
      bundle: await sharedBundle(),
    });
    const shop = new SkippingShop(env, house, echo, worker, database);
    clock = shop.now;
    return shop;
  }

  readonly now = (): number => Date.now() + this.#aheadMs;

  async merchant(settings: SettingsPatch = {}, window: WindowDefaults = WINDOW_DEFAULTS): Promise<Shop> {
    const shop = await Shop.open(this.house, window, settings);
    shop.now = this.now;
    this.echo.reset();
    await this.#readClock();
    return shop;
  }

  /** Lets time pass: a moment of ours, any time of the workflows'. */
  async pass(ms: number): Promise<void> {
    await this.env.sleep(ms);
    await this.#readClock();
  }

  async close(): Promise<void> {
    await this.#worker.stop();
    await this.house.close();
    await this.env.teardown();
    await this.#database.remove();
  }

  async #readClock(): Promise<void> {
    this.#aheadMs = (await this.env.currentTimeMs()) - Date.now();
  }
}
