import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { RunningZajel } from '../support/running-zajel.ts';

const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // Who has ended and waits for its parent to ask is not alive.
    return process.platform !== 'linux' || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false; // No such process.
  }
};

describe('a part of Zajel dies', () => {
  it('answers a burst once although everything is killed in the middle of its window', async () => {
    const zajel = new RunningZajel({ WINDOW_MS: '15000', WINDOW_MAX_MS: '20000' });
    try {
      await zajel.start();
      for (const [index, text] of ['السلام عليكم', 'عايز اعرف', 'بكم القميص؟'].entries())
        await zajel.say('2011', text, `m${index}`);
      await zajel.kill();
      await zajel.start();
      const received = await zajel.answered('2011');
      await pause(3_000);
      expect(await zajel.received('2011')).toEqual(received);
      expect(received).toHaveLength(1);
    } finally {
      await zajel.remove();
    }
  }, 180_000);

  it('answers although the Temporal server is killed in the middle of the window: it is started again', async () => {
    const zajel = new RunningZajel({ WINDOW_MS: '10000', WINDOW_MAX_MS: '15000' });
    try {
      await zajel.start();
      await zajel.say('2012', 'بكم العطر؟', 'm1');
      process.kill(Number(readFileSync(join(zajel.folder, 'temporal', 'server.pid'), 'utf8')), 'SIGKILL');
      await zajel.say('2012', 'والشنطة؟', 'm2');
      const received = await zajel.answered('2012');
      await pause(3_000);
      expect(await zajel.received('2012')).toEqual(received);
      expect(received.map(({ text }) => text).join('\n')).toMatch(/520[\s\S]*890/);
    } finally {
      await zajel.remove();
    }
  }, 180_000);

  it('starts after the power was cut at any moment of its first minute', async () => {
    const zajel = new RunningZajel({}, { isFirstStart: true });
    try {
      for (const ms of [300, 1_200, 2_500, 4_000, 6_000]) {
        await zajel.launch();
        await pause(ms);
        await zajel.kill();
      }
      await zajel.start();
      await zajel.say('2013', 'بكم القميص؟', 'm1');
      expect(await zajel.answered('2013')).toHaveLength(1);
    } finally {
      await zajel.remove();
    }
  }, 180_000);

  it('leaves no server behind on a second Ctrl-C, which ends it at once', async () => {
    const zajel = new RunningZajel();
    try {
      await zajel.start();
      const server = Number(readFileSync(join(zajel.folder, 'temporal', 'server.pid'), 'utf8'));
      expect(lives(server)).toBe(true);
      process.kill(zajel.pid, 'SIGINT');
      process.kill(zajel.pid, 'SIGTERM');
      await zajel.died();
      while (lives(server)) await pause(100);
    } finally {
      await zajel.remove();
    }
  }, 180_000);

  it('ends within ten seconds on Ctrl-C and goes on where it was', async () => {
    const zajel = new RunningZajel({ WINDOW_MS: '5000', WINDOW_MAX_MS: '10000' });
    try {
      await zajel.start();
      await zajel.say('2014', 'بكم القميص؟', 'm1');
      expect(await zajel.stop()).toBe(0);
      await zajel.start();
      expect(await zajel.answered('2014')).toHaveLength(1);
    } finally {
      await zajel.remove();
    }
  }, 180_000);
});
