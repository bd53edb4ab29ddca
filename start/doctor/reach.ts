import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import pg from 'pg';
import { findTemporalCli } from '../embedded-temporal/cli.ts';
import { isFree } from '../embedded-temporal/ports.ts';
import { outOfReach } from '../out-of-reach.ts';
import type { Settings } from '../settings.ts';
import { temporalAddress } from '../temporal-address.ts';
import type { Finding } from './finding.ts';

const OLDEST_POSTGRES = 150_000;

export async function temporal(settings: Settings): Promise<Finding> {
  const { TEMPORAL_ADDRESS, TEMPORAL_CLI_PATH } = settings;
  const what = 'Temporal';
  if (TEMPORAL_ADDRESS !== undefined) return temporalElsewhere(settings, TEMPORAL_ADDRESS);
  try {
    const cli = await findTemporalCli(TEMPORAL_CLI_PATH);
    if (cli !== null) return { state: 'ok', what, is: `embedded, with ${cli}` };
    return {
      state: 'note',
      what,
      is: 'embedded; its program is not here yet',
      todo: 'the first start fetches it (under a minute; without the download site, 4 minutes with Go)',
    };
  } catch (error) {
    return { state: 'missing', what, is: error instanceof Error ? error.message : String(error) };
  }
}

/** Not only whether somebody listens there: the namespace, the certificate and the key are tried, too. */
async function temporalElsewhere(given: Settings, address: string): Promise<Finding> {
  const what = 'Temporal';
  try {
    const { namespace, apiKey, tls } = temporalAddress(given, address);
    const connection = await Connection.connect({
      address,
      connectTimeout: '3 s',
      ...(apiKey === undefined ? {} : { apiKey }),
      ...(tls === undefined ? {} : { tls }),
    });
    try {
      await connection.withDeadline(Date.now() + 3_000, () =>
        connection.workflowService.describeNamespace({ namespace }),
      );
    } finally {
      await connection.close();
    }
    return { state: 'ok', what, is: `${address} answers, namespace ${namespace}` };
  } catch (error) {
    return {
      state: 'missing',
      what,
      is: (outOfReach(error, given)?.message ?? String(error)).replace(/\. Start it, .*$/, ''),
      todo: 'start that server, correct TEMPORAL_ADDRESS and its like, or remove it to use the embedded one',
    };
  }
}

/** The embedded server takes the next free port where one is taken; people's scripts may expect the first. */
export async function temporalPorts({
  TEMPORAL_ADDRESS,
  TEMPORAL_PORT,
  TEMPORAL_UI_PORT,
}: Settings): Promise<Finding[]> {
  if (TEMPORAL_ADDRESS !== undefined) return [];
  const busy: Finding[] = [];
  for (const [what, number] of [
    ['Temporal’s port', TEMPORAL_PORT],
    ['Port of Temporal’s UI', TEMPORAL_UI_PORT],
  ] as const)
    if (!(await isFree('127.0.0.1', number)))
      busy.push({
        state: 'note',
        what,
        is: `${number} is in use`,
        todo: 'by a running Zajel: fine. By something else: the next free one is taken',
      });
  return busy;
}

export async function database({ DATABASE_URL }: Settings, data: string): Promise<Finding> {
  const what = 'Database';
  if (DATABASE_URL === undefined)
    return {
      state: 'ok',
      what,
      is: existsSync(join(data, 'postgres'))
        ? `embedded, in ${join(data, 'postgres')}`
        : 'embedded, made at the first start',
    };
  const client = new pg.Client({ connectionString: DATABASE_URL, connectionTimeoutMillis: 3_000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ number: number; version: string }>(
      `select current_setting('server_version_num')::int as number, current_setting('server_version') as version`,
    );
    const [{ number, version } = { number: 0, version: 'unknown' }] = rows;
    return number >= OLDEST_POSTGRES
      ? { state: 'ok', what, is: `DATABASE_URL answers, PostgreSQL ${version}` }
      : { state: 'missing', what, is: `PostgreSQL ${version}`, todo: 'Zajel needs PostgreSQL 15 or newer' };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      state: 'missing',
      what,
      is: `DATABASE_URL does not answer (${why})`,
      todo: 'start that PostgreSQL, correct DATABASE_URL, or remove it to use the embedded one',
    };
  } finally {
    await client.end();
  }
}

export async function port(what: string, host: string, number: number): Promise<Finding> {
  const where = `${host}:${number}`;
  if (number === 0) return { state: 'ok', what, is: 'any free one' };
  if (await isFree(host, number)) return { state: 'ok', what, is: `${where} is free` };
  if (await isZajel(host, number)) return { state: 'ok', what, is: `${where}: a Zajel is running there` };
  return {
    state: 'missing',
    what,
    is: `${where} can’t be had`,
    todo: 'stop what uses it, or set HOST and PORT',
  };
}

async function isZajel(host: string, number: number): Promise<boolean> {
  try {
    const response = await fetch(`http://${host.includes(':') ? `[${host}]` : host}:${number}/livez`, {
      signal: AbortSignal.timeout(2_000),
    });
    return response.ok && (await response.text()) === '{"alive":true}';
  } catch {
    return false; // Something that speaks no HTTP, or nobody who answers.
  }
}
