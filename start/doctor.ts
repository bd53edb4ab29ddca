import { execFile } from 'node:child_process';
import { existsSync, statfsSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { findChromium } from './chromium.ts';
import { cacheFolder, findTemporalCli } from './embedded-temporal/cli.ts';
import { isFree } from './embedded-temporal/ports.ts';
import { ROOT } from './root.ts';
import { settingsOrExit, type Settings } from './settings.ts';

/** `npm run doctor`: what is there, what is missing, and what to do. Ends with 1 when something essential is missing. */
type Finding = {
  readonly state: 'ok' | 'note' | 'missing';
  readonly what: string;
  readonly is: string;
  readonly todo?: string;
};

const run = promisify(execFile);
const ENOUGH_DISK_BYTES = 2e9;
const MARK = { ok: '✓', note: '–', missing: '✗' } as const;

const settings = settingsOrExit(ROOT);
const data = resolve(ROOT, settings.ZAJEL_DATA);
const findings = [
  { state: 'ok', what: 'Node', is: `${process.version} (the project's own)` } satisfies Finding,
  dataFolder(),
  ...keys(settings),
  disk(),
  await temporal(settings),
  await database(settings),
  await port('Port of console and API', settings.HOST, settings.PORT),
  chromium(settings),
  ...(await testing()),
];
for (const { state, what, is, todo } of findings)
  console.log(`${MARK[state]} ${what}: ${is}${todo === undefined ? '' : `\n    → ${todo}`}`);
const missing = findings.filter(({ state }) => state === 'missing').length;
console.log(missing === 0 ? '\nReady: npm start' : `\n${missing} thing(s) to put right first, marked ✗`);
process.exitCode = missing === 0 ? 0 : 1;

function dataFolder(): Finding {
  return existsSync(data)
    ? { state: 'ok', what: 'Data folder', is: data }
    : { state: 'note', what: 'Data folder', is: `${data}, not there yet: the first start makes it` };
}

function keys({ ADMIN_API_KEY, ENCRYPTION_KEY_HEX }: Settings): Finding[] {
  return [
    key('Admin key', ADMIN_API_KEY, 'ADMIN_API_KEY', 'admin-api-key'),
    key('Encryption key', ENCRYPTION_KEY_HEX, 'ENCRYPTION_KEY_HEX', 'encryption-key-hex'),
  ];
}

function key(what: string, given: string | undefined, name: string, file: string): Finding {
  const path = join(data, 'keys', file);
  if (given !== undefined) return { state: 'ok', what, is: `set by ${name}` };
  if (existsSync(path)) return { state: 'ok', what, is: `in ${path}` };
  return { state: 'note', what, is: 'none yet: the first start makes one' };
}

function disk(): Finding {
  let place = data;
  while (!existsSync(place)) place = dirname(place);
  const { bavail, bsize } = statfsSync(place);
  const free = bavail * bsize;
  const is = `${(free / 1e9).toFixed(1)} GB free`;
  return free >= ENOUGH_DISK_BYTES
    ? { state: 'ok', what: 'Disk', is }
    : { state: 'missing', what: 'Disk', is, todo: 'free some space: 2 GB at least' };
}

async function temporal({ TEMPORAL_ADDRESS, TEMPORAL_CLI_PATH }: Settings): Promise<Finding> {
  const what = 'Temporal';
  if (TEMPORAL_ADDRESS !== undefined) {
    const colon = TEMPORAL_ADDRESS.lastIndexOf(':');
    return (await reachable(TEMPORAL_ADDRESS.slice(0, colon), Number(TEMPORAL_ADDRESS.slice(colon + 1))))
      ? { state: 'ok', what, is: `${TEMPORAL_ADDRESS} answers` }
      : {
          state: 'missing',
          what,
          is: `${TEMPORAL_ADDRESS} does not answer`,
          todo: 'start that server, correct TEMPORAL_ADDRESS, or remove it to use the embedded one',
        };
  }
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

async function database({ DATABASE_URL }: Settings): Promise<Finding> {
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
    await client.query('select 1');
    return { state: 'ok', what, is: 'DATABASE_URL answers' };
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

async function port(what: string, host: string, number: number): Promise<Finding> {
  if (await isFree(host, number)) return { state: 'ok', what, is: `${host}:${number} is free` };
  return {
    state: 'note',
    what,
    is: `${host}:${number} is in use`,
    todo: 'by a running Zajel: fine. By something else: stop it or set PORT',
  };
}

function chromium({ CHROMIUM_PATH }: Settings): Finding {
  const found = findChromium(CHROMIUM_PATH);
  if (found !== null) return { state: 'ok', what: 'Chromium', is: found };
  return CHROMIUM_PATH === undefined
    ? {
        state: 'note',
        what: 'Chromium',
        is: 'not found; only whatsapp-web lines need it',
        todo: 'install Chromium or Chrome, or set CHROMIUM_PATH',
      }
    : {
        state: 'missing',
        what: 'Chromium',
        is: `CHROMIUM_PATH is set, but there is no ${CHROMIUM_PATH}`,
        todo: 'correct it or remove it',
      };
}

/** Only `npm test` needs these. */
async function testing(): Promise<Finding[]> {
  const what = 'Time-skipping test server (only for npm test)';
  if (existsSync(cacheFolder()) && settings.TEMPORAL_TEST_SERVER_PATH !== undefined)
    return [{ state: 'ok', what, is: settings.TEMPORAL_TEST_SERVER_PATH }];
  try {
    await run('java', ['-version']);
    return [{ state: 'ok', what, is: 'Java is there; npm test fetches the rest with Maven' }];
  } catch {
    return [
      { state: 'note', what, is: 'no Java', todo: 'install Java 17 and Maven if you want to run the tests' },
    ];
  }
}

function reachable(host: string, number: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host, port: number, timeout: 3_000 });
    const settle = (answer: boolean) => {
      socket.destroy();
      done(answer);
    };
    socket.once('connect', () => settle(true));
    socket.once('timeout', () => settle(false));
    socket.once('error', () => settle(false));
  });
}
