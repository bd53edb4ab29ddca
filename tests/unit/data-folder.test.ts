import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataFolder } from '../../start/data-folder.ts';
import { ROOT } from '../../start/root.ts';

const place = () => join(mkdtempSync(join(tmpdir(), 'zajel-folder-')), 'data');

describe('the data folder', () => {
  it('is made for its owner only, with keys that the next start finds again', async () => {
    const path = place();
    const first = await openDataFolder(path);
    first.release();
    const second = await openDataFolder(path);
    second.release();
    expect(second.keys).toEqual(first.keys);
    expect([first.isNew, second.isNew]).toEqual([true, false]);
    expect(first.keys.encryptionKeyHex).toMatch(/^[0-9a-f]{64}$/);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(statSync(first.adminKeyFile).mode & 0o777).toBe(0o600);
  });

  it('prefers the keys it is given and then writes none', async () => {
    const path = place();
    const folder = await openDataFolder(path, {
      adminApiKey: 'mine-0123456789abcdef',
      encryptionKeyHex: 'a'.repeat(64),
    });
    folder.release();
    expect(folder.keys.adminApiKey).toBe('mine-0123456789abcdef');
    expect(() => statSync(folder.adminKeyFile)).toThrow('ENOENT');
  });

  it('is used by one process at a time, and is free again when that one is killed', async () => {
    const path = place();
    const script = `import { openDataFolder } from ${JSON.stringify(new URL('../../start/data-folder.ts', import.meta.url).href)};
      await openDataFolder(${JSON.stringify(path)}); process.stdout.write('open'); setInterval(() => {}, 1000);`;
    const other = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((opened) => other.stdout.once('data', opened));
    await expect(openDataFolder(path)).rejects.toThrow(
      new RegExp(`another Zajel \\(process ${other.pid}\\) is using the data folder`),
    );
    const gone = new Promise((exited) => other.once('exit', exited));
    other.kill('SIGKILL');
    await gone;
    (await openDataFolder(path)).release();
  });

  it('is taken over by exactly one of two starts that find a dead one', async () => {
    const path = place();
    const script = `import { openDataFolder } from ${JSON.stringify(new URL('../../start/data-folder.ts', import.meta.url).href)};
      await openDataFolder(${JSON.stringify(path)}); process.kill(process.pid, 'SIGKILL');`;
    await new Promise((exited) =>
      spawn(process.execPath, ['--input-type=module', '-e', script]).once('exit', exited),
    );
    const both = await Promise.allSettled([openDataFolder(path), openDataFolder(path)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('starts again after a power cut in the middle of writing a key', async () => {
    const path = place();
    mkdirSync(join(path, 'keys'), { recursive: true });
    writeFileSync(join(path, 'keys', 'admin-api-key.unfinished'), 'zajel_ad');
    const folder = await openDataFolder(path);
    folder.release();
    expect(readFileSync(folder.adminKeyFile, 'utf8')).toBe(`${folder.keys.adminApiKey}\n`);
  });

  it('never replaces a key file that has become unreadable: what was encrypted would be lost', async () => {
    const path = place();
    const folder = await openDataFolder(path);
    folder.release();
    writeFileSync(join(path, 'keys', 'encryption-key-hex'), '');
    await expect(openDataFolder(path)).rejects.toThrow(
      /does not hold a key any more: put it back from your backup/,
    );
  });

  it('that is a file is refused in one sentence', async () => {
    const path = place();
    writeFileSync(path, '');
    await expect(openDataFolder(path)).rejects.toThrow(
      /is a file, not a folder: set ZAJEL_DATA to a folder$/,
    );
    await expect(openDataFolder(join(path, 'deeper'))).rejects.toThrow(/is a file, not a folder/);
  });

  it('that is read-only is refused in one sentence', async () => {
    // The kernel's own folder refuses everybody, root included.
    await expect(openDataFolder('/sys/zajel')).rejects.toThrow(/ZAJEL_DATA/);
  });
});

describe('a file that several processes write at once', () => {
  it('is there for each of them, whole, and nothing else is left', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'zajel-shared-'));
    const script = `import { writeShared } from ${JSON.stringify(join(ROOT, 'start', 'data-folder.ts'))};
      for (let n = 0; n < 50; n += 1) writeShared(${JSON.stringify(join(folder, 'bundle.js'))}, 'x'.repeat(100_000));`;
    const codes = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
        await once(child, 'exit');
        return child.exitCode;
      }),
    );
    expect(codes).toEqual([0, 0, 0, 0]);
    expect(readdirSync(folder)).toEqual(['bundle.js']);
    expect(statSync(join(folder, 'bundle.js')).size).toBe(100_000);
  });
});
