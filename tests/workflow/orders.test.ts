import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { costOfHistory } from '../../bench/cost.ts';
import { orderId } from '../../domain/order.ts';
import type { OrderCategory } from '../../domain/order-status.ts';
import { moveLine } from '../../store/lines.ts';
import { decideOrder } from '../../store/order-decisions.ts';
import { applyWord } from '../../store/order-statistics.ts';
import { mapWord } from '../../store/templates.ts';
import { OrderSweep } from '../../worker/order-sweep.ts';
import { orderWorkflowId } from '../../workflows/ids.ts';
import { OrderShop, addressOf, orderRow, phoneOf } from '../support/order-shop.ts';
import { overUnheldLine } from '../support/unheld-line.ts';
import { SkippingShop } from '../support/skipping-shop.ts';

const HOUR = 3_600_000;

describe('an order of a watched sheet', () => {
  let skipping: SkippingShop;
  beforeAll(async () => {
    skipping = await SkippingShop.open();
  });
  afterAll(() => skipping.close());

  it('says nothing about rows that were there at the first connection, and one thing about each new one', async () => {
    const shop = await OrderShop.open(
      skipping,
      Array.from({ length: 300 }, (_, index) => orderRow(index)),
    );
    expect(await shop.said()).toEqual([]);
    shop.add(...[901, 902, 903, 904, 905].map((index) => orderRow(index)));
    await Promise.all([shop.run(true), shop.run(true)]);
    await shop.polled();
    expect((await shop.said()).sort()).toEqual([
      'A901:newOrder',
      'A902:newOrder',
      'A903:newOrder',
      'A904:newOrder',
      'A905:newOrder',
    ]);
    await shop.pass(HOUR);
    expect(await shop.said()).toHaveLength(5);
  });

  it('reminds once, a day after the question, when nothing has happened', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1, 'تم الشحن')]);
    shop.add(orderRow(2));
    await shop.polled();
    await shop.pass(23 * HOUR);
    expect(await shop.said()).toEqual(['A2:newOrder']);
    await shop.pass(2 * HOUR);
    expect(await shop.said()).toEqual(['A2:newOrder', 'A2:reminder']);
    await shop.pass(72 * HOUR);
    expect(await shop.said()).toHaveLength(2);
  });

  it('costs eleven actions at Temporal for a message, and twenty-one with its reminder, or one more', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1), orderRow(3, 'تم الشحن')]);
    const actions = async (id: string): Promise<number> => {
      const { id: order } = await shop.order(id);
      const run = skipping.env.client.workflow.getHandle(orderWorkflowId(shop.shop.merchant, order));
      return costOfHistory(await run.fetchHistory()).actions;
    };
    shop.setStatus('A1', 'تم التأكيد');
    await shop.polled();
    await shop.pass(HOUR);
    expect(await shop.said()).toEqual(['A1:confirmed']);
    expect(await actions('A1')).toBeLessThanOrEqual(12);
    shop.add(orderRow(2));
    await shop.polled();
    await shop.pass(30 * HOUR);
    expect(await shop.said()).toEqual(['A1:confirmed', 'A2:newOrder', 'A2:reminder']);
    expect(await actions('A2')).toBeLessThanOrEqual(22);
  });

  it('does not remind an order that was confirmed an hour before', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1, 'تم الشحن')]);
    shop.add(orderRow(2));
    await shop.polled();
    await shop.pass(22.9 * HOUR);
    shop.setStatus('A2', 'تم التأكيد');
    await shop.polled();
    await shop.pass(5 * HOUR);
    expect(await shop.said()).toEqual(['A2:newOrder', 'A2:confirmed']);
  });

  it('offers a rejected order once after two days, and not when it came back before', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1), orderRow(2)]);
    shop.setStatus('A1', 'مرفوض');
    await shop.polled();
    shop.setStatus('A2', 'رفض الاستلام');
    await shop.pass(46 * HOUR);
    shop.setStatus('A2', 'مؤجل');
    await shop.pass(HOUR);
    expect(await shop.said()).toEqual([]);
    await shop.pass(100 * HOUR);
    expect(await shop.said()).toEqual(['A1:rejectedOffer']);
    expect((await shop.sent())[0]?.text).toContain('280');
  });

  it('makes the offer once also when the line is down at its hour', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1)]);
    shop.setStatus('A1', 'مرفوض');
    await shop.pass(47 * HOUR);
    await shop.inStore((tx) =>
      moveLine(tx, shop.shop.merchant, shop.shop.line, { state: 'stopped', why: 'test' }),
    );
    await shop.pass(5 * HOUR);
    expect((await shop.order('A1')).waiting?.reason).toBe('line-down');
    await shop.inStore((tx) =>
      moveLine(tx, shop.shop.merchant, shop.shop.line, { state: 'connected', why: 'test' }),
    );
    await shop.pass(2 * HOUR);
    expect(await shop.said()).toEqual(['A1:rejectedOffer']);
  });

  it('does not repeat what was said when a status goes there and back', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1, 'مؤجل')]);
    for (const status of ['جديد', 'تم التأكيد', 'جديد', 'تم التأكيد', 'تم الشحن', 'تم التأكيد']) {
      shop.setStatus('A1', status);
      await shop.polled();
    }
    expect(await shop.said()).toEqual(['A1:newOrder', 'A1:confirmed', 'A1:shipped']);
  });

  it('counts edits within the settle time once', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1, 'مؤجل')], {
      timings: { pollSeconds: 5, settleSeconds: 30 },
    });
    for (const status of ['تم التأكيد', 'تم الشحن', 'جديد', 'تم الشحن']) {
      shop.setStatus('A1', status);
      await shop.pass(10_000);
    }
    expect(await shop.said()).toEqual([]);
    await shop.polled();
    expect(await shop.said()).toEqual(['A1:shipped']);
  });

  it('sends what fifty changes called for once the line is back, without those whose order moved on', async () => {
    const shop = await OrderShop.open(
      skipping,
      Array.from({ length: 50 }, (_, index) => orderRow(index, 'مؤجل')),
    );
    await shop.inStore((tx) =>
      moveLine(tx, shop.shop.merchant, shop.shop.line, { state: 'stopped', why: 'test' }),
    );
    shop.edit((rows) => rows.map((row) => row.map((cell, column) => (column === 5 ? 'تم الشحن' : cell))));
    await shop.pass(HOUR);
    for (const id of ['A3', 'A4']) shop.setStatus(id, 'تم التوصيل');
    await shop.polled();
    await shop.pass(HOUR);
    expect(await shop.said()).toEqual([]);
    await shop.inStore((tx) =>
      moveLine(tx, shop.shop.merchant, shop.shop.line, { state: 'connected', why: 'test' }),
    );
    await new OrderSweep({
      database: shop.shop.house.database,
      orderMail: shop.shop.house.orderMail,
      logger: pino({ level: 'silent' }),
    }).once(24 * HOUR, skipping.now());
    // First contacts keep a distance of up to a minute each.
    for (let step = 0; step < 60; step += 1) await skipping.pass(10_000);
    const said = await shop.said();
    expect(said).toHaveLength(48);
    expect(new Set(said).size).toBe(48);
    expect(said).not.toContain('A3:shipped');
    expect(await shop.timeline('A3')).toContain('withdrawn');
  });

  it('goes to the number and with the total that the row has when it leaves, not when it was prepared', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1, 'مؤجل')], { messageTypes: { reminder: false } });
    const line = (state: 'stopped' | 'connected'): Promise<unknown> =>
      shop.inStore((tx) => moveLine(tx, shop.shop.merchant, shop.shop.line, { state, why: 'test' }));
    await line('stopped');
    shop.add(orderRow(2), orderRow(3), orderRow(4));
    await shop.polled();
    for (const id of ['A2', 'A3', 'A4']) expect((await shop.order(id)).waiting?.reason).toBe('line-down');
    shop.edit((rows) =>
      rows.map((row) => {
        if (row[0] === 'A2') return orderRow(2, '', { phone: phoneOf(22) });
        return row[0] === 'A3' ? orderRow(3, '', { total: '990' }) : row;
      }),
    );
    await shop.polled();
    await line('connected');
    await shop.pass(HOUR);
    const sent = await shop.sent();
    expect(sent.map(({ key, to }) => [key, to]).toSorted()).toEqual([
      ['order/a2/newOrder/1/to-2', addressOf(22)],
      ['order/a3/newOrder/1/to-2', addressOf(3)],
      ['order/a4/newOrder/1', addressOf(4)],
    ]);
    const about3 = sent.find(({ to }) => to === addressOf(3))?.text;
    expect(about3).toContain('990');
    expect(about3).not.toContain('350');
    await shop.polled();
    await shop.pass(HOUR);
    expect(await shop.sent()).toHaveLength(3);
  });

  it('says that its line is down where nobody holds it, and is written into the sheet all the same', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1, 'مؤجل')]);
    await overUnheldLine(shop.shop);
    shop.add(orderRow(2));
    await shop.polled();
    const ref = { merchant: shop.shop.merchant, order: (await shop.order('A2')).id };
    for (let look = 0; look < 20 && (await shop.order('A2')).waiting === null; look += 1)
      await shop.pass(5_000);
    const { waiting } = await shop.order('A2');
    expect(waiting).toMatchObject({ reason: 'line-down', about: 'newOrder' });
    // The sweep looks for orders whose time has passed.
    expect(waiting?.until).not.toBeNull();
    const decision = {
      decision: 'cancel',
      by: 'console',
      turn: null,
      at: new Date(skipping.now()),
    } as const;
    await shop.inStore((tx) => decideOrder(tx, ref, decision));
    await shop.shop.house.orderMail.orderNews(ref, 'cancelled');
    for (let look = 0; look < 20 && shop.statusOf('A2') === ''; look += 1) await shop.pass(5_000);
    expect(shop.statusOf('A2')).toBe('ملغي');
    // Time is not skipped while a send waits to be taken.
  }, 400_000);

  it('reminds also of a question of which it was unclear at first whether it arrived', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1, 'مؤجل')]);
    await shop.failing({ timeoutAfterAccept: 1 });
    shop.add(orderRow(2));
    await shop.polled();
    await shop.failing({});
    await shop.pass(HOUR);
    expect((await shop.order('A2')).phase).toBe('asked');
    expect(shop.messageStateOf('A2')).toBe('تم الإرسال');
    await shop.pass(25 * HOUR);
    expect(await shop.said()).toEqual(['A2:newOrder', 'A2:reminder']);
  });

  it('leaves a send of which nothing was ever heard to the person who was told of it', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1, 'مؤجل')]);
    await shop.failing({ timeoutAfterAccept: 1 });
    const lookAgain = shop.withoutLooking();
    try {
      shop.add(orderRow(2));
      await shop.polled();
      await shop.pass(HOUR);
    } finally {
      lookAgain();
    }
    expect((await shop.order('A2')).waiting?.reason).toBe('unclear-send');
    // The network had lost it, and the person sends it by hand.
    await shop.failing({});
    await shop.inStore((tx) =>
      tx.query('delete from simulator_outbox where merchant = $1', [shop.shop.merchant]),
    );
    await shop.resend('A2', 'newOrder');
    await shop.pass(HOUR);
    const { id } = await shop.order('A2');
    expect((await shop.sent()).map(({ key }) => key)).toEqual([`order/${id}/newOrder/again-1`]);
  });

  it('says in the morning, once, what fell into the quiet hours', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1, 'مؤجل')]);
    await shop.settings({ quietHours: shop.night(3 * HOUR) });
    shop.add(orderRow(2));
    await shop.polled();
    expect((await shop.order('A2')).waiting?.reason).toBe('quiet-hours');
    await shop.pass(2.5 * HOUR);
    expect(await shop.said()).toEqual([]);
    await shop.pass(HOUR);
    expect(await shop.said()).toEqual(['A2:newOrder']);
    await shop.pass(3 * HOUR);
    expect(await shop.said()).toHaveLength(1);
  });

  it('does not remind in the quiet hours, but when they are over', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1, 'مؤجل')]);
    shop.add(orderRow(2));
    await shop.polled();
    await shop.pass(23 * HOUR);
    await shop.settings({ quietHours: shop.night(4 * HOUR) });
    await shop.pass(3.5 * HOUR);
    expect(await shop.said()).toEqual(['A2:newOrder']);
    expect((await shop.order('A2')).waiting).toMatchObject({ reason: 'quiet-hours', about: 'reminder' });
    await shop.pass(HOUR);
    expect(await shop.said()).toEqual(['A2:newOrder', 'A2:reminder']);
  });

  it('drops what waited for the morning when its kind is switched off, for good', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1, 'مؤجل')]);
    await shop.settings({ quietHours: shop.night(5 * HOUR) });
    shop.add(orderRow(2));
    await shop.polled();
    await shop.settings({ quietHours: shop.night(5 * HOUR), messageTypes: { newOrder: false } });
    await shop.polled();
    await shop.settings({ quietHours: shop.night(4 * HOUR) });
    await shop.pass(8 * HOUR);
    expect(await shop.said()).toEqual([]);
    expect(await shop.timeline('A2')).toContain('skipped');
  });

  it('writes to the number in the cell, or tells a person what is wrong with it', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1, 'مؤجل')]);
    shop.add(orderRow(2), orderRow(3, '', { phone: '#ERROR!' }), orderRow(4, '', { total: 'حسب الاتفاق' }));
    await shop.polled();
    expect((await shop.sent()).map(({ to }) => to)).toEqual([addressOf(2)]);
    expect((await shop.order('A3')).waiting?.reason).toBe('phone-error-cell');
    expect((await shop.order('A4')).waiting?.reason).toBe('missing-total');
    expect((await shop.order('A4')).phase).toBe('needs-human');
    shop.edit((rows) =>
      rows.map((row) =>
        row[0] === 'A4' ? row.map((cell, column) => (column === 4 ? '٤٠٠ جنيه' : cell)) : row,
      ),
    );
    await shop.polled();
    expect((await shop.sent()).map(({ to }) => to)).toEqual([addressOf(2), addressOf(4)]);
  });

  it('asks once about a word that means nothing yet, and sends nothing', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1, 'مؤجل')]);
    shop.add(orderRow(2, 'في الطريق'), orderRow(3, ' في  الطريق.'));
    await shop.polled();
    expect(await shop.said()).toEqual([]);
    expect((await shop.order('A2')).waiting?.reason).toBe('unknown-status');
  });

  it('says nothing of a row that stands where it stood at first when its word gets a meaning, also when it was away meanwhile', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1, 'في الطريق'), orderRow(2, 'مؤجل')]);
    shop.edit((rows) => rows.filter(([id]) => id !== 'A1'));
    await shop.polled();
    shop.add(orderRow(1, ' في  الطريق'));
    await shop.polled();
    expect(await shop.timeline('A1')).toEqual(expect.arrayContaining(['row-gone', 'row-back']));
    await means(shop, 'في الطريق', 'shipped');
    expect((await shop.order('A1')).category).toBe('shipped');
    expect(await shop.said()).toEqual([]);
  });

  it('speaks of a row that has changed since, when the word that it changed to gets a meaning', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1, 'عند المورد'), orderRow(2, 'عند المورد')]);
    shop.setStatus('A1', 'في الطريق');
    await shop.polled();
    await means(shop, 'في الطريق', 'shipped');
    expect(await shop.said()).toEqual(['A1:shipped']);
    await means(shop, 'عند المورد', 'confirmed');
    expect(await shop.said()).toEqual(['A1:shipped']);
  });
});

/** A person gives a word its meaning. */
async function means(shop: OrderShop, word: string, category: OrderCategory): Promise<void> {
  const { merchant, house } = shop.shop;
  const orders = await shop.inStore(async (tx) => {
    await mapWord(tx, merchant, word, category);
    return applyWord(tx, merchant, word, category, new Date(shop.skipping.now()));
  });
  for (const order of orders) await house.orderMail.orderNews({ merchant, order: orderId(order) }, 'test');
  await shop.polled();
}
