import { afterAll, beforeAll, expect, it } from 'vitest';
import { LiveShop, until } from '../support/live-shop.ts';
import type { Shop } from '../support/shop.ts';

/** So short that nearly every message meets a run that is just ending. */
const WINDOW = { ms: 5, graceMs: 1, maxMs: 10 };

let live: LiveShop;
beforeAll(async () => {
  live = await LiveShop.open({ window: WINDOW });
});
afterAll(() => live.close());

/** `senders` say all the messages, each the next as soon as its last was taken. Every call must succeed. */
async function race(shop: Shop, customers: number, messages: number, senders: number): Promise<string[]> {
  const said = Array.from({ length: messages }, (_, index) => `m${index}`);
  const waiting = said.map((text, index) => ({ text, customer: `20${index % customers}` }));
  const sender = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      await shop.say(next.customer, next.text);
  };
  await Promise.all(Array.from({ length: senders }, sender));
  return said;
}

const answered = async (shop: Shop): Promise<string[]> =>
  (await shop.received()).flatMap(({ text }) => text.replace(/^1: /, '').split(' | '));

it.each([
  { customers: 3, messages: 1_000, senders: 12 },
  { customers: 50, messages: 700, senders: 12 },
  { customers: 300, messages: 300, senders: 8 },
])(
  '$messages messages of $customers customers, racing with runs that complete, are each answered exactly once',
  async ({ customers, messages, senders }) => {
    const shop = await live.merchant();
    const said = await race(shop, customers, messages, senders);
    await until(
      () => answered(shop),
      (texts) => texts.length >= said.length,
    );
    expect((await answered(shop)).sort()).toEqual([...said].sort());
  },
  // About ten seconds each; a machine that is busy with other tests needs several times that.
  300_000,
);
