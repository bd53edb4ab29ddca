import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LiveShop, until } from '../support/live-shop.ts';

const WINDOW = { ms: 2_000, graceMs: 1_000, maxMs: 6_000 };

let live: LiveShop;
beforeAll(async () => {
  live = await LiveShop.open({ window: WINDOW });
});
afterAll(() => live.close());

it('no answer leaves before its window is over, though it is ready by then', async () => {
  const shop = await live.merchant();
  // One after the other: the first turn of a cold process is late, and a machine that is kept busy makes all of them late.
  for (const customer of ['201', '202', '203', '204', '205']) {
    const saidAtMs = Date.now();
    await shop.say(customer, 'hello');
    const [answer] = await until(
      () => shop.received(customer),
      ({ length }) => length > 0,
    );
    expect(answer?.at.getTime()).toBeGreaterThanOrEqual(saidAtMs + WINDOW.ms);
  }
});

it('who adds something while the answer waits for the end of the window gets one answer to all of it', async () => {
  const shop = await live.merchant();
  const customers = Array.from({ length: 8 }, (_, index) => `20${index}`);
  const windowEndsAtMs = new Map<string, number>();
  const added = new Map<string, Promise<unknown>>();
  /** A machine that is slow may have been too late with some. */
  const inTime = new Set<string>();
  const add = async (customer: string): Promise<void> => {
    const stored = await shop.store(customer, { text: 'and blue' });
    if (Date.now() < (windowEndsAtMs.get(customer) ?? 0)) inTime.add(customer);
    await shop.house.mail.messageArrived(shop.start(customer), stored);
  };
  live.echo.thinking = ({ messages: [first] }) => {
    const customer = first?.text ?? '';
    // Soon after the thought: the answer is kept, and on its way.
    if (!added.has(customer))
      added.set(
        customer,
        pause(20).then(() => add(customer)),
      );
    return Promise.resolve();
  };
  for (const customer of customers) {
    windowEndsAtMs.set(customer, Date.now() + WINDOW.ms);
    await shop.say(customer, customer);
  }
  const answers = await until(
    async () => (await shop.received()).map(({ text }) => text.replace('1: ', '')),
    (texts) => texts.join().split('and blue').length > customers.length,
  );
  await Promise.all(added.values());
  expect(answers).toEqual(expect.arrayContaining([...inTime].map((customer) => `${customer} | and blue`)));
  const each = answers.flatMap((text) => text.split(' | ')).sort();
  expect(each).toEqual([...customers, ...customers.map(() => 'and blue')].sort());
});

it('what is said within a tenth of a second of the window’s end is in exactly one turn', async () => {
  const shop = await live.merchant();
  const offsetsMs = [-100, -50, -20, -10, 0, 10, 20, 30, 40, 50, 70, 100];
  await Promise.all(
    offsetsMs.map(async (offsetMs, index) => {
      const customer = `21${index}`;
      const saidAtMs = Date.now();
      await shop.say(customer, 'first');
      await pause(saidAtMs + WINDOW.ms + offsetMs - Date.now());
      await shop.say(customer, 'second');
      const texts = await until(
        async () =>
          (await shop.received(customer)).flatMap(({ text }) => text.replace('1: ', '').split(' | ')),
        ({ length }) => length > 1,
      );
      expect(texts).toEqual(['first', 'second']);
    }),
  );
});
