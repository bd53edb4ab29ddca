import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { costOfHistory } from '../../bench/cost.ts';
import { OrderSweep } from '../../worker/order-sweep.ts';
import { adoptOrders } from '../../store/sheets.ts';
import { pino } from 'pino';
import { sheetWorkflowId } from '../../workflows/ids.ts';
import { sheetStateQuery } from '../../workflows/order-signals.ts';
import { addressOf, HEADER, OrderShop, orderRow, type Row } from '../support/order-shop.ts';
import { withStatus } from '../support/sheet-file.ts';
import { actOnRows, SheetPerson, type Act } from '../support/sheet-person.ts';
import { SkippingShop } from '../support/skipping-shop.ts';

const HOUR = 3_600_000;

describe('a watched sheet', () => {
  let skipping: SkippingShop;
  beforeAll(async () => {
    skipping = await SkippingShop.open();
  });
  afterAll(() => skipping.close());

  it('sends nothing for rows that are inserted above, deleted, sorted or pasted elsewhere, nor for moved columns', async () => {
    const shop = await OrderShop.open(
      skipping,
      Array.from({ length: 20 }, (_, index) => orderRow(index, 'تم التأكيد')),
    );
    const edits: ((rows: Row[]) => Row[])[] = [
      (rows) => rows.toReversed(),
      (rows) => rows.filter((row) => row[0] !== 'A7'),
      (rows) => [...rows.slice(5), ...rows.slice(0, 5)],
      (rows) => rows.toSorted((one, other) => (one[1] ?? '').localeCompare(other[1] ?? '')),
    ];
    for (const change of edits) {
      shop.edit(change);
      await shop.polled();
    }
    shop.save([HEADER, ...shop.rows].map((row) => row.toReversed().join(',')).join('\n'));
    await shop.polled();
    expect(await shop.said()).toEqual([]);
    expect((await shop.order('A7')).goneAt).not.toBeNull();
    expect((await shop.sheet()).trouble).toBeNull();
  });

  it('sends nothing for rows whose order id is put right after the first connection, then what changes in them', async () => {
    const shop = await OrderShop.open(skipping, [
      orderRow(1),
      orderRow(2, '', { id: 'A1' }),
      orderRow(3, '', { id: '' }),
    ]);
    expect((await shop.sheet()).problems.map(({ kind }) => kind)).toEqual([
      'missing-order-id',
      'duplicate-order-id',
    ]);
    shop.edit(() => [orderRow(1), orderRow(2), orderRow(3), orderRow(4)]);
    await shop.polled();
    expect(await shop.said()).toEqual(['A4:newOrder']);
    expect((await shop.order('A3')).baseline).toBe('new');
    shop.setStatus('A2', 'تم التأكيد');
    await shop.polled();
    expect(await shop.said()).toEqual(['A4:newOrder', 'A2:confirmed']);
  });

  it('that takes the place of another may number its orders anew: who has a number again gets what is theirs', async () => {
    const shop = await OrderShop.open(skipping, []);
    shop.edit(() => [orderRow(1), orderRow(2)]);
    await shop.polled();
    // Two customers: nobody promises which of them hears first.
    expect((await shop.said()).toSorted()).toEqual(['A1:newOrder', 'A2:newOrder']);

    // The next month: its first order was there when it was connected, its second comes later; the third is the same customer's.
    await shop.connectAnother([orderRow(7, '', { id: 'A1' })]);
    shop.edit((rows) => [...rows, orderRow(8, '', { id: 'A2' }), orderRow(2, '', { id: 'A2-again' })]);
    await shop.polled();
    const told = async (): Promise<string[]> =>
      (await shop.sent())
        .slice(2)
        .map(({ to, key }) => `${to} ${key.split('/')[1] ?? ''}`)
        .toSorted();
    const both = [`${addressOf(2)} a2-again`, `${addressOf(8)} a2~2`];
    expect(await told()).toEqual(both);

    // Each goes its own way from here on.
    shop.setStatus('A1', 'تم التأكيد');
    await shop.polled();
    expect(await told()).toEqual([...both, `${addressOf(7)} a1~2`].toSorted());

    // And the month after that.
    await shop.connectAnother([]);
    shop.edit(() => [orderRow(9, '', { id: 'A2' })]);
    await shop.polled();
    expect(await told()).toEqual([...both, `${addressOf(7)} a1~2`, `${addressOf(9)} a2~3`].toSorted());
  });

  it('that takes the place of another goes on with an order also where one of the two has no phone for it', async () => {
    const shop = await OrderShop.open(skipping, []);
    shop.edit(() => [orderRow(1), orderRow(2, '', { phone: '#ERROR!' })]);
    await shop.polled();
    await shop.connectAnother([]);
    shop.edit(() => [orderRow(1, '', { phone: '' }), orderRow(2)]);
    await shop.polled();
    expect(await shop.said()).toEqual(['A1:newOrder', 'A2:newOrder']);
    shop.edit(() => [orderRow(1), orderRow(2)]);
    await shop.polled();
    expect(await shop.said()).toEqual(['A1:newOrder', 'A2:newOrder']);
  });

  it('that takes the place of another goes on with its orders', async () => {
    const shop = await OrderShop.open(skipping, []);
    shop.edit(() => [orderRow(1)]);
    await shop.polled();
    await shop.connectAnother([]);
    shop.edit(() => [orderRow(1), orderRow(2)]);
    await shop.polled();
    expect(await shop.said()).toEqual(['A1:newOrder', 'A2:newOrder']);
  });

  it('is watched on when what is known of it was kept before held rows were', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1)]);
    await shop.inStore((tx) => tx.query(`update sheets set memory = memory - 'held'`));
    shop.add(orderRow(2));
    await shop.polled();
    expect(await shop.said()).toEqual(['A2:newOrder']);
  });

  it('in which nothing changes costs two actions a poll: 5,760 a day at one poll per 30 s', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1)]);
    await shop.settings({ timings: { pollSeconds: 30 } });
    const run = shop.shop.house.client.workflow.getHandle(sheetWorkflowId(shop.shop.merchant));
    const spent = async (): Promise<{ actions: number; polls: number }> => {
      const { actions } = costOfHistory(await run.fetchHistory());
      return { actions, polls: (await run.query(sheetStateQuery)).polls };
    };
    await shop.polled();
    const before = await spent();
    await shop.pass(HOUR);
    const after = await spent();
    const polls = after.polls - before.polls;
    expect(polls).toBeGreaterThan(10);
    expect(polls).toBeLessThanOrEqual(122);
    // One of either is a poll that one of the two counts met in its middle.
    expect(Math.abs(after.actions - before.actions - 2 * polls)).toBeLessThanOrEqual(2);
  });

  it('believes neither an empty sheet nor a much shorter one, says why, and goes on when it is back', async () => {
    const shop = await OrderShop.open(
      skipping,
      Array.from({ length: 20 }, (_, index) => orderRow(index, 'مؤجل')),
    );
    const before = shop.rows;
    shop.edit(() => []);
    await shop.polled();
    expect((await shop.sheet()).trouble?.reason).toBe('sheet-empty');
    shop.rows = before.slice(0, 8);
    shop.save();
    await shop.polled();
    expect((await shop.sheet()).trouble?.reason).toBe('much-shorter');
    shop.rows = before.map((row) => (row[0] === 'A3' ? withStatus(row, 'تم الشحن') : row));
    shop.save();
    await shop.polled();
    expect((await shop.sheet()).trouble).toBeNull();
    expect(await shop.said()).toEqual(['A3:shipped']);
  });

  it('keeps a reminder through a cut and a paste a poll later', async () => {
    const shop = await OrderShop.open(
      skipping,
      Array.from({ length: 12 }, (_, index) => orderRow(index, 'مؤجل')),
    );
    shop.add(orderRow(50));
    await shop.polled();
    shop.edit((rows) => rows.filter((row) => row[0] !== 'A50'));
    await shop.polled();
    shop.edit((rows) => [orderRow(50), ...rows]);
    await shop.polled();
    expect(await shop.said()).toEqual(['A50:newOrder']);
    await shop.pass(25 * 3_600_000);
    expect(await shop.said()).toEqual(['A50:newOrder', 'A50:reminder']);
  });

  it('writes to old rows when the operator adopts them, and to no more than asked', async () => {
    const shop = await OrderShop.open(skipping, [
      orderRow(1),
      orderRow(2),
      orderRow(3),
      orderRow(4, 'تم التوصيل'),
    ]);
    const adopted = await shop.inStore((tx) =>
      adoptOrders(tx, shop.shop.merchant, 2, new Date(skipping.now())),
    );
    expect(adopted).toHaveLength(2);
    await shop.polled();
    expect(await shop.said()).toHaveLength(2);
    await shop.polled();
    expect(await shop.said()).toHaveLength(2);
  });

  it('sends nothing while it is stopped, and what was missed once it is started', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1, 'مؤجل')]);
    await shop.run(false);
    await shop.pass(10_000);
    shop.add(orderRow(2));
    await shop.pass(3_600_000);
    expect(await shop.said()).toEqual([]);
    await Promise.all([shop.run(true), shop.run(true), shop.run(true)]);
    await shop.polled();
    expect(await shop.said()).toEqual(['A2:newOrder']);
  });

  it('finds an order again whose signal was lost', async () => {
    const shop = await OrderShop.open(skipping, [orderRow(1), orderRow(2)]);
    await shop.inStore((tx) => adoptOrders(tx, shop.shop.merchant, 1, new Date(skipping.now())));
    expect(await shop.said()).toEqual([]);
    const sweep = new OrderSweep({
      database: shop.shop.house.database,
      orderMail: shop.shop.house.orderMail,
      logger: pino({ level: 'silent' }),
    });
    await sweep.once(3_600_000 * 24, skipping.now() + 60_000);
    await shop.pass(10_000);
    expect(await shop.said()).toHaveLength(1);
  });

  it('says exactly what a model expects of a person who edits at random', async () => {
    const person = new SheetPerson({ seed: 20_260_101, rows: 15 });
    const shop = await OrderShop.open(skipping, [...person.rows.values()]);
    const save = async (acts: readonly Act[]): Promise<void> => {
      shop.edit((rows) =>
        acts.reduce<Row[]>((now, act) => (act.do === 'move-column' ? now : actOnRows(now, act)), rows),
      );
      await shop.polled();
    };
    for (let poll = 0; poll < 60; poll += 1) await save(person.acts());
    await save(person.tidied());
    expect((await shop.said()).toSorted()).toEqual([...person.expected].toSorted());
    expect(person.expected.size).toBeGreaterThan(20);
  }, 400_000);
});
