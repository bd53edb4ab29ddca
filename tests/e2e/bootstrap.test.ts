import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../start/root.ts';

/**
 * A clone as it comes, with the real first script and the real npm. Only its packages are others, so that nothing has to be
 * downloaded: one called `node` whose install script, like the real one's, brings the program.
 */
const clone = mkdtempSync(join(tmpdir(), 'zajel-clone-'));
afterAll(() => rmSync(clone, { recursive: true, force: true }));

const stamp = join(clone, 'node_modules', '.zajel-installed');
const ownNode = join(clone, 'node_modules', 'node', 'bin', 'node');

beforeAll(async () => {
  const parcel = join(clone, 'parcel');
  mkdirSync(join(parcel, 'bin'), { recursive: true });
  mkdirSync(join(clone, 'start'));
  copyFileSync(join(ROOT, 'start/bootstrap.mjs'), join(clone, 'start/bootstrap.mjs'));
  writeFileSync(
    join(clone, 'start/echo.mjs'),
    `console.log('ran', process.execPath.endsWith('node_modules/node/bin/node'), process.argv.slice(2).join(' '));
     if (process.argv[2] === 'wait') { process.on('SIGTERM', () => process.exit(7)); console.log('waiting'); setInterval(() => {}, 1000); }
     else process.exitCode = Number(process.argv[2] ?? 0);`,
  );
  // A copy: the program must be able to say that it is the project's own.
  writeFileSync(join(parcel, 'bin/node.from'), process.execPath);
  writeFileSync(
    join(parcel, 'install.cjs'),
    `const fs = require('fs'); fs.copyFileSync(fs.readFileSync('bin/node.from', 'utf8'), 'bin/node'); fs.chmodSync('bin/node', 0o755);`,
  );
  writeFileSync(
    join(parcel, 'package.json'),
    JSON.stringify({ name: 'node', version: '24.0.0', scripts: { install: 'node install.cjs' } }),
  );
  expect((await run('npm', ['pack', '--silent'], parcel)).code).toBe(0);
  writeFileSync(
    join(clone, 'package.json'),
    JSON.stringify({
      name: 'clone',
      version: '1.0.0',
      dependencies: { node: 'file:parcel/node-24.0.0.tgz' },
    }),
  );
  expect((await run('npm', ['install', '--package-lock-only', '--offline'], clone)).code).toBe(0);
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

async function run(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const child = spawn(program, [...args], {
    cwd,
    env: { ...process.env, npm_config_offline: 'true', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (err += bytes.toString()));
  await once(child, 'close');
  return { code: child.exitCode, out, err };
}

const start = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  run(process.execPath, [join(clone, 'start/bootstrap.mjs'), ...args], clone, env);

describe('the first script', () => {
  it('installs on a fresh clone what is missing, says so, and goes on with the project’s own Node', async () => {
    const { code, out } = await start(['start/echo.mjs', '0', 'and', 'more']);
    expect(out).toMatch(
      /^Zajel's packages are not installed yet: installing them with npm ci, about 300 MB\./,
    );
    expect(out).toMatch(/Packages installed in \d+ s\.\n/);
    expect(out).toMatch(/\nran true 0 and more\n$/);
    expect(code).toBe(0);
  });

  it('says nothing of its own when all is there, and ends as the script ends', async () => {
    expect(await start(['start/echo.mjs', '3'])).toEqual({ code: 3, out: 'ran true 3\n', err: '' });
  });

  it('installs again when the lock file has changed, or an installation was cut off', async () => {
    const lock = join(clone, 'package-lock.json');
    writeFileSync(lock, `${readFileSync(lock, 'utf8').trim()}\n\n`);
    expect((await start(['start/echo.mjs'])).out).toContain('packages are out of date: installing');
    rmSync(stamp);
    expect((await start(['start/echo.mjs'])).out).toContain('packages are not installed yet: installing');
    expect((await start(['start/echo.mjs'])).out).toBe('ran true \n');
  });

  it('says in one sentence that an installation failed, and tries again the next time', async () => {
    const manifest = join(clone, 'package.json');
    const whole = readFileSync(manifest, 'utf8');
    rmSync(stamp);
    writeFileSync(manifest, whole.replace('{', '{"devDependencies":{"not-in-the-lock-file":"1.0.0"},'));
    const failed = await start(['start/echo.mjs']);
    expect(failed.code).toBe(1);
    expect(failed.err).toMatch(
      /npm ci did not succeed \(it ended with \d+\): its words are above\. .*try again\.\n$/,
    );
    expect([failed.out.includes('ran'), existsSync(stamp)]).toEqual([false, false]);
    writeFileSync(manifest, whole);
    expect((await start(['start/echo.mjs'])).out).toContain('ran true');
  });

  it('fetches its own Node where npm was told not to run install scripts', async () => {
    rmSync(stamp);
    const { code, out } = await start(['start/echo.mjs'], { npm_config_ignore_scripts: 'true' });
    expect(out).toContain("Zajel's own Node is missing: fetching it");
    expect(out).toContain('ran true');
    expect(code).toBe(0);
  });

  it('fetches its own Node again when its file is gone', async () => {
    rmSync(ownNode);
    expect((await start(['start/echo.mjs'])).out).toContain("Zajel's own Node is missing: fetching it");
  });

  it('says what to do when its own Node is there and does not run', async () => {
    rmSync(ownNode);
    writeFileSync(ownNode, 'half a prog');
    chmodSync(ownNode, 0o644);
    const { code, err } = await start(['start/echo.mjs']);
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(
        /^Zajel's own Node does not start \(.+\): remove the folder node_modules and try again\.\n$/,
      ),
    ]);
    rmSync(join(clone, 'node_modules'), { recursive: true });
    expect((await start(['start/echo.mjs'])).out).toContain('ran true');
  });

  it('refuses a Node that is too old, in one sentence with what to do', async () => {
    const pretence = join(clone, 'old.cjs');
    writeFileSync(
      pretence,
      `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.4' } }); Object.defineProperty(process, 'version', { value: 'v18.20.4' });`,
    );
    const script = join(clone, 'start/bootstrap.mjs');
    const { code, out, err } = await run(process.execPath, ['-r', pretence, script, 'start/echo.mjs'], clone);
    expect([code, out, err]).toEqual([
      1,
      '',
      expect.stringMatching(
        /^Zajel needs Node 20 or newer .* v18\.20\.4: install a newer one from .* again\.\n$/,
      ),
    ]);
  });

  it('says in one sentence that there is no such script', async () => {
    expect(await start(['start/nothing.ts'])).toEqual({
      code: 1,
      out: '',
      err: 'Zajel has no start/nothing.ts: npm run shows what there is.\n',
    });
    expect((await start([])).err).toMatch(/^usage: .+\n$/);
  });

  it('hands on the request to end, and ends as the script does', async () => {
    const child = spawn(process.execPath, [join(clone, 'start/bootstrap.mjs'), 'start/echo.mjs', 'wait'], {
      cwd: clone,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let out = '';
    child.stdout.on('data', (bytes: Buffer) => {
      out += bytes.toString();
      if (out.includes('waiting')) child.kill('SIGTERM');
    });
    await once(child, 'close');
    expect([child.exitCode, child.signalCode]).toEqual([7, null]);
  });
});
