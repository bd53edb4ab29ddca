import { afterAll, beforeAll, expect, it } from 'vitest';
import { feedAfter, feedEnd, feedPlace, type FeedPosition } from '../../store/event-feed.ts';
import { recordEvent } from '../../store/events.ts';
import { noteEvents, type Noted } from '../../store/webhook-feed.ts';
import { createWebhook } from '../../store/webhooks.ts';
import { MERCHANT, StoreShop } from './store-shop.ts';

let shop: StoreShop;
beforeAll(async () => {
  shop = await StoreShop.open();
  await shop.inStore((tx) =>
    createWebhook(tx, MERCHANT, {
      id: 'crm',
      url: 'https://crm.example',
      events: ['message.received'],
      secret: Buffer.from('secret'),
    }),
  );
  // The reader begins where the feed ends now.
  await note();
});
afterAll(() => shop.close());

const note = (): Promise<Noted> => shop.inSystem((tx) => noteEvents(tx, 500));
const happens = (what: string): Promise<void> =>
  shop.inStore((tx) => recordEvent(tx, { merchant: MERCHANT, kind: 'message.received', data: { what } }));
const told = async (): Promise<unknown[]> =>
  (
    await shop.inStore((tx) =>
      tx.query<{ what: string }>(`select data ->> 'what' as what from webhook_deliveries order by event`),
    )
  ).map(({ what }) => what);

/** As pg_restore leaves it on a new server: what was written by its millionth transaction, on one that is at its thousandth. */
const restored = (): Promise<unknown> =>
  shop.inSystem(async (tx) => {
    const older = `(%::text::numeric + 1000000)::text::xid8`;
    await tx.query(`update events set written_by = ${older.replace('%', 'written_by')}`);
    await tx.query(
      `update installation set webhooks_read_transaction = ${older.replace('%', 'webhooks_read_transaction')}::text`,
    );
  });

it('a merchant’s own system goes on to hear after a restore onto another server: what it had not heard, then what is new, each once', async () => {
  await happens('heard before');
  await note();
  await happens('not heard yet');
  const listener: FeedPosition = await shop.inSystem(async (tx) => {
    const [last] = (await feedAfter(tx, { transaction: '0', seq: 0 }, 500)).toReversed();
    return last?.position ?? (await feedEnd(tx));
  });
  await happens('in the backup');
  await restored();
  await happens('before anybody looked');
  expect((await note()).anew).toBe(true);
  await happens('new');
  expect((await note()).anew).toBe(false);
  await note();
  expect(await told()).toEqual([
    'heard before',
    'not heard yet',
    'in the backup',
    'before anybody looked',
    'new',
  ]);

  // Whoever listens to the stream comes back with a place on the former server.
  const heard = await shop.inSystem(async (tx) => {
    const from = await feedPlace(tx, {
      ...listener,
      transaction: String(Number(listener.transaction) + 1_000_000),
    });
    return from === null ? [] : feedAfter(tx, from, 500);
  });
  expect(heard.map(({ data }) => data['what'])).toEqual(['in the backup', 'before anybody looked', 'new']);
});

it('a restore with nothing left to tell does not tell again what was told', async () => {
  await restored();
  const before = await told();
  expect(await note()).toEqual({ read: 0, anew: true });
  await happens('after the second restore');
  await note();
  expect(await told()).toEqual([...before, 'after the second restore']);
});
