import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder } from '../../../start/embedded-temporal/cli.ts';
import { goInstall, hasGo, type Say } from '../../../start/embedded-temporal/go-install.ts';

const DEBIAN = '/usr/lib/postgresql';
/** The newest that was tried with Zajel. */
export const SERVER_VERSION = '1.32.0';

/** What a house of one's own is built from, beside Zajel. */
export interface GrownUpPrograms {
  /** The folder of PostgreSQL's programs. */
  readonly postgres: string;
  /** The official Temporal server. */
  readonly temporal: string;
  /** Its tool that makes the schema. */
  readonly schemaTool: string;
}

/** Where a PostgreSQL server's programs are, as Debian installs them; null: none is installed. */
export function postgresPrograms(): string | null {
  if (!existsSync(DEBIAN)) return null;
  const folders = readdirSync(DEBIAN)
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => join(DEBIAN, version, 'bin'));
  return folders.find((folder) => existsSync(join(folder, 'initdb'))) ?? null;
}

/** Finds them, or builds the server with Go once for this user; a sentence: what is missing here. */
export async function grownUpPrograms(say: Say): Promise<GrownUpPrograms | string> {
  const postgres = postgresPrograms();
  if (postgres === null) return 'no PostgreSQL server was found (Debian: apt-get install postgresql)';
  const kept = join(cacheFolder(), `temporal-server-${SERVER_VERSION}`);
  const programs = { postgres, temporal: join(kept, 'server'), schemaTool: join(kept, 'sql') };
  if (existsSync(kept)) return programs;
  if (!(await hasGo())) return 'the Temporal server is built with Go, which was not found';
  mkdirSync(cacheFolder(), { recursive: true, mode: 0o700 });
  const workshop = mkdtempSync(join(cacheFolder(), 'fetching-'));
  try {
    say(
      `Temporal server: building version ${SERVER_VERSION} with Go (about 5 minutes), once for this user …`,
    );
    for (const [name, path] of [
      ['Temporal server', 'cmd/server'],
      ['Temporal’s schema tool', 'cmd/tools/sql'],
    ] as const)
      await goInstall(
        { name, source: `go.temporal.io/server/${path}@v${SERVER_VERSION}` },
        join(workshop, 'built'),
        say,
      );
    if (!existsSync(kept)) renameSync(join(workshop, 'built'), kept);
    return programs;
  } catch (error) {
    return `the Temporal server could not be built: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

/** For the processes of the tests; a sentence: what is missing here, null: nothing. */
export async function handGrownUpPrograms(say: Say): Promise<string | null> {
  const programs = await grownUpPrograms(say);
  if (typeof programs === 'string') return programs;
  process.env['GROWN_UP_POSTGRES'] = programs.postgres;
  process.env['GROWN_UP_TEMPORAL'] = dirname(programs.temporal);
  return null;
}

/** Found by who starts the tests, and handed to all of them. */
export function programsOfTheTest(): GrownUpPrograms {
  const { GROWN_UP_POSTGRES: postgres, GROWN_UP_TEMPORAL: temporal } = process.env;
  if (postgres === undefined || temporal === undefined)
    throw new Error('run it with npm test, which finds PostgreSQL and the Temporal server first');
  return { postgres, temporal: join(temporal, 'server'), schemaTool: join(temporal, 'sql') };
}
