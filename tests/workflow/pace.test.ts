import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BREAKER_RULES } from '../../activities/resilience/breaker.ts';
import { updateLine } from '../../store/lines.ts';
import { writeFailures } from '../../store/simulated-network.ts';
import { SkippingShop } from '../support/skipping-shop.ts';
import type { Shop } from '../support/shop.ts';

const MINUTE = 60_000;

let skipping: SkippingShop;
beforeAll(async () => {
  skipping = await SkippingShop.open({ breakers: { ...BREAKER_RULES, failures: 4 } });
});
afterAll(() => skipping.close());

const setPace = (shop: Shop, pace: unknown): Promise<boolean> =>
  shop.house.database.merchant(shop.merchant, (tx) =>
    updateLine(tx, shop.merchant, shop.line, { config: { pace } }),
  );
const refuse = (shop: Shop, share: number): Promise<void> =>
  shop.house.database.merchant(shop.merchant, (tx) =>
    writeFailures(tx, shop.merchant, shop.line, {
      refuse: share,
      timeoutAfterAccept: 0,
      throttle: 0,
      delayMs: 0,
    }),
  );

describe('a line with a pace', () => {
  it('sends no more than its budget a minute, says why the rest waits, and sends each answer once', async () => {
    const shop = await skipping.merchant();
    await setPace(shop, { perMinute: 3, replyGapMs: { from: 1_000, to: 2_000 } });
    const customers = Array.from({ length: 8 }, (_, n) => `20${n}`);
    for (const customer of customers) await shop.say(customer, 'hello');
    await skipping.pass(30_000);
    expect(await shop.received()).toHaveLength(3);
    const waiting = (await Promise.all(customers.map((customer) => shop.transcript(customer))))
      .flat()
      .filter(({ status }) => status === 'waiting');
    expect(waiting).toHaveLength(5);
    for (const { reason, waitingUntil } of waiting)
      expect([reason, waitingUntil !== null]).toEqual(['pace', true]);
    await skipping.pass(5 * MINUTE);
    const received = await shop.received();
    expect(received.map(({ to }) => to).sort()).toEqual(customers);
  });

  it('without one sends at once', async () => {
    const shop = await skipping.merchant();
    for (const customer of ['201', '202', '203', '204']) await shop.say(customer, 'hello');
    await skipping.pass(15_000);
    expect(await shop.received()).toHaveLength(4);
    expect(
      await shop.house.database.merchant(shop.merchant, (tx) => tx.query('select from line_pace')),
    ).toEqual([]);
  });
});

describe('a line whose destination fails steadily', () => {
  it('is left alone: what waits says so, goes on by itself when it answers again, and arrives once', async () => {
    const shop = await skipping.merchant();
    await refuse(shop, 1);
    const customers = ['201', '202', '203', '204'];
    for (const customer of customers) await shop.say(customer, 'hello');
    await skipping.pass(60_000);
    const reasons = (await Promise.all(customers.map((customer) => shop.transcript(customer))))
      .flat()
      .filter(({ direction }) => direction === 'out')
      .map(({ status, reason }) => `${status}: ${reason ?? ''}`);
    expect(reasons).toContain('waiting: destination-failing');
    await refuse(shop, 0);
    await skipping.pass(10 * MINUTE);
    expect((await shop.received()).map(({ to }) => to).sort()).toEqual(customers);
  });

  it('does not hold up another line', async () => {
    const failing = await skipping.merchant();
    const well = await skipping.merchant();
    await refuse(failing, 1);
    for (const customer of ['201', '202', '203', '204', '205']) await failing.say(customer, 'hello');
    await skipping.pass(30_000);
    await well.say('201', 'hello');
    await skipping.pass(15_000);
    expect(await well.received()).toHaveLength(1);
    await refuse(failing, 0);
    await skipping.pass(10 * MINUTE);
  });
});
