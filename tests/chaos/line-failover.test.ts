import { readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM } from '../e2e/whatsapp-web-rig.ts';
import { signal } from '../support/processes.ts';
import { LineFleet } from './line-fleet.ts';
import { BrowserCount, holderOf } from './line-holder.ts';

const CUSTOMER = '201112223334';

describe.skipIf(CHROMIUM === undefined)('two workers and one line (needs Chromium)', () => {
  let fleet: LineFleet;
  beforeAll(async () => {
    fleet = await LineFleet.start(CHROMIUM ?? '');
    fleet.startWorker();
    fleet.startWorker();
    await fleet.link();
    fleet.phone.receive({ from: CUSTOMER, body: 'السلام عليكم' });
    await fleet.until('the first answer', () => fleet.received(CUSTOMER).length > 0);
  }, 300_000);
  afterAll(() => fleet.close());

  /** Kills the worker that holds the line, and waits until another one carries messages over it. */
  async function goesOn(before: (holder: number) => Promise<void>): Promise<void> {
    const count = new BrowserCount(fleet);
    const holder = await holderOf(fleet);
    await before(holder);
    signal(holder, 'SIGKILL');
    const text = `بعد موت ${holder}`;
    await fleet.write(CUSTOMER, text);
    await fleet.until('the message that waited', () => fleet.received(CUSTOMER).includes(text));
    expect(await holderOf(fleet)).not.toBe(holder);
    expect(await count.most()).toBe(1);
    expect(fleet.received(CUSTOMER).filter((one) => one === text)).toHaveLength(1);
    expect(fleet.phone.linkedDevices).toBe(1);
    const { history } = await fleet.line();
    expect(history.filter(({ state }) => state === 'needs-qr')).toHaveLength(1);
  }

  it('one has it, and the other takes over with the login when that one is killed', () =>
    goesOn(() => Promise.resolve()));

  it('takes over also from a worker whose browser was left over, and ends that browser first', async () => {
    fleet.startWorker();
    const left: number[] = [];
    await goesOn(async () => {
      // Frozen, it does not notice that its owner has died.
      for (const { pid } of await fleet.processes()) {
        left.push(pid);
        signal(pid, 'SIGSTOP');
      }
    });
    const alive = (await fleet.processes()).map(({ pid }) => pid);
    expect(alive.filter((pid) => left.includes(pid))).toEqual([]);
    // The lock on the profile is the new browser's own.
    expect(readlinkSync(path.join(fleet.paths.profile, 'SingletonLock'))).toMatch(
      new RegExp(`-${(await fleet.browsers())[0]?.pid ?? 0}$`),
    );
    expect(readFileSync(fleet.paths.owner, 'utf8')).toContain(`"pid":${await holderOf(fleet)}`);
  });
});
