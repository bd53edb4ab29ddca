import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM } from '../e2e/whatsapp-web-rig.ts';
import { LineFleet } from './line-fleet.ts';
import { BrowserCount } from './line-holder.ts';

const CUSTOMER = '201112223334';
const LINE = '/api/merchants/demo/lines/main';

describe.skipIf(CHROMIUM === undefined)('a line whose run is lost (needs Chromium)', () => {
  let fleet: LineFleet;
  beforeAll(async () => {
    fleet = await LineFleet.start(CHROMIUM ?? '');
    fleet.startWorker();
    await fleet.link();
    fleet.phone.receive({ from: CUSTOMER, body: 'السلام عليكم' });
    await fleet.until('the first answer', () => fleet.received(CUSTOMER).length > 0);
  }, 300_000);
  afterAll(() => fleet.close());

  it('is kept again, with its login, after Temporal’s database was lost, because a person wants it up', async () => {
    const count = new BrowserCount(fleet);
    await fleet.loseTemporal();
    const text = 'بعد ضياع قاعدة تمبورال';
    await fleet.write(CUSTOMER, text);
    await fleet.until('the message over the line', () => fleet.received(CUSTOMER).includes(text), 120_000);
    expect(fleet.received(CUSTOMER).filter((one) => one === text)).toHaveLength(1);
    expect(await count.most()).toBe(1);
    expect(fleet.phone.linkedDevices).toBe(1);
    // A stop reaches it: the run that keeps it now is one like any other. The holder of the lost run may still be leaving.
    await fleet.must('POST', `${LINE}/stop`);
    await fleet.until('no browser is left', async () => (await fleet.processes()).length === 0);
    expect((await fleet.line()).state).toBe('stopped');
  }, 300_000);

  it('stays stopped after the same when a person had stopped it', async () => {
    await fleet.loseTemporal();
    fleet.startWorker();
    // A new worker sweeps when it starts, and again after ten seconds; the simulator's answer shows that it works by then.
    await fleet.must('POST', '/api/simulator/demo/sim/messages', {
      from: '2015',
      text: 'بكم القميص؟',
      id: 'm1',
    });
    await fleet.until('the new worker works', async () =>
      JSON.stringify(await fleet.must('GET', '/api/simulator/demo/sim/outbox?to=2015')).includes('350'),
    );
    await fleet.until('a sweep has been', () => fleet.workers.at(-1)?.log().includes('running') === true);
    expect(await fleet.processes()).toEqual([]);
    expect((await fleet.line()).state).toBe('stopped');
  }, 300_000);
});
