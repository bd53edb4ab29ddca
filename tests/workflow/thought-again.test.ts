import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRules } from '../../answers/rules/rules.ts';
import { handBack } from '../../store/conversation-changes.ts';
import { moveLine } from '../../store/lines.ts';
import { writeHours, writeRules } from '../../store/merchants.ts';
import type { Shop } from '../support/shop.ts';
import { SkippingShop } from '../support/skipping-shop.ts';

const CUSTOMER = '201001234567';
const CLOSED_ALL_WEEK = {};

let skipping: SkippingShop;
beforeAll(async () => {
  skipping = await SkippingShop.open();
  const rules = createRules();
  skipping.echo.answer = (context) => rules.answer(context);
});
afterAll(() => skipping.close());

const move = (shop: Shop, state: 'stopped' | 'connected'): Promise<unknown> =>
  shop.house.database.merchant(shop.merchant, (tx) =>
    moveLine(tx, shop.merchant, shop.line, { state, why: 'test' }),
  );
const heard = async (shop: Shop): Promise<string[]> => (await shop.received()).map(({ text }) => text);
/** The answer is thought while the line is down, the customer adds something, and it is thought again. */
async function inTwoThoughts(shop: Shop, first: string, second: string): Promise<string[]> {
  await move(shop, 'stopped');
  await shop.say(CUSTOMER, first);
  await skipping.pass(60_000);
  await shop.say(CUSTOMER, second);
  await skipping.pass(60_000);
  await move(shop, 'connected');
  await skipping.pass(20 * 60_000);
  return heard(shop);
}

describe('an answer that is thought again before it leaves', () => {
  it('still confirms that the customer has opted out', async () => {
    const said = await inTwoThoughts(await skipping.merchant(), 'وقف', 'وقف');
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('اشتراك');
  });

  it('still says that the shop is closed', async () => {
    const shop = await skipping.merchant();
    await shop.house.database.merchant(shop.merchant, (tx) => writeHours(tx, shop.merchant, CLOSED_ALL_WEEK));
    const [said, ...more] = await inTwoThoughts(shop, 'السلام عليكم', 'بكم القميص؟');
    expect([said?.includes('خارج أوقات العمل'), more]).toEqual([true, []]);
  });

  it('still tells who asked for a person that one will come', async () => {
    const shop = await skipping.merchant();
    await shop.house.database.merchant(shop.merchant, (tx) =>
      writeRules(tx, shop.merchant, { alwaysAnswer: false }),
    );
    expect(await inTwoThoughts(shop, 'عايز اكلم حد', 'لو سمحت')).toHaveLength(1);
  });
});

describe('who asks for a person', () => {
  it('is told so once, and the bot is silent until the conversation is handed back', async () => {
    const shop = await skipping.merchant();
    await shop.house.database.merchant(shop.merchant, (tx) =>
      writeRules(tx, shop.merchant, { alwaysAnswer: false, handOverWords: ['الإدارة'] }),
    );
    await shop.say(CUSTOMER, 'اريد الاداره من فضلك');
    await skipping.pass(60_000);
    expect(await heard(shop)).toHaveLength(1);
    for (const text of ['agent', 'السلام عليكم']) {
      await shop.say(CUSTOMER, text);
      await skipping.pass(60_000);
    }
    expect(await heard(shop)).toHaveLength(1);
    await shop.house.database.merchant(shop.merchant, (tx) =>
      handBack(tx, shop.merchant, shop.conversation(CUSTOMER)),
    );
    await shop.say(CUSTOMER, 'السلام عليكم');
    await skipping.pass(60_000);
    expect(await heard(shop)).toHaveLength(2);
  });
});
