import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import pg from 'pg';
import { freePorts } from '../../../bench/processes.ts';
import { registerSearchAttributes } from '../../../temporal/search-attributes.ts';
import { OwnPostgres } from './postgres.ts';
import { SERVER_VERSION, type GrownUpPrograms } from './programs.ts';
import { OwnTemporal } from './temporal.ts';

/** Zajel's database beside Temporal's two on one PostgreSQL, all made, and a folder for the rest. */
export interface GrownUpPlace {
  readonly folder: string;
  readonly postgres: OwnPostgres;
  /** `DATABASE_URL`, for whoever reaches it at this port. @default its own */
  databaseUrl(port?: number): string;
  /** @default a port that is free */
  startTemporal(port?: number): Promise<OwnTemporal>;
  remove(): Promise<void>;
}

/** Making the schemas takes half a minute, copying a server that has them a second. */
export async function grownUpPlace(programs: GrownUpPrograms): Promise<GrownUpPlace> {
  const version = `${SERVER_VERSION}-${basename(dirname(programs.postgres))}`;
  const template = join(tmpdir(), `zajel-grown-up-template-${version}`);
  if (!existsSync(template)) await makeTemplate(programs, template);
  const [port = 0] = await freePorts(1);
  const postgres = await OwnPostgres.start(programs.postgres, port, template);
  const folder = mkdtempSync(join(tmpdir(), 'zajel-grown-up-'));
  return {
    folder,
    postgres,
    databaseUrl: (at = port) => `postgres://postgres@127.0.0.1:${at}/zajel`,
    startTemporal: (at) =>
      OwnTemporal.start({
        program: programs.temporal,
        postgresPort: port,
        folder,
        ...(at === undefined ? {} : { port: at }),
      }),
    async remove() {
      await postgres.remove();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function makeTemplate(programs: GrownUpPrograms, template: string): Promise<void> {
  const [port = 0] = await freePorts(1);
  const postgres = await OwnPostgres.start(programs.postgres, port);
  const folder = mkdtempSync(join(tmpdir(), 'zajel-grown-up-'));
  try {
    await createZajels(port);
    for (const [database, schema] of [
      ['temporal', 'temporal'],
      ['temporal_visibility', 'visibility'],
    ] as const)
      createTemporals(programs.schemaTool, port, database, schema);
    const server = await OwnTemporal.start({ program: programs.temporal, postgresPort: port, folder }, null);
    await registerNamespace(server.address);
    await server.stop();
    const data = await postgres.stop();
    // Another test file may have made it meanwhile: that one will do.
    if (!existsSync(template)) renameSync(data, template);
  } finally {
    await postgres.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function createZajels(port: number): Promise<void> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
  await client.connect();
  await client.query('create database zajel');
  await client.end();
}

function createTemporals(tool: string, port: number, database: string, schema: string): void {
  const at = ['--plugin', 'postgres12', '--ep', '127.0.0.1', '-p', String(port), '-u', 'postgres'];
  for (const command of [
    ['create-database'],
    ['setup-schema', '-v', '0.0'],
    ['update-schema', '--schema-name', `postgresql/v12/${schema}`],
  ])
    execFileSync(tool, [...at, '--db', database, ...command], { stdio: ['ignore', 'ignore', 'pipe'] });
}

async function registerNamespace(address: string): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    await connection.workflowService.registerNamespace({
      namespace: 'default',
      workflowExecutionRetentionPeriod: msToTs('1 day'),
    });
    for (let left = 100; ; left -= 1) {
      try {
        await registerSearchAttributes(connection, 'default');
        return;
      } catch (error) {
        // A namespace is known to all services only some seconds after it was made.
        if (left === 0) throw error;
        await new Promise((wake) => setTimeout(wake, 300));
      }
    }
  } finally {
    await connection.close();
  }
}
