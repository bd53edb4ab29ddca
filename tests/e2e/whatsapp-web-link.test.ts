import { spawn } from 'node:child_process';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clearSession } from '../../channels/whatsapp-web/prepare.ts';
import { processesOf } from '../../channels/whatsapp-web/processes.ts';
import { LineRefused } from '../../channels/whatsapp-web/refused.ts';
import type { BackupKeys } from '../../channels/whatsapp-web/backup.ts';
import { pathsOf } from '../../channels/whatsapp-web/settings.ts';
import { CHROMIUM, FAST, rig, until, type Line, type Rig } from './whatsapp-web-rig.ts';

// Real browsers on a busy machine: the waits are for facts, this is only the end of patience.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

describe.skipIf(CHROMIUM === undefined)('a phone is linked once (needs Chromium)', () => {
  let the: Rig;
  beforeEach(async () => {
    the = await rig();
  });
  afterEach(() => the.close());
  const profile = (): string => pathsOf(the.directory).profile;
  const linkedThenStopped = async (): Promise<Line> => {
    const line = await the.linked();
    await until('a backup', () => line.connection?.report().lastBackupAtMs);
    await line.stop();
    return line;
  };
  const cameUpWithoutQr = async (line: Line): Promise<void> => {
    await line.up();
    expect(line.qrs).toEqual([]);
    expect(the.phone.linkedDevices).toBe(1);
  };

  it('by a QR, shown as text and image; started again it needs none', async () => {
    const line = await the.line();
    await line.reached('needs-qr');
    const qr = await until('a QR', () => line.qrs.at(-1));
    expect(qr.text).toMatch(/^2@.+,.+,.+,.+,1$/);
    expect(qr.dataUrl).toMatch(/^data:image\/png;base64,/);
    expect(the.phone.scan()).toBe(true);
    expect((await line.up()).report().me?.pn).toBe('201000000001@c.us');
    expect(line.qrs.at(-1)).toBeNull();
    await line.stop();
    expect(line.states.at(-1)?.state).toBe('stopped');
    await cameUpWithoutQr(await the.line());
  });

  it('by a pairing code instead', async () => {
    const line = await the.line();
    await line.reached('needs-qr');
    const code = await line.connection?.requestPairingCode('201000000001');
    expect(code).toMatch(/^[0-9A-F]{8}$/);
    expect(line.codes).toEqual([code]);
    expect(the.phone.enterCode(code ?? '')).toBe(true);
    await line.up();
  });

  it('with QRs that end when nobody scans, wipe nothing, and come afresh on demand', async () => {
    // The first one stays until it was seen and drawn, whenever the library began to look.
    the.double.world.timings.refMs = 8_000;
    const line = await the.line({ timings: { qrRefreshes: 3 } });
    await until('the first QR', () => line.qrs.at(-1));
    // Long enough for a busy machine to draw each of the others.
    the.double.world.timings.refMs = 2_000;
    await until('the end of the QRs', () => line.states.find(({ why }) => why === 'nobody-scanned'));
    expect(line.qrs.at(-1)).toBeNull();
    expect(line.qrs.filter(Boolean)).toHaveLength(3);
    expect(line.connection?.state).toBe('needs-qr');
    expect(existsSync(profile())).toBe(true);
    the.double.world.timings.refMs = 20_000;
    await line.connection?.freshQr();
    await until('a fresh QR', () => line.qrs.at(-1));
    expect(the.phone.scan()).toBe(true);
    await line.up();
  });

  it('until the phone unlinks it: then it asks for a QR, keeps copies, and restores none of them in a circle', async () => {
    const line = await the.linked();
    await until('a backup', () => line.connection?.report().lastBackupAtMs);
    the.phone.unlink();
    await line.reached('logged-out');
    const since = line.states.length;
    await line.reached('needs-qr', since);
    expect(line.logs.some(({ event }) => event === 'line.login-restored')).toBe(false);
    expect(readdirSync(pathsOf(the.directory).kept).some((name) => name.endsWith('.login'))).toBe(true);
    await until('the scan', () => the.phone.scan());
    await line.up();
  });

  it('also when a dead process left its lock', async () => {
    await linkedThenStopped();
    for (const name of readdirSync(profile()))
      if (name.startsWith('Singleton')) rmSync(path.join(profile(), name));
    symlinkSync(`${hostname()}-999999`, path.join(profile(), 'SingletonLock'));
    const line = await the.line();
    await cameUpWithoutQr(line);
    expect(line.logs.some(({ event }) => event === 'line.stale-lock-cleared')).toBe(true);
  });

  it('also when a dead owner left its browser running', async () => {
    await linkedThenStopped();
    writeFileSync(
      pathsOf(the.directory).owner,
      JSON.stringify({ pid: 999_999, born: '1', host: hostname(), token: 'gone', at: Date.now() }),
    );
    const flags = [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      `--user-data-dir=${profile()}`,
      'about:blank',
    ];
    const leftover = spawn(CHROMIUM ?? '', flags, { stdio: 'ignore' });
    await until('the leftover browser', async () => (await processesOf(profile())).length > 2);
    const line = await the.line();
    await cameUpWithoutQr(line);
    expect(line.logs.some(({ event }) => event === 'line.leftover-browser-ended')).toBe(true);
    await until('its end', () => leftover.exitCode !== null || leftover.signalCode !== null);
  });

  it('and a second owner is refused in a sentence while the first one lives', async () => {
    const first = await the.linked();
    const held = await first.up();
    const second = await the.line();
    const refusal = await until('the refusal', () => second.logs.find(({ event }) => event === 'refused'));
    const error = refusal.fields['error'];
    expect(error).toBeInstanceOf(LineRefused);
    expect(error).toMatchObject({ code: 'in-use' });
    expect(await first.up()).toBe(held);
    await first.stop();
    await cameUpWithoutQr(await the.line());
  });

  it.each([
    ['its manifest is overwritten', (database: string) => corrupt(database, /^MANIFEST/)],
    ['its pointer is gone', (database: string) => rmSync(path.join(database, 'CURRENT'))],
    [
      'its log is overwritten, which only shows when the page asks for a QR',
      (database: string) => corrupt(database, /\.(log|ldb)$/),
    ],
  ])('and a backup takes the place of a login that was damaged: %s', async (_how, damage) => {
    await linkedThenStopped();
    damage(path.join(profile(), 'Default/IndexedDB/https_web.whatsapp.com_0.indexeddb.leveldb'));
    const line = await the.line();
    await cameUpWithoutQr(line);
    expect(line.logs.some(({ event }) => event === 'line.login-restored')).toBe(true);
  });

  it('and comes up in another place from its backup, with the right key only', async () => {
    const line = await linkedThenStopped();
    const backups = pathsOf(the.directory).backups;
    const elsewhere = path.join(the.directory, '..', 'elsewhere');
    cpSync(backups, pathsOf(elsewhere).backups, { recursive: true });
    const stranger = await the.line({ directory: elsewhere, keys: [new Uint8Array(32)] });
    await stranger.reached('needs-qr');
    await stranger.stop();
    rmSync(pathsOf(elsewhere).profile, { recursive: true });
    await cameUpWithoutQr(await the.line({ directory: elsewhere, keys: line.settings.backupKeys }));
  });

  it('and says that only clearing helps when it is damaged, no backup opens, and the page offers no QR', async () => {
    await linkedThenStopped();
    corrupt(
      path.join(profile(), 'Default/IndexedDB/https_web.whatsapp.com_0.indexeddb.leveldb'),
      /^MANIFEST/,
    );
    const { backups } = pathsOf(the.directory);
    for (const name of readdirSync(backups)) writeFileSync(path.join(backups, name), 'damaged, too');
    const broken = path.join(the.directory, '..', 'no-page');
    mkdirSync(broken, { recursive: true });
    writeFileSync(path.join(broken, '2.9.html'), '<!doctype html><title>a page without a QR</title>');
    const stuck = await the.line({ webCache: broken, webVersion: '2.9', timings: { startTimeoutMs: 4_000 } });
    await until('no way out', () => stuck.connection?.report().beyondRepair);
    await stuck.stop();
    const line = await the.line();
    await line.reached('needs-qr');
    expect(line.connection?.report().beyondRepair).toBe(false);
  });

  it('until a person clears it: a copy is kept, and a QR is needed', async () => {
    const line = await linkedThenStopped();
    const kept = await clearSession(the.directory, line.settings.backupKeys);
    expect(readdirSync(path.join(kept ?? '', 'Default'))).toContain('IndexedDB');
    await (await the.line()).reached('needs-qr');
  });

  it('and a page version that does not start is left for the one that worked before', async () => {
    await linkedThenStopped();
    const broken = path.join(the.directory, '..', 'broken');
    mkdirSync(broken, { recursive: true });
    writeFileSync(
      path.join(broken, '2.9.html'),
      '<!doctype html><title>a page that this library does not know</title>',
    );
    const pages = pathsOf(the.directory).pages;
    cpSync(
      path.join(the.double.cache, `${the.double.version}.html`),
      path.join(pages, `${the.double.version}.html`),
    );
    // Half of it is for the page: the launch of a browser on a busy machine must fit into the other half.
    const line = await the.line({ webCache: broken, webVersion: '2.9', timings: { startTimeoutMs: 10_000 } });
    await cameUpWithoutQr(line);
    expect(line.connection?.report().pageFrom).toBe('known-good');
  });

  it.skipIf(process.getuid?.() !== 0)('and a profile of another user is refused in a sentence', async () => {
    mkdirSync(profile(), { recursive: true });
    chownSync(profile(), 12_345, 12_345);
    await expect(the.line()).rejects.toThrow(/can't be written by this user.*chown/);
  });
});

describe('a line without a browser', () => {
  it('says in a sentence that Chromium is missing and what to do', async () => {
    const the = await rig();
    try {
      const { open } = await import('../../channels/whatsapp-web/connection.ts');
      const { readMemory } = await import('../../channels/whatsapp-web/memory.ts');
      const memory = await readMemory({ directory: the.directory });
      const callbacks = {
        onState: () => undefined,
        onQr: () => undefined,
        onPairingCode: () => undefined,
        onInbound: () => Promise.resolve(),
        onLog: () => undefined,
      };
      const settings = {
        account: 'main',
        directory: the.directory,
        backupKeys: [new Uint8Array(32)] satisfies BackupKeys,
        chromiumPath: '/nowhere/chromium',
        memory,
        timings: FAST,
      };
      await expect(open(settings, callbacks)).rejects.toThrow(
        /No Chromium was found \(CHROMIUM_PATH=\/nowhere\/chromium\)\. Install Chromium or set CHROMIUM_PATH/,
      );
    } finally {
      await the.close();
    }
  });
});

function corrupt(database: string, which: RegExp): void {
  for (const name of readdirSync(database))
    if (which.test(name)) writeFileSync(path.join(database, name), Buffer.alloc(4096, 0xa5));
}
