import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRules } from '../../answers/rules/rules.ts';
import { lineId } from '../../domain/ids.ts';
import { handBack, takeOver } from '../../store/conversation-changes.ts';
import { moveLine } from '../../store/lines.ts';
import { connectSheet, readSheet } from '../../store/sheets.ts';
import { OrderShop, addressOf, orderRow, phoneOf } from '../support/order-shop.ts';
import { SkippingShop } from '../support/skipping-shop.ts';
import { STATUS } from '../support/sheet-file.ts';

const HOUR = 3_600_000;

describe('a customer’s answer to an order', () => {
  let skipping: SkippingShop;
  beforeAll(async () => {
    skipping = await SkippingShop.open();
    const rules = createRules();
    skipping.echo.answer = (context) => rules.answer(context);
  });
  afterAll(() => skipping.close());

  const answered = async (shop: OrderShop): Promise<string[]> =>
    (await shop.sent()).filter(({ key }) => !key.startsWith('order/')).map(({ text }) => text);

  it('confirms the order, is thanked once and is written into the sheet', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1, 'مؤجل')]);
    shop.add(orderRow(2));
    await shop.polled();
    await shop.shop.say(addressOf(2), 'أؤكد');
    await shop.pass(30_000);
    expect(shop.statusOf('A2')).toBe('تم التأكيد');
    expect((await shop.order('A2')).category).toBe('confirmed');
    await shop.polled();
    await shop.pass(30 * 3_600_000);
    expect(await answered(shop)).toHaveLength(1);
    expect(await shop.said()).toEqual(['A2:newOrder', 'answer']);
  });

  it('is thanked once also when a message about the confirmation had been prepared and taken back', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1, 'مؤجل')]);
    const moved = (state: 'stopped' | 'connected'): Promise<unknown> =>
      shop.inStore((tx) => moveLine(tx, shop.shop.merchant, shop.shop.line, { state, why: 'test' }));
    shop.add(orderRow(2));
    await shop.polled();
    await moved('stopped');
    shop.setStatus('A2', 'تم التأكيد');
    await shop.polled();
    shop.setStatus('A2', 'جديد');
    await shop.polled();
    expect(await shop.timeline('A2')).toContain('withdrawn');
    await moved('connected');
    await shop.shop.say(addressOf(2), 'أؤكد');
    await shop.pass(30_000);
    expect(shop.statusOf('A2')).toBe('تم التأكيد');
    await shop.polled();
    expect(await shop.said()).toEqual(['A2:newOrder', 'answer']);
  });

  it('reaches the order whose question it quotes, while a newer one is open', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1, 'مؤجل')]);
    shop.add(orderRow(2));
    await shop.polled();
    const [question] = await shop.sent();
    shop.add(orderRow(3, '', { phone: phoneOf(2) }));
    await shop.polled();
    await shop.shop.say(addressOf(2), {
      text: '١',
      ...(question === undefined ? {} : { replyTo: question.providerId }),
    });
    await shop.pass(30_000);
    expect(shop.statusOf('A2')).toBe('تم التأكيد');
    expect(shop.statusOf('A3')).toBe('');
    await shop.shop.say(addressOf(2), 'الغاء');
    await shop.pass(30_000);
    expect(shop.statusOf('A3')).toBe('ملغي');
    expect(await shop.said()).toEqual(['A2:newOrder', 'A3:newOrder', 'answer', 'answer']);
  });

  it('that quotes another order’s message, or one about no order, decides no open question', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1, 'مؤجل')]);
    shop.add(orderRow(2));
    await shop.polled();
    shop.setStatus('A2', 'تم الشحن');
    await shop.polled();
    shop.add(orderRow(3, '', { phone: phoneOf(2) }));
    await shop.polled();
    const shipped = (await shop.sent()).find(({ key }) => key.includes('/shipped/'));
    expect(shipped).toBeDefined();
    for (const [text, replyTo] of [
      ['الغاء', shipped?.providerId],
      ['تمام', 'a message that nobody here knows'],
    ] as const) {
      await shop.shop.say(addressOf(2), { text, ...(replyTo === undefined ? {} : { replyTo }) });
      await shop.pass(30_000);
    }
    const [aboutShipped, aboutUnknown] = await answered(shop);
    expect(aboutShipped).toContain('A2');
    expect(aboutUnknown).toContain('A3');
    expect(shop.statusOf('A2')).toBe('تم الشحن');
    expect(shop.statusOf('A3')).toBe('');
    await shop.shop.say(addressOf(2), 'تمام');
    await shop.pass(30_000);
    expect(shop.statusOf('A3')).toBe('تم التأكيد');
  });

  it('leaves a status that a person changed meanwhile as it is', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1, 'مؤجل')]);
    shop.add(orderRow(2));
    await shop.polled();
    shop.setStatus('A2', 'تم الشحن');
    await shop.shop.say(addressOf(2), 'الغاء');
    await shop.pass(30_000);
    expect(shop.statusOf('A2')).toBe('تم الشحن');
    expect(await shop.timeline('A2')).toContain('not-written');
    await shop.polled();
    expect((await shop.order('A2')).category).toBe('shipped');
  });

  it('that comes while two rows share its number is written once there is one again', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1, 'مؤجل')]);
    shop.add(orderRow(2));
    await shop.polled();
    shop.add(orderRow(2, 'مؤجل', { name: 'نسخة' }));
    await shop.shop.say(addressOf(2), 'الغاء');
    await shop.pass(30_000);
    expect(shop.rows.map((row) => row[STATUS])).toEqual(['مؤجل', '', 'مؤجل']);
    expect((await shop.order('A2')).waiting?.reason).toBe('row-in-doubt');
    shop.rows.pop();
    shop.save();
    await shop.polled();
    await shop.pass(HOUR);
    expect(shop.statusOf('A2')).toBe('ملغي');
    expect(await shop.timeline('A2')).not.toContain('not-written');
  });

  it('that could not be written yet does not overwrite what a person sets later', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1, 'مؤجل')]);
    shop.add(orderRow(2), orderRow(3));
    await shop.polled();
    const closed = shop.openInExcel();
    await shop.shop.say(addressOf(2), 'الغاء');
    await shop.shop.say(addressOf(3), 'الغاء');
    await shop.pass(30_000);
    shop.setStatus('A2', 'تم الشحن');
    await shop.polled();
    expect(await shop.said()).toContain('A2:shipped');
    closed();
    await shop.pass(HOUR);
    expect(shop.statusOf('A3')).toBe('ملغي');
    expect(shop.statusOf('A2')).toBe('تم الشحن');
    expect((await shop.order('A2')).category).toBe('shipped');
    expect(await shop.timeline('A2')).toContain('not-written');
  });

  it('that could not be written yet gives way also to what stands there when the sheet is connected anew', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1, 'مؤجل')]);
    shop.add(orderRow(2));
    await shop.polled();
    const closed = shop.openInExcel();
    await shop.shop.say(addressOf(2), 'الغاء');
    await shop.pass(30_000);
    shop.setStatus('A2', 'تم الشحن');
    await shop.inStore(async (tx) => {
      const sheet = await readSheet(tx, shop.shop.merchant);
      if (sheet === null) throw new Error('the shop has a sheet');
      await connectSheet(tx, shop.shop.merchant, sheet);
    });
    await shop.polled();
    closed();
    await shop.pass(HOUR);
    expect(shop.statusOf('A2')).toBe('تم الشحن');
  });

  it('opts out with وقف, and a later order message is held with that reason', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1, 'مؤجل')]);
    shop.add(orderRow(2));
    await shop.polled();
    await shop.shop.say(addressOf(2), 'وقف');
    await shop.pass(30_000);
    shop.setStatus('A2', 'تم الشحن');
    await shop.polled();
    expect(await shop.said()).toEqual(['A2:newOrder', 'answer']);
    expect((await shop.order('A2')).waiting?.reason).toBe('opted-out');
  });

  it('opts out of all the merchant’s lines, whichever it was said to, and back in again', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1, 'مؤجل')]);
    const line = lineId('second');
    await shop.shop.addLine(line);
    await shop.shop.say(addressOf(2), { text: 'وقف', line });
    await shop.shop.say(addressOf(3), { text: 'مرحبا', line });
    await shop.pass(30_000);
    shop.add(orderRow(2), orderRow(3));
    await shop.polled();
    expect((await shop.said()).filter((what) => what !== 'answer')).toEqual(['A3:newOrder']);
    expect((await shop.order('A2')).waiting?.reason).toBe('opted-out');
    await shop.shop.say(addressOf(2), 'اشتراك');
    await shop.pass(30_000);
    await shop.shop.say(addressOf(2), { text: 'مرحبا', line });
    await shop.pass(2 * 3_600_000);
    expect(await shop.said()).toContain('A2:newOrder');
    expect((await shop.sent()).at(-1)?.to).toBe(addressOf(2));
  });

  it('opts out also while a person is in charge or the answers are off, without a word', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1, 'مؤجل')]);
    const { merchant } = shop.shop;
    const conversation = shop.shop.conversation(addressOf(2));
    shop.add(orderRow(2), orderRow(3));
    await shop.polled();
    await shop.inStore((tx) => takeOver(tx, merchant, conversation, null));
    await shop.shop.say(addressOf(2), 'وقف');
    await shop.pass(30_000);
    await shop.inStore((tx) => handBack(tx, merchant, conversation));
    await shop.settings({ answers: 'off' });
    await shop.shop.say(addressOf(3), 'وقف');
    await shop.pass(30_000);
    await shop.settings({ answers: 'rules' });
    shop.setStatus('A2', 'تم الشحن');
    shop.setStatus('A3', 'تم الشحن');
    await shop.polled();
    expect((await shop.said()).toSorted()).toEqual(['A2:newOrder', 'A3:newOrder']);
    for (const id of ['A2', 'A3']) expect((await shop.order(id)).waiting?.reason).toBe('opted-out');
  });
});
