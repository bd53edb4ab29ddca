import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SkippingShop } from '../support/skipping-shop.ts';
import type { Shop } from '../support/shop.ts';

/** Between two passes the clock runs as ours does; shorter than what is left of the window. */
const SOON = { timeout: 4_000, interval: 50 };

describe('the window of a conversation', () => {
  let skipping: SkippingShop;
  beforeAll(async () => {
    skipping = await SkippingShop.open();
  });
  afterAll(() => skipping.close());

  const answers = async (shop: Shop): Promise<string[]> => (await shop.received()).map(({ text }) => text);
  /** The messages that each answer took into account. */
  const turns = async (shop: Shop): Promise<string[][]> =>
    (await answers(shop)).map((text) => text.replace(/^1: /, '').split(' | '));

  it('answers fragments written within 8 seconds once, together', async () => {
    const shop = await skipping.merchant();
    await shop.say('201', 'السلام');
    await skipping.pass(3_000);
    await shop.say('201', 'عليكم');
    await skipping.pass(3_000);
    await shop.say('201', 'بكم القميص');
    expect(await answers(shop)).toEqual([]);
    await skipping.pass(20_000);
    expect(await answers(shop)).toEqual(['1: السلام | عليكم | بكم القميص']);
  });

  // Those nearer to the end are said to a real Temporal (`last-moment`): the server that skips time loses a signal that
  // meets the end of a run.
  it.each([7_700, 8_400, 9_500, 12_000])(
    'has a message that comes %i ms after the first in exactly one turn',
    async (ms) => {
      const shop = await skipping.merchant();
      await shop.say('201', 'first');
      await skipping.pass(ms);
      await shop.say('201', 'second');
      await skipping.pass(20_000);
      expect((await turns(shop)).flat()).toEqual(['first', 'second']);
    },
  );

  it('waits for a message in the last two seconds with another two seconds', async () => {
    const shop = await skipping.merchant();
    await shop.say('201', 'a');
    await skipping.pass(7_000);
    await shop.say('201', 'b');
    await skipping.pass(1_100);
    await shop.say('201', 'c');
    await skipping.pass(5_000);
    expect(await turns(shop)).toEqual([['a', 'b', 'c']]);
  });

  it('answers a constant typist by the cap, every message in one turn', async () => {
    const shop = await skipping.merchant();
    const said: string[] = [];
    for (let second = 0; second < 60; second += 1) {
      said.push(`m${second}`);
      await shop.say('201', `m${second}`);
      await skipping.pass(1_000);
    }
    await skipping.pass(20_000);
    const answered = await turns(shop);
    expect(answered.flat()).toEqual(said);
    expect(Math.max(...answered.map((turn) => turn.length))).toBeLessThanOrEqual(17);
  });

  it('puts 50 messages in 3 seconds into one turn at once, and 300 more into the next ones, none lost', async () => {
    const shop = await skipping.merchant();
    const first = Array.from({ length: 50 }, (_, index) => `a${index}`);
    for (const text of first) await shop.say('201', text);
    await expect.poll(async () => (await turns(shop))[0], SOON).toEqual(first);

    const more = Array.from({ length: 300 }, (_, index) => `b${index}`);
    for (const text of more) await shop.say('201', text);
    await skipping.pass(60_000);
    expect((await turns(shop)).flat()).toEqual([...first, ...more]);
  });

  it('waits for silence when the merchant chose the quiet window, 30 seconds at most', async () => {
    const quiet = { window: { kind: 'quiet' } } as const;
    const shop = await skipping.merchant(quiet);
    for (let index = 0; index < 3; index += 1) {
      await shop.say('201', `m${index}`, quiet);
      await skipping.pass(5_000);
    }
    expect(await answers(shop)).toEqual([]);
    await skipping.pass(10_000);
    expect(await turns(shop)).toEqual([['m0', 'm1', 'm2']]);
  });

  it('ends at once for a button, an opt-out word or a command', async () => {
    const shop = await skipping.merchant();
    await shop.say('201', 'انا عايز');
    await skipping.pass(1_000);
    await shop.say('201', { text: 'تأكيد', endsWindow: true });
    await expect.poll(() => turns(shop), SOON).toEqual([['انا عايز', 'تأكيد']]);
    // Words need no word of the channel's.
    for (const [customer, command] of [
      ['202', 'وقف'],
      ['203', 'STOP.'],
      ['204', 'اشتراك'],
    ] as const) {
      await shop.say(customer, 'سؤال');
      await shop.say(customer, command);
      await expect.poll(() => turns(shop), SOON).toContainEqual(['سؤال', command]);
    }
  });

  it('keeps equal and similar texts apart: their ids differ', async () => {
    const shop = await skipping.merchant();
    for (const text of ['نعم', 'نعم', '10', '100', '250', '520']) await shop.say('201', text);
    await skipping.pass(20_000);
    expect(await turns(shop)).toEqual([['نعم', 'نعم', '10', '100', '250', '520']]);
  });

  it('takes one id once: fifty times over, twenty times at the same moment, and again seven days later', async () => {
    const shop = await skipping.merchant();
    const message = { id: 'wamid.same', text: 'مرة واحدة' };
    for (let index = 0; index < 50; index += 1) await shop.say('201', message);
    await Promise.all(Array.from({ length: 20 }, () => shop.say('201', message)));
    await skipping.pass(20_000);
    expect(await turns(shop)).toEqual([['مرة واحدة']]);

    for (let run = 0; run < 3; run += 1) {
      await shop.say('201', `run ${run}`);
      await skipping.pass(60_000);
    }
    await skipping.pass(7 * 24 * 3_600_000);
    await shop.say('201', message);
    await skipping.pass(20_000);
    expect((await turns(shop)).flat().filter((text) => text === 'مرة واحدة')).toHaveLength(1);
  });

  it('reads the messages in the sender’s order, whatever order they arrive in', async () => {
    const shop = await skipping.merchant();
    const now = skipping.now();
    await shop.say('201', { text: '3', atMs: now - 1_000 });
    await shop.say('201', { text: '1', atMs: now - 3_000 });
    await shop.say('201', { text: '2', atMs: now - 2_000 });
    await skipping.pass(20_000);
    expect(await turns(shop)).toEqual([['1', '2', '3']]);
  });

  it('never loses a late message with an old time', async () => {
    const shop = await skipping.merchant();
    await shop.say('201', 'now');
    await skipping.pass(20_000);
    await shop.say('201', { text: 'from yesterday', atMs: skipping.now() - 24 * 3_600_000 });
    await skipping.pass(20_000);
    expect(await turns(shop)).toEqual([['now'], ['from yesterday']]);
  });
});
