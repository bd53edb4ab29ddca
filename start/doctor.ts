import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmdirSync, statfsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { findChromium } from './chromium.ts';
import { cacheFolder } from './embedded-temporal/cli.ts';
import type { Finding } from './doctor/finding.ts';
import { database, port, temporal, temporalPorts } from './doctor/reach.ts';
import { ROOT } from './root.ts';
import { settingsOrExit, type Settings } from './settings.ts';

/** `npm run doctor`: what is there, what is missing, and what to do. Ends with 1 when something essential is missing. */
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
  ...(await temporalPorts(settings)),
  await database(settings, data),
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
  const what = 'Data folder';
  const trouble = folderTrouble(nearest(data), data);
  if (trouble !== null)
    return {
      state: 'missing',
      what,
      is: trouble,
      todo: 'put that right, or set ZAJEL_DATA to another folder',
    };
  return existsSync(data)
    ? { state: 'ok', what, is: data }
    : { state: 'note', what, is: `${data}, not there yet: the first start makes it` };
}

/** The folder itself, or the one in which it would be made. */
function nearest(folder: string): string {
  let place = folder;
  while (!existsSync(place)) place = dirname(place);
  return place;
}

function folderTrouble(place: string, wanted: string): string | null {
  if (!statSync(place).isDirectory()) return `${place} is a file, not a folder`;
  try {
    // Tried, not asked: root may write everywhere but on what the kernel keeps for itself.
    rmdirSync(mkdtempSync(join(place, '.zajel-doctor-')));
    return null;
  } catch {
    return place === wanted
      ? `${place} can’t be written to`
      : `${wanted} can’t be made: ${place} can’t be written to`;
  }
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
  if (existsSync(path))
    return readFileSync(path, 'utf8').trim() === ''
      ? { state: 'missing', what, is: `${path} is empty`, todo: 'put it back from your backup' }
      : { state: 'ok', what, is: `in ${path}` };
  return { state: 'note', what, is: 'none yet: the first start makes one' };
}

function disk(): Finding {
  const { bavail, bsize } = statfsSync(nearest(data));
  const free = bavail * bsize;
  const is = `${(free / 1e9).toFixed(1)} GB free`;
  return free >= ENOUGH_DISK_BYTES
    ? { state: 'ok', what: 'Disk', is }
    : { state: 'missing', what: 'Disk', is, todo: 'free some space: 2 GB at least' };
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
