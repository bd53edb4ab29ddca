import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ROOT } from '../../start/root.ts';
import { RunningZajel } from '../support/running-zajel.ts';

/** A disk of its own needs the right to mount one: without it there is nothing to try this on. */
const probe = mkdtempSync(join(tmpdir(), 'zajel-mount-'));
const mountable = process.platform === 'linux' && mount(probe, '1m');
if (mountable) unmount(probe);
rmSync(probe, { recursive: true });

function mount(folder: string, size: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'zajel-test', folder]).status === 0;
}
function unmount(folder: string): void {
  spawnSync('umount', [folder]);
}

describe.skipIf(!mountable)('a disk that is full (skipped where this user may not mount a tmpfs)', () => {
  describe('when Zajel starts for the first time', () => {
    const folder = mkdtempSync(join(tmpdir(), 'zajel-full-'));
    afterEach(() => unmount(folder));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it.each(['16k', '4m', '100m'])(
      'and has %s: the start is refused in one sentence, and nothing begun',
      async (size) => {
        expect(mount(folder, size)).toBe(true);
        const child = spawn(
          process.execPath,
          ['--disable-warning=ExperimentalWarning', join(ROOT, 'start/main.ts')],
          {
            cwd: ROOT,
            env: { ...process.env, ZAJEL_DATA: folder, PORT: '0', LOG_LEVEL: 'warn', LOG_FORMAT: 'json' },
            stdio: ['ignore', 'pipe', 'pipe'],
          },
        );
        let said = '';
        for (const stream of [child.stdout, child.stderr])
          stream.on('data', (bytes: Buffer) => (said += bytes.toString()));
        await once(child, 'close');
        expect([child.exitCode, said]).toEqual([
          1,
          expect.stringMatching(
            /^zajel: the disk of the data folder \S+ has only \d+ MB left: free some space, 200 MB at least, .*\n$/,
          ),
        ]);
        expect(existsSync(join(folder, 'keys', 'encryption-key-hex'))).toBe(false);
        expect(existsSync(join(folder, 'postgres'))).toBe(false);
      },
    );
  });

  describe('while Zajel runs', () => {
    const zajel = new RunningZajel({ WINDOW_MS: '1500' });
    const filler = join(zajel.folder, 'filler');
    beforeAll(async () => {
      expect(mount(zajel.folder, '400m')).toBe(true);
      await zajel.start();
    });
    afterAll(async () => {
      await zajel.stop();
      unmount(zajel.folder);
      await zajel.remove();
    });

    it('takes nothing that it can’t keep, and goes on with everything it took when there is room again', async () => {
      await zajel.say('201099999990', 'بكم القميص القطن؟', 'before');
      await zajel.answered('201099999990');
      fill();
      const accepted: string[] = [];
      let refusals = 0;
      for (let n = 0; n < 200 && refusals < 5; n += 1) {
        const from = `2010888${String(n).padStart(5, '0')}`;
        const { status } = await zajel.call('POST', '/api/simulator/demo/sim/messages', {
          from,
          text: `بكم الشنطة؟ ${'ب'.repeat(5_000)}`,
          id: `full-${n}`,
        });
        expect([202, 503]).toContain(status);
        if (status === 202) accepted.push(from);
        else refusals += 1;
      }
      rmSync(filler);
      await vi.waitFor(
        async () => {
          await zajel.call('POST', '/api/simulator/demo/sim/messages', {
            from: '201099999991',
            text: 'بكم العطر؟',
            id: 'after',
          });
          expect(await zajel.received('201099999991')).toHaveLength(1);
        },
        { timeout: 120_000, interval: 1_000 },
      );
      expect(refusals).toBe(5);
      for (const from of accepted) expect(await zajel.answered(from, 1, 120_000)).toHaveLength(1);
    });

    /** To the last byte, as a disk fills up: the log of the database, too, finds no room. */
    function fill(): void {
      spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=64k']);
      spawnSync('sh', ['-c', `dd if=/dev/zero bs=512 >> ${filler} 2>/dev/null`]);
      expect(readdirSync(zajel.folder)).toContain('filler');
    }
  });
});
