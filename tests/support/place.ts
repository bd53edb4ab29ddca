import type { PoolConfig } from 'pg';
import { freePorts } from '../../bench/processes.ts';
import { temporalCli } from '../../start/embedded-temporal/cli.ts';
import { startEmbeddedTemporal } from '../../start/embedded-temporal/server.ts';
import { grownUpPlace } from './grown-up/place.ts';
import { programsOfTheTest } from './grown-up/programs.ts';
import { PATIENT, temporaryDatabase } from './temporary-database.ts';

export interface StartedTemporal {
  readonly address: string;
  stop(): Promise<void>;
}

/** What Zajel stands on: an empty folder, an empty database, a Temporal server that is started when one wants it. */
export interface Place {
  readonly folder: string;
  readonly connection: PoolConfig;
  /** `DATABASE_URL` for a process of its own. */
  readonly databaseUrl: string;
  /** `program`: this instead of the Temporal CLI. `port`: @default one that is free. */
  startTemporal(options?: { readonly program?: string; readonly port?: number }): Promise<StartedTemporal>;
  remove(): Promise<void>;
}

/** As on a shop's own machine; in vitest's project `grown-up` on Debian's PostgreSQL and the official Temporal server. */
export const openPlace = (): Promise<Place> =>
  process.env['TEST_SHAPE'] === 'grown-up' ? grownUp() : embedded();

async function embedded(): Promise<Place> {
  const database = await temporaryDatabase();
  const { host = '', port = 0, user = '', password = '' } = database.connection;
  return {
    folder: database.folder,
    connection: database.connection,
    databaseUrl: `postgres://${user}:${String(password)}@localhost:${port}/postgres?host=${encodeURIComponent(host)}`,
    async startTemporal({ program, port } = {}) {
      const quiet = (): void => undefined;
      const [free = 0, uiPort = 0] = await freePorts(2);
      return startEmbeddedTemporal({
        cli: program ?? (await temporalCli(process.env['TEMPORAL_CLI_PATH'], quiet)),
        dataDir: database.folder,
        port: port ?? free,
        uiPort,
        namespace: 'default',
        say: quiet,
      });
    },
    remove: () => database.remove(),
  };
}

async function grownUp(): Promise<Place> {
  const place = await grownUpPlace(programsOfTheTest());
  const databaseUrl = place.databaseUrl();
  return {
    folder: place.folder,
    connection: { connectionString: databaseUrl, ...PATIENT },
    databaseUrl,
    startTemporal: ({ port } = {}) => place.startTemporal(port),
    remove: () => place.remove(),
  };
}
