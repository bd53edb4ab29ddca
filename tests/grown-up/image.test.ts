import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answering, freePorts, launch, type Launched } from '../../bench/processes.ts';
import { ROOT } from '../../start/root.ts';
import { grownUpPlace, type GrownUpPlace } from '../support/grown-up/place.ts';
import { programsOfTheTest } from '../support/grown-up/programs.ts';
import type { OwnTemporal } from '../support/grown-up/temporal.ts';
import { TEST_KEY_HEX } from '../support/live-shop.ts';

const ADMIN_KEY = 'the-key-of-who-runs-the-image';
const image = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
const ignored = readFileSync(join(ROOT, '.dockerignore'), 'utf8').trim().split('\n');

/** One stage of the Dockerfile. */
const stage = (name: string): string =>
  image.split(/^FROM /m).find((one) => one.split('\n')[0]?.endsWith(` AS ${name}`)) ?? '';
const settingsOf = (lines: string): Record<string, string> =>
  Object.fromEntries(
    [...lines.matchAll(/^ENV (.+)$/gm)]
      .flatMap(([, pairs = '']) => pairs.split(' '))
      .map((pair): [string, string] => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );

let folder: string;
let place: GrownUpPlace;
let temporal: OwnTemporal;
const running: Launched[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'zajel-image-'));
  build();
  place = await grownUpPlace(programsOfTheTest());
  temporal = await place.startTemporal();
}, 300_000);
afterAll(async () => {
  for (const one of running) await one.stop();
  await temporal.stop();
  await place.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** There is no container engine here: what the Dockerfile does is done in a folder of its own. */
function build(): void {
  const packages = stage('packages');
  const [, copied = ''] = /^COPY (.+) \.\/$/m.exec(packages) ?? [];
  for (const file of copied.split(' ')) cpSync(join(ROOT, file), join(folder, file));
  const [, install = ''] = /^RUN (npm .+)$/m.exec(packages) ?? [];
  execFileSync('sh', ['-c', install], { cwd: folder, env: { ...process.env, ...settingsOf(packages) } });
  cpSync(ROOT, folder, {
    recursive: true,
    filter: (source) => !ignored.includes(source.slice(ROOT.length + 1)),
  });
}

function start(script: string, more: Readonly<Record<string, string>>): Launched {
  const started = launch(process.execPath, ['--disable-warning=ExperimentalWarning', join(folder, script)], {
    ...settingsOf(stage('zajel')),
    ZAJEL_DATA: place.folder,
    DATABASE_URL: place.databaseUrl(),
    TEMPORAL_ADDRESS: temporal.address,
    ENCRYPTION_KEY_HEX: TEST_KEY_HEX,
    ADMIN_API_KEY: ADMIN_KEY,
    HOLD_LINES: 'false',
    ...more,
  });
  running.push(started);
  return started;
}

it('answers a customer with the packages and files that the image has, and nothing else', async () => {
  const [port = 0] = await freePorts(1);
  const [, script = ''] = /^CMD \[.*"(start\/[a-z]+\.ts)"\]$/m.exec(stage('zajel')) ?? [];
  expect(script).toBe('start/api.ts');
  const url = `http://127.0.0.1:${port}`;
  await answering(`${url}/readyz`, start(script, { PORT: String(port) }));
  start('start/worker.ts', {});
  const headers = { 'x-api-key': ADMIN_KEY, 'content-type': 'application/json' };
  const line = `${url}/api/simulator/demo/sim`;
  const body = JSON.stringify({ from: '201', text: 'السلام عليكم', id: 'm1' });
  expect((await fetch(`${line}/messages`, { method: 'POST', headers, body })).ok).toBe(true);
  let received: unknown;
  for (let tries = 0; tries < 600; tries += 1) {
    received = await (await fetch(`${line}/outbox`, { headers })).json();
    if (JSON.stringify(received).includes('"201"')) break;
    await pause(200);
  }
  expect(received).toMatchObject({ items: [{ to: '201' }] });
}, 300_000);
