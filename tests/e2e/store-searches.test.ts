import { afterAll, beforeAll, expect, it } from 'vitest';
import { orderId, type OrderRow } from '../../domain/order.ts';
import { forgetEvents } from '../../store/events.ts';
import { insertBaseline } from '../../store/order-rows.ts';
import { ordersOfCustomer } from '../../store/orders.ts';
import { MERCHANT, NOW, StoreShop } from './store-shop.ts';

let shop: StoreShop;
beforeAll(async () => {
  shop = await StoreShop.open();
});
afterAll(() => shop.close());

const row = (...numbers: readonly string[]): OrderRow => ({
  fields: {},
  status: '',
  phones: numbers.map((number) => ({ number, from: 'phone' })),
  problem: null,
});
const read = (...orders: readonly (readonly [id: string, row: OrderRow])[]): Promise<void> =>
  shop.inStore((tx) =>
    insertBaseline(
      tx,
      MERCHANT,
      orders.map(([id, of]) => ({ id: orderId(id), rowKey: id, row: of, category: 'new' })),
      new Date(NOW),
    ),
  );
const ordersWith = (number: string, conversation = 'none'): Promise<string[]> =>
  shop.inStore(async (tx) =>
    (await ordersOfCustomer(tx, MERCHANT, conversation, number)).map(({ id }) => id).toSorted(),
  );

it('a customer’s orders are those with the number that the sheet has now, and those written about in the conversation', async () => {
  await read(['a1', row('201', '202')], ['a2', row('201')], ['a3', row()]);
  expect(await ordersWith('201')).toEqual(['a1', 'a2']);
  expect(await ordersWith('202')).toEqual(['a1']);
  await read(['a1', row('203', '203')]);
  expect([await ordersWith('201'), await ordersWith('202'), await ordersWith('203')]).toEqual([
    ['a2'],
    [],
    ['a1'],
  ]);
  await shop.inStore((tx) =>
    tx.query(
      `insert into order_messages (merchant, order_id, type, occurrence, state, conversation, at) values ('shop', 'a3', 'newOrder', '1', 'composed', 'c', now())`,
    ),
  );
  expect(await ordersWith('203', 'c')).toEqual(['a1', 'a3']);
});

it('all events that are old enough are forgotten, however many, and no other', async () => {
  const count = 4_320;
  const old = 2_500;
  await shop.inStore((tx) =>
    tx.query(
      `insert into events (merchant, kind, at) select 'shop', 'message.sent', timestamptz '2026-01-01 00:00Z' + n * interval '1 minute' from generate_series(1, ${count}) n`,
    ),
  );
  await shop.inSystem((tx) => forgetEvents(tx, new Date(Date.parse('2026-01-01T00:00:30Z') + old * 60_000)));
  const kept = await shop.inStore((tx) =>
    tx.query<{ count: number }>(`select count(*)::int as count from events where kind = 'message.sent'`),
  );
  expect(kept).toEqual([{ count: count - old }]);
});
