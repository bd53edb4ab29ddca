import { join } from 'node:path';
import { DefaultLogger, Runtime, type WorkflowBundlePath } from '@temporalio/worker';
import { pino } from 'pino';
import type { SettingsPatch, WindowDefaults } from '../../domain/settings.ts';
import { temporalCli } from '../../start/embedded-temporal/cli.ts';
import type { ModelAddress } from '../../activities/model/endpoint.ts';
import { openHouse, type House } from '../../start/house.ts';
import { startWorker, type RunningWorker } from '../../worker/worker.ts';
import { Echo } from './echo.ts';
import { openPlace, type Place, type StartedTemporal } from './place.ts';
import { Shop } from './shop.ts';
import { temporalWith } from './temporal-with.ts';
import { sharedBundle } from './workflow-bundle.ts';

/** Also what the recorded histories are encrypted with. */
export const TEST_KEY_HEX = '07'.repeat(32);

export interface LiveOptions {
  readonly window: WindowDefaults;
  /** More for the command line of the server. */
  readonly serverFlags?: readonly string[];
  /** How long a call to Temporal may take. @default 30 s: two busy cores may need more than a webhook has */
  readonly temporalTimeoutMs?: number;
  /** Asked where a merchant has chosen a model. @default none */
  readonly model?: ModelAddress;
}

/** Everything real, the clock too: Temporal, the store, the worker, the simulated network. */
export class LiveShop {
  readonly house: House;
  readonly echo: Echo;
  readonly cli: string;
  readonly address: string;
  /** Where its merchants' sheets are. */
  readonly sheets: string;
  /** `DATABASE_URL` for a process of its own. */
  readonly databaseUrl: string;
  readonly #server: StartedTemporal;
  readonly #place: Place;
  readonly #bundle: WorkflowBundlePath;
  readonly #window: WindowDefaults;
  #worker: RunningWorker | null = null;

  private constructor(parts: {
    house: House;
    echo: Echo;
    cli: string;
    server: StartedTemporal;
    place: Place;
    bundle: WorkflowBundlePath;
    window: WindowDefaults;
  }) {
    this.house = parts.house;
    this.echo = parts.echo;
    this.cli = parts.cli;
    this.address = parts.server.address;
    this.#server = parts.server;
    this.#place = parts.place;
    this.#bundle = parts.bundle;
    this.#window = parts.window;
    this.sheets = sheetsIn(parts.place);
    this.databaseUrl = parts.place.databaseUrl;
  }

  static async open({
    window,
    serverFlags,
    temporalTimeoutMs = 30_000,
    model,
  }: LiveOptions): Promise<LiveShop> {
    Runtime.install({
      logger: new DefaultLogger('ERROR'),
      telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } },
    });
    const place = await openPlace();
    const cli = await temporalCli(process.env['TEMPORAL_CLI_PATH'], () => undefined);
    const program = serverFlags === undefined ? cli : temporalWith(cli, place.folder, serverFlags);
    const server = await place.startTemporal({ program });
    const echo = new Echo();
    const house = await openHouse({
      databaseConfig: place.connection,
      temporal: { address: server.address, namespace: 'default' },
      encryptionKeyHex: TEST_KEY_HEX,
      oldKeysHex: [],
      windowDefaults: window,
      maxRetries: 2,
      logger: pino({ level: process.env['LOG_LEVEL'] ?? 'silent' }),
      answers: echo,
      ...(model === undefined ? {} : { model }),
      sheets: { folder: sheetsIn(place) },
      temporalTimeoutMs,
    });
    const shop = new LiveShop({
      house,
      echo,
      cli,
      server,
      place,
      bundle: await sharedBundle(),
      window,
    });
    await shop.startWorker();
    return shop;
  }

  async startWorker(): Promise<void> {
    this.#worker = await startWorker({
      temporal: { address: this.address, namespace: 'default' },
      seal: this.house.seal,
      context: this.house.context,
      bundle: this.#bundle,
    });
  }

  async stopWorker(): Promise<void> {
    await this.#worker?.stop();
    this.#worker = null;
  }

  merchant(settings: SettingsPatch = {}): Promise<Shop> {
    this.echo.reset();
    return Shop.open(this.house, this.#window, settings);
  }

  async close(): Promise<void> {
    await this.stopWorker();
    await this.house.close();
    await this.#server.stop();
    await this.#place.remove();
  }
}

const sheetsIn = ({ folder }: Place): string => join(folder, 'sheets');

/** Waits for what a real clock brings; the test's own time limit is the deadline. */
export async function until<T>(look: () => Promise<T>, isThere: (seen: T) => boolean): Promise<T> {
  for (;;) {
    const seen = await look();
    if (isThere(seen)) return seen;
    await new Promise((wake) => setTimeout(wake, 25));
  }
}
