import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { askAgain, createWebhook, listDeliveries, type WebhookDelivery } from '../../store/webhooks.ts';
import { WebhookReader } from '../../worker/webhook-reader.ts';
import { startServer, type Heard, type Server } from '../doubles/far-end/server.ts';
import { SkippingShop } from '../support/skipping-shop.ts';
import type { Shop } from '../support/shop.ts';

const SECRET = 'whsec_a-secret-of-this-test';
const DAY = 24 * 3_600_000;
const posted = z.object({
  id: z.string(),
  type: z.string(),
  merchant: z.string(),
  conversation: z.object({ customer: z.string() }).nullable(),
  message: z.object({ text: z.string(), status: z.string() }).nullable(),
});

let skipping: SkippingShop;
let receiver: Server;
let heard: Heard[] = [];
let answer: () => number = () => 200;
beforeAll(async () => {
  receiver = await startServer({}, (request) => {
    heard.push(request);
    request.reply(answer(), {});
  });
  skipping = await SkippingShop.open({ webhooksToLoopback: true });
});
afterAll(async () => {
  await skipping.close();
  await receiver.close();
});
beforeEach(() => {
  heard = [];
  answer = () => 200;
});

const readerOf = (): WebhookReader =>
  new WebhookReader({
    database: skipping.house.database,
    client: skipping.house.client,
    logger: skipping.house.context.logger,
  });
const bodies = (): z.infer<typeof posted>[] => heard.map(({ json }) => posted.parse(json));

async function shopWith(
  url = receiver.url,
  events: readonly string[] = ['message.received', 'message.sent'],
): Promise<Shop> {
  const shop = await skipping.merchant();
  const { seal, database } = skipping.house;
  await database.merchant(shop.merchant, (tx) =>
    createWebhook(tx, shop.merchant, { id: 'crm', url, events, secret: seal.seal(Buffer.from(SECRET)) }),
  );
  // The reader begins where the feed ends now.
  await readerOf().once();
  return shop;
}
const deliveries = (shop: Shop): Promise<WebhookDelivery[]> =>
  skipping.house.database.merchant(shop.merchant, (tx) =>
    listDeliveries(tx, { merchant: shop.merchant, webhook: 'crm' }, null, null, 100),
  );

/** Time is skipped, work is not: what is under way is waited for. */
async function settled(shop: Shop, count = 1): Promise<WebhookDelivery[]> {
  for (;;) {
    const all = await deliveries(shop);
    if (all.length >= count && all.every(({ state }) => state !== 'pending')) return all;
    await skipping.pass(1_000);
  }
}

describe('a merchant’s own system', () => {
  it('hears of each event once, however many workers read, signed over the time and the exact body', async () => {
    const shop = await shopWith();
    await shop.say('201', 'مرحبا');
    await skipping.pass(20_000);
    const readers = [readerOf(), readerOf(), readerOf()];
    await Promise.all(readers.map((reader) => reader.once()));
    for (const reader of readers) await reader.once();
    await settled(shop, 2);
    expect(
      bodies().map(({ type, message, conversation }) => [type, message?.text, conversation?.customer]),
    ).toEqual(
      expect.arrayContaining([
        ['message.received', 'مرحبا', '201'],
        ['message.sent', '1: مرحبا', '201'],
      ]),
    );
    expect(heard).toHaveLength(2);
    expect(new Set(bodies().map(({ id }) => id)).size).toBe(2);
    for (const { headers, raw } of heard) {
      const timestamp = String(headers['x-zajel-timestamp']);
      const expected = createHmac('sha256', SECRET).update(`${timestamp}.`).update(raw).digest('hex');
      expect(headers['x-zajel-signature']).toBe(`sha256=${expected}`);
    }
    expect((await deliveries(shop)).map(({ state }) => state)).toEqual(['delivered', 'delivered']);
  });

  it('that is away for a day gets the event when it is back', async () => {
    const shop = await shopWith(receiver.url, ['message.received']);
    answer = () => 503;
    await shop.say('201', 'hello');
    await readerOf().once();
    await skipping.pass(DAY);
    expect(heard.length).toBeGreaterThan(10);
    answer = () => 200;
    await skipping.pass(5 * 3_600_000);
    expect(await deliveries(shop)).toMatchObject([{ state: 'delivered', status: 200 }]);
    expect(new Set(bodies().map(({ id }) => id)).size).toBe(1);
  });

  it('that is away for longer than two days finds the event laid aside, and gets it when a person asks', async () => {
    const shop = await shopWith(receiver.url, ['message.received']);
    answer = () => 500;
    await shop.say('201', 'hello');
    await readerOf().once();
    await skipping.pass(2 * DAY);
    expect(await deliveries(shop)).toMatchObject([{ state: 'pending' }]);
    await skipping.pass(4 * 3_600_000);
    const [dead] = await deliveries(shop);
    expect(dead).toMatchObject({ state: 'dead', status: 500, problem: 'http-500', attempts: 24 });
    answer = () => 200;
    await skipping.house.database.merchant(shop.merchant, (tx) =>
      askAgain(tx, { merchant: shop.merchant, webhook: 'crm', event: dead?.event ?? 0 }),
    );
    await readerOf().once();
    expect(await settled(shop)).toMatchObject([{ state: 'delivered' }]);
  });

  it('is tried at once when a person asks again, not at the next try of the run that waits', async () => {
    const shop = await shopWith(receiver.url, ['message.received']);
    answer = () => 503;
    await shop.say('201', 'hello');
    await readerOf().once();
    await skipping.pass(DAY);
    const [waiting] = await deliveries(shop);
    expect(waiting).toMatchObject({ state: 'pending' });
    answer = () => 200;
    await skipping.house.database.merchant(shop.merchant, (tx) =>
      askAgain(tx, { merchant: shop.merchant, webhook: 'crm', event: waiting?.event ?? 0 }),
    );
    const before = heard.length;
    const asked = skipping.now();
    await readerOf().once();
    expect(await settled(shop)).toMatchObject([{ state: 'delivered' }]);
    // After a day of failures the next try would be hours away.
    expect(skipping.now() - asked).toBeLessThan(1_800_000);
    await skipping.pass(DAY);
    expect(heard).toHaveLength(before + 1);
  });

  it.each(['http://10.0.0.1/', 'http://169.254.169.254/latest/', 'http://[::ffff:10.0.0.1]/'])(
    'can’t be %s: Zajel does not knock at what only it can reach',
    async (url) => {
      const shop = await shopWith(url, ['message.received']);
      await shop.say('201', 'hello');
      await readerOf().once();
      expect(await settled(shop)).toMatchObject([{ state: 'dead', problem: 'private-address', attempts: 1 }]);
    },
  );

  it('hears nothing of another merchant’s', async () => {
    await shopWith();
    const stranger = await skipping.merchant();
    await stranger.say('201', 'not for you');
    await readerOf().once();
    await skipping.pass(1_000);
    expect(heard).toEqual([]);
  });
});
