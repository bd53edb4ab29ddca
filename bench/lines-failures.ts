import { readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { closePage } from '../tests/doubles/whatsapp-page/browser.ts';
import type { LineFleet } from '../tests/chaos/line-fleet.ts';
import { KNOWN } from './lines-measure.ts';

/** One way in which a line breaks. */
export interface LineFailure {
  readonly kind: string;
  /** Causes it, the how many-th time, and returns when the cause had ended. What never ends by itself is over once it has begun. */
  cause(fleet: LineFleet, round: number): Promise<number>;
}

const KILL = 'SIGKILL';
/** Seconds without a network: short ones, and one that outlives every patience of the page. */
const CUTS_SECONDS = [10, 20, 30, 45, 120] as const;

export async function killBrowser(fleet: LineFleet): Promise<void> {
  for (const { pid } of await fleet.browsers()) process.kill(pid, KILL);
}

/** A send of which the page's answer never comes; it had left (even rounds) or not (odd rounds). */
async function cutInMidSend(fleet: LineFleet, round: number): Promise<void> {
  const asked = fleet.double.world.sendsAsked;
  fleet.phone.nextSends(round % 2 === 0 ? 'accepted-silence' : 'silence');
  await fleet.write(KNOWN, `في منتصف الإرسال ${asked}`);
  await fleet.until('the page has handed the message over', () => fleet.double.world.sendsAsked > asked);
  await closePage(fleet.paths.profile);
  fleet.phone.nextSends('none');
}

/** As a container leaves it that died with its browser: a lock of a host that is no more. */
function leaveLock(profile: string): void {
  const lock = join(profile, 'SingletonLock');
  rmSync(lock, { force: true });
  symlinkSync('a-container-that-died-4242', lock);
  if (!readlinkSync(lock).startsWith('a-container')) throw new Error('the lock was not left');
}

export const LINE_FAILURES: readonly LineFailure[] = [
  {
    kind: 'page crashed',
    async cause(fleet) {
      for (const { pid, command } of await fleet.processes())
        if (command.includes('--type=renderer')) process.kill(pid, KILL);
      return Date.now();
    },
  },
  {
    kind: 'page closed',
    async cause(fleet) {
      await closePage(fleet.paths.profile);
      return Date.now();
    },
  },
  {
    kind: 'browser killed −9',
    async cause(fleet) {
      await killBrowser(fleet);
      return Date.now();
    },
  },
  {
    kind: 'browser frozen (SIGSTOP)',
    async cause(fleet) {
      for (const { pid } of await fleet.processes()) process.kill(pid, 'SIGSTOP');
      return Date.now();
    },
  },
  {
    kind: 'network cut',
    async cause(fleet, round) {
      fleet.double.network('cut');
      await pause((CUTS_SECONDS[round % CUTS_SECONDS.length] ?? 10) * 1_000);
      fleet.double.network('up');
      return Date.now();
    },
  },
  {
    kind: 'CONNECTED that lies',
    cause(fleet) {
      fleet.phone.page('lie');
      return Promise.resolve(Date.now());
    },
  },
  {
    kind: '`Session closed` in mid-send',
    async cause(fleet, round) {
      await cutInMidSend(fleet, round);
      return Date.now();
    },
  },
  {
    kind: 'authenticated without ready',
    async cause(fleet) {
      fleet.double.world.faults.withoutReady = 1;
      await killBrowser(fleet);
      // The bad start itself is the cause: it is over when its page is there.
      await fleet.until('the bad start', () => fleet.double.world.faults.withoutReady === 0);
      return Date.now();
    },
  },
  {
    kind: 'conflict',
    cause(fleet) {
      fleet.phone.page('conflict');
      return Promise.resolve(Date.now());
    },
  },
  {
    kind: 'profile lock left behind',
    async cause(fleet) {
      await killBrowser(fleet);
      leaveLock(fleet.paths.profile);
      return Date.now();
    },
  },
];
