import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Client, Connection } from '@temporalio/client';
import { startEmbeddedDatabase } from '../../start/database/embedded.ts';
import { ROOT } from '../../start/root.ts';
import { SEALED_COLUMNS } from '../../store/reseal.ts';
import { Seal } from '../../store/sealed.ts';
import { RunningZajel } from '../support/running-zajel.ts';

/** A window that is open for as long as the test needs it open. */
const WINDOW = { WINDOW_MS: '20000', GRACE_PERIOD_MS: '0', WINDOW_MAX_MS: '20000' };

const zajel = new RunningZajel(WINDOW);
const shelf = mkdtempSync(join(tmpdir(), 'zajel-backup-'));
const file = join(shelf, 'backup.tar.gz');
beforeAll(() => zajel.start());
afterAll(async () => {
  await zajel.remove();
  rmSync(shelf, { recursive: true, force: true });
});

async function command(
  script: string,
  ...args: string[]
): Promise<{ code: number | null; said: string; complaint: string }> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(ROOT, 'start', script), ...args],
    { cwd: ROOT, env: { ...process.env, ZAJEL_DATA: zajel.folder }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let [said, complaint] = ['', ''];
  child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (complaint += bytes.toString()));
  await once(child, 'close');
  return { code: child.exitCode, said, complaint };
}

const key = (name: string): string => readFileSync(join(zajel.folder, 'keys', name), 'utf8').trim();
const handshake = async (): Promise<string> =>
  (
    await fetch(
      `${zajel.url}/webhooks/meta/shop-app?hub.mode=subscribe&hub.verify_token=canary-token-5f3a&hub.challenge=42`,
    )
  ).text();
const texts = async (to: string): Promise<string[]> => (await zajel.received(to)).map(({ text }) => text);

describe('a backup', () => {
  it('is refused while Zajel runs, in one sentence', async () => {
    const { code, complaint } = await command('backup.ts', file);
    expect([code, complaint.split('\n')]).toEqual([
      1,
      [
        expect.stringMatching(
          /^zajel: another Zajel \(process \d+\) is using the data folder .*: stop it first/,
        ),
        '',
      ],
    ]);
    expect(existsSync(file)).toBe(false);
  });

  it('taken after a crash in mid-window brings everything back on an empty machine, the open window too', async () => {
    await zajel.call('POST', '/api/meta-apps', {
      id: 'shop-app',
      appSecret: 'canary-secret-5f3a',
      verifyToken: 'canary-token-5f3a',
    });
    await zajel.say('201000000001', 'بكم القميص القطن؟', 'answered-before');
    await zajel.answered('201000000001');
    await zajel.say('201000000002', 'بكم الشنطة؟', 'open-1');
    await zajel.kill();
    const adminKey = zajel.adminKey;

    const saved = await command('backup.ts', file);
    expect([saved.code, saved.complaint]).toEqual([0, '']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const again = await command('backup.ts', file);
    expect([again.code, again.complaint]).toEqual([1, `zajel: ${file} is there already: name another one\n`]);
    const over = await command('restore.ts', file);
    expect([over.code, over.complaint]).toEqual([1, expect.stringContaining('holds something already')]);

    rmSync(zajel.folder, { recursive: true });
    expect((await command('restore.ts', file)).code).toBe(0);
    await zajel.start();
    expect(zajel.adminKey).toBe(adminKey);
    expect((await zajel.answered('201000000002'))[0]?.text).toContain('890');
    expect(await handshake()).toBe('42');
    // Nobody hears anything twice.
    expect([await texts('201000000001'), await texts('201000000002')].map((all) => all.length)).toEqual([
      1, 1,
    ]);
  });

  it('that is none is not restored, and leaves nothing behind', async () => {
    const folder = join(shelf, 'elsewhere');
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(ROOT, 'start/restore.ts'), join(ROOT, 'package.json')],
      { cwd: ROOT, env: { ...process.env, ZAJEL_DATA: folder }, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let complaint = '';
    child.stderr.on('data', (bytes: Buffer) => (complaint += bytes.toString()));
    await once(child, 'close');
    expect([child.exitCode, complaint]).toEqual([
      1,
      expect.stringMatching(/^zajel: could not restore: .+\n$/),
    ]);
    expect([existsSync(folder), existsSync(`${folder}.restoring`)]).toEqual([false, false]);
  });
});

describe('another key', () => {
  let former = '';

  it('is refused while Zajel runs', async () => {
    expect((await command('rotate-key.ts')).complaint).toContain('is using the data folder');
  });

  it('seals everything anew while a conversation is open, which is answered all the same', async () => {
    former = key('encryption-key-hex');
    await zajel.say('201000000003', 'بكم العطر؟', 'open-2');
    await zajel.stop();
    const rotated = await command('rotate-key.ts');
    expect([rotated.code, rotated.complaint]).toEqual([0, '']);
    expect(rotated.said).toMatch(/^Sealed anew: [1-9]\d* secrets in the database/);
    const present = key('encryption-key-hex');
    expect(present).not.toBe(former);
    expect(key('encryption-keys-old-hex')).toBe(former);
    expect(await keysInUse()).toEqual([Seal.keyId(Buffer.from(present, 'hex'))]);

    await zajel.start();
    expect((await zajel.answered('201000000003')).length).toBe(1);
    expect(await handshake()).toBe('42');
  });

  it('does without the former one when the runs from before have ended', async () => {
    const connection = await Connection.connect({ address: zajel.temporalAddress });
    const client = new Client({ connection });
    await vi.waitFor(
      async () =>
        expect(
          (await client.workflow.count(`ExecutionStatus = 'Running' and WorkflowType = 'conversation'`))
            .count,
        ).toBe(0),
      { timeout: 60_000, interval: 500 },
    );
    await connection.close();
    await zajel.stop();
    rmSync(join(zajel.folder, 'keys', 'encryption-keys-old-hex'));
    await zajel.start();
    expect(await handshake()).toBe('42');
    await zajel.say('201000000003', 'بكم العطر؟', 'after-2');
    await zajel.answered('201000000003', 2);
    expect(await texts('201000000001')).toHaveLength(1);
  });
});

/** The ids of the keys that sealed what lies in the database's files. */
async function keysInUse(): Promise<string[]> {
  const database = await startEmbeddedDatabase({ dataDir: zajel.folder });
  const client = new pg.Client(database.connection);
  await client.connect();
  const ids = new Set<string>();
  for (const { table, column } of SEALED_COLUMNS) {
    const { rows } = await client.query<{ id: string }>(
      `select distinct encode(substring(${column} for 4), 'hex') as id from ${table} where ${column} is not null`,
    );
    for (const { id } of rows) ids.add(id);
  }
  await client.end();
  await database.stop();
  return [...ids];
}
