import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../start/root.ts';

const place = mkdtempSync(join(tmpdir(), 'zajel-doctor-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The real program, with nothing of this machine's own settings. */
async function program(script: string, env: Readonly<Record<string, string>>): Promise<Ended> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(ROOT, 'start', script)],
    {
      cwd: ROOT,
      env: { ...process.env, ZAJEL_DATA: join(place, 'data'), PORT: '0', LOG_LEVEL: 'warn', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let [out, err] = ['', ''];
  child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (err += bytes.toString()));
  await once(child, 'close');
  return { code: child.exitCode, out, err };
}
const doctor = (env: Readonly<Record<string, string>> = {}): Promise<Ended> => program('doctor.ts', env);
/** The line about one thing, with the line of what to do when there is one. */
const about = ({ out }: Ended, what: string): string =>
  new RegExp(`^[✓–✗] ${what}: .*(?:\\n {4}→ .*)?`, 'm').exec(out)?.[0] ?? '';

describe('npm run doctor', () => {
  it('says on a fresh clone what is there and what the first start makes, and makes nothing itself', async () => {
    const seen = await doctor();
    expect([seen.code, seen.err]).toEqual([0, '']);
    expect(about(seen, 'Node')).toMatch(/^✓ Node: v24\./);
    expect(about(seen, 'Data folder')).toMatch(
      /^– Data folder: .*, not there yet: the first start makes it$/,
    );
    expect(about(seen, 'Encryption key')).toBe('– Encryption key: none yet: the first start makes one');
    expect(about(seen, 'Temporal')).toMatch(/^✓ Temporal: embedded, with /);
    expect(seen.out).toMatch(/\nReady: npm start\n$/);
    expect(readdirSync(place)).toEqual([]);
  });

  it('says of everything that is missing what to do about it, and ends with 1', async () => {
    const seen = await doctor({
      TEMPORAL_ADDRESS: '127.0.0.1:9',
      DATABASE_URL: 'postgres://somebody:canary-5f3a@127.0.0.1:9/zajel',
      CHROMIUM_PATH: '/nowhere/chromium',
    });
    expect(seen.code).toBe(1);
    expect(about(seen, 'Temporal')).toMatch(
      /^✗ Temporal: Temporal at 127\.0\.0\.1:9, namespace default: .+\n {4}→ start that server, /,
    );
    expect(about(seen, 'Database')).toMatch(
      /^✗ Database: DATABASE_URL does not answer .+\n {4}→ start that PostgreSQL, /,
    );
    expect(about(seen, 'Chromium')).toMatch(
      /^✗ Chromium: .*\/nowhere\/chromium\n {4}→ correct it or remove it$/,
    );
    expect(seen.out).toMatch(/\n3 thing\(s\) to put right first, marked ✗\n$/);
    expect(seen.out + seen.err).not.toContain('canary');
  });

  it('finds a certificate and a Temporal program that are named and are not there', async () => {
    const certificate = await doctor({
      TEMPORAL_ADDRESS: '127.0.0.1:9',
      TEMPORAL_TLS_CA_PATH: '/nowhere/ca.pem',
    });
    expect(about(certificate, 'Temporal')).toContain(
      'TEMPORAL_TLS_CA_PATH names /nowhere/ca.pem, which can’t be read',
    );
    expect(about(await doctor({ TEMPORAL_CLI_PATH: '/nowhere/temporal' }), 'Temporal')).toMatch(
      /^✗ Temporal: TEMPORAL_CLI_PATH is set, but \/nowhere\/temporal does not run/,
    );
  });

  it('tells a port that something else has from one at which Zajel answers', async () => {
    const stranger = createServer((socket) => socket.end('hello\n')).listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const address = stranger.address();
    const PORT = String(typeof address === 'object' && address !== null ? address.port : 0);
    const seen = await doctor({ PORT });
    stranger.close();
    expect(about(seen, 'Port of console and API')).toBe(
      `✗ Port of console and API: 127.0.0.1:${PORT} can’t be had\n    → stop what uses it, or set HOST and PORT`,
    );
    expect(seen.code).toBe(1);
  });

  it('finds a data folder that can’t be used, and a key that is gone', async () => {
    expect(about(await doctor({ ZAJEL_DATA: '/sys/zajel' }), 'Data folder')).toMatch(
      /^✗ Data folder: \/sys\/zajel can’t be made: \/sys can’t be written to\n {4}→ put that right, /,
    );
    const file = join(place, 'a-file');
    writeFileSync(file, '');
    expect(about(await doctor({ ZAJEL_DATA: file }), 'Data folder')).toMatch(
      /^✗ Data folder: .*a-file is a file, not a folder/,
    );
    mkdirSync(join(place, 'emptied', 'keys'), { recursive: true });
    writeFileSync(join(place, 'emptied', 'keys', 'encryption-key-hex'), '\n');
    expect(about(await doctor({ ZAJEL_DATA: join(place, 'emptied') }), 'Encryption key')).toMatch(
      /^✗ Encryption key: .* is empty\n {4}→ put it back from your backup$/,
    );
  });

  it('refuses wrong settings in one line, like every program', async () => {
    for (const script of ['doctor.ts', 'main.ts', 'phone.ts', 'rotate-key.ts']) {
      const seen = await program(script, { WINDOW_MS: 'canary-soon' });
      expect([script, seen]).toEqual([
        script,
        { code: 1, out: '', err: 'zajel: WINDOW_MS must be a whole number from 100 to 600000\n' },
      ]);
    }
  });
});

describe('a start that can’t be', () => {
  it.each([
    [
      { TEMPORAL_ADDRESS: '127.0.0.1:9', DATABASE_URL: 'postgres://x:canary-5f3a@127.0.0.1:9/x' },
      /^zajel: the database of DATABASE_URL: .*\. Start that PostgreSQL, or correct DATABASE_URL\n$/,
    ],
    [
      { TEMPORAL_ADDRESS: '127.0.0.1:9', TEMPORAL_TLS_CA_PATH: '/nowhere/ca.pem' },
      /^zajel: TEMPORAL_TLS_CA_PATH names \/nowhere\/ca\.pem, which can’t be read \(ENOENT\)\n$/,
    ],
    [
      { TEMPORAL_CLI_PATH: '/nowhere/temporal' },
      /^zajel: TEMPORAL_CLI_PATH is set, but \/nowhere\/temporal does not run: .*\n$/,
    ],
  ])('with %o says why in one sentence', async (env, sentence) => {
    const seen = await program('main.ts', env);
    expect([seen.code, seen.err]).toEqual([1, expect.stringMatching(sentence)]);
    expect(seen.out + seen.err).not.toContain('canary');
  });

  it('as a part of its own names what it needs', async () => {
    const seen = await program('api.ts', {});
    expect(seen.code).toBe(1);
    expect(seen.err).toMatch(
      /^zajel: npm run api needs TEMPORAL_ADDRESS, DATABASE_URL, ENCRYPTION_KEY_HEX, ADMIN_API_KEY, .*\n$/,
    );
  });
});
