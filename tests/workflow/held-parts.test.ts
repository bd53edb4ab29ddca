import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MessageKey } from '../../domain/ids.ts';
import { storeHumanMessage } from '../../store/conversation-changes.ts';
import { readConversation } from '../../store/conversations.ts';
import { runSheet } from '../../store/sheets.ts';
import { NO_FAILURES, writeFailures } from '../../store/simulated-network.ts';
import { applyStatuses } from '../../store/statuses.ts';
import { flushSignal, humanMessageSignal, sendAgainSignal } from '../../workflows/conversation-signals.ts';
import { OrderShop, addressOf, orderRow } from '../support/order-shop.ts';
import { SkippingShop } from '../support/skipping-shop.ts';
import type { Shop } from '../support/shop.ts';

const CUSTOMER = addressOf(2);
const HOUR = 3_600_000;

let skipping: SkippingShop;
beforeAll(async () => {
  skipping = await SkippingShop.open();
});
afterAll(() => skipping.close());

const texts = async (shop: Shop): Promise<string[]> => (await shop.received()).map(({ text }) => text);
const waiting = async (shop: Shop): Promise<(string | null)[]> =>
  (await shop.transcript(CUSTOMER))
    .filter(({ direction, status }) => direction === 'out' && status === 'waiting')
    .map(({ reason }) => reason);

async function writes(shop: Shop, id: string, ...words: string[]): Promise<void> {
  const keys = await shop.house.database.merchant(shop.merchant, async (tx) => {
    const row = await readConversation(tx, shop.merchant, shop.conversation(CUSTOMER));
    if (row === null) throw new Error('no conversation');
    return storeHumanMessage(tx, shop.merchant, row, { id, texts: words, at: new Date(skipping.now()) });
  });
  await shop.house.mail.tellOrStart(shop.start(CUSTOMER), humanMessageSignal, [keys]);
}

describe('while an order’s message that is to be sent again waits', () => {
  /** The provider took the order's message and reports that it could not bring it. */
  async function reportedAsFailed({ shop }: OrderShop): Promise<void> {
    const [sent] = await shop.received();
    if (sent === undefined) throw new Error('nothing was sent');
    const [applied] = await shop.house.database.merchant(shop.merchant, (tx) =>
      applyStatuses(
        tx,
        shop.merchant,
        shop.line,
        [
          {
            kind: 'status',
            account: `${shop.merchant}/sim`,
            id: sent.providerId,
            status: 'failed',
            atMs: skipping.now(),
            failure: { class: 'retryable', reason: 'provider-unavailable', detail: 'reported later' },
          },
        ],
        skipping.now(),
      ),
    );
    if (applied?.sendAgain !== true) throw new Error('it is not to be sent again');
    const keys: readonly MessageKey[] = [applied.key];
    await shop.house.mail.tellOrStart(shop.start(CUSTOMER), sendAgainSignal, [keys]);
  }

  async function heldForTheNight(): Promise<OrderShop> {
    const orders = await OrderShop.open(skipping, [orderRow(1, 'مؤجل')]);
    orders.add(orderRow(2));
    await orders.polled();
    expect(await orders.said()).toEqual(['A2:newOrder']);
    await orders.settings({ quietHours: orders.night(8 * HOUR) });
    await reportedAsFailed(orders);
    await orders.pass(20_000);
    expect(await waiting(orders.shop)).toEqual(['quiet-hours']);
    return orders;
  }

  it('its customer is answered within the window, each message once, and the order’s comes in the morning', async () => {
    const orders = await heldForTheNight();
    const { shop } = orders;
    skipping.echo.parts = 2;
    await shop.say(CUSTOMER, 'hello');
    await shop.say(CUSTOMER, 'are you there?');
    await orders.pass(30_000);
    expect((await texts(shop)).slice(1)).toEqual(['1: hello | are you there?', '2: hello | are you there?']);
    await orders.pass(2 * HOUR);
    await shop.say(CUSTOMER, 'thank you');
    await orders.pass(30_000);
    expect((await texts(shop)).slice(3)).toEqual(['1: thank you', '2: thank you']);
    expect(await waiting(shop)).toEqual(['quiet-hours']);

    await orders.pass(7 * HOUR);
    expect(await orders.said()).toEqual([
      'A2:newOrder',
      'answer',
      'answer',
      'answer',
      'answer',
      'A2:newOrder',
    ]);
    expect(await waiting(shop)).toEqual([]);
    expect(await shop.house.mail.isRunning(shop.start(CUSTOMER))).toBe(false);
  });

  it('a person’s words go out, in their order', async () => {
    const orders = await heldForTheNight();
    await writes(orders.shop, 'human-1', 'one moment', 'I am looking');
    await orders.pass(20_000);
    expect((await texts(orders.shop)).slice(1)).toEqual(['one moment', 'I am looking']);
    await orders.pass(9 * HOUR);
    expect(await orders.said()).toEqual(['A2:newOrder', 'answer', 'answer', 'A2:newOrder']);
  });

  it('an answer that nobody knows to have left is looked for, and not said again', async () => {
    const orders = await heldForTheNight();
    const { shop } = orders;
    const failures = (timeoutAfterAccept: number): Promise<void> =>
      orders.inStore((tx) =>
        writeFailures(tx, shop.merchant, shop.line, { ...NO_FAILURES, timeoutAfterAccept }),
      );
    await failures(1);
    await shop.say(CUSTOMER, 'hello');
    await orders.pass(60_000);
    await failures(0);
    expect((await texts(shop)).slice(1)).toEqual(['1: hello']);
    expect((await shop.transcript(CUSTOMER)).at(-1)).toMatchObject({ by: 'bot', status: 'accepted' });
    expect(await waiting(shop)).toEqual(['quiet-hours']);
  });

  it('the window ends at once when a person says so', async () => {
    const orders = await heldForTheNight();
    const { shop } = orders;
    await shop.store(CUSTOMER, { text: 'hello' });
    await shop.house.mail.tell(shop.start(CUSTOMER), flushSignal, 'key:test');
    await expect.poll(() => texts(shop), { timeout: 10_000 }).toContain('1: hello');
  });

  it('and nobody knows until when, a message from the customer is a reason to look, and is answered all the same', async () => {
    const orders = await OrderShop.open(skipping, [orderRow(1, 'مؤجل')]);
    const { shop } = orders;
    orders.add(orderRow(2));
    await orders.polled();
    const sheet = (running: boolean): Promise<unknown> =>
      orders.inStore((tx) => runSheet(tx, shop.merchant, running, new Date(skipping.now())));
    await sheet(false);
    await reportedAsFailed(orders);
    await orders.pass(2 * HOUR);
    expect(await waiting(shop)).toEqual(['automation-stopped']);
    await shop.say(CUSTOMER, 'hello');
    await orders.pass(30_000);
    expect((await texts(shop)).slice(1)).toEqual(['1: hello']);

    await sheet(true);
    await shop.say(CUSTOMER, 'and my order?');
    await orders.pass(30_000);
    expect(await orders.said()).toEqual(['A2:newOrder', 'answer', 'A2:newOrder', 'answer']);
  });
});

describe('where the platform lets nobody write a day after the customer’s last message', () => {
  const simulated = (): { readonly capabilities: object } => {
    const channel = skipping.house.channels.get('simulator');
    if (channel === undefined) throw new Error('no simulator');
    return channel;
  };
  let unlimited: object;
  beforeEach(() => {
    unlimited = simulated().capabilities;
    Object.assign(simulated(), { capabilities: { ...unlimited, serviceWindowHours: 24 } });
  });
  afterEach(() => Object.assign(simulated(), { capabilities: unlimited }));

  it('a person’s words leave as soon as the customer writes, and then the answer', async () => {
    const shop = await skipping.merchant();
    await shop.say(CUSTOMER, 'hello');
    await skipping.pass(30 * HOUR);
    await writes(shop, 'human-1', 'your shirt is here', 'in blue');
    await skipping.pass(6 * HOUR);
    expect(await waiting(shop)).toContain('window-closed');
    expect(await texts(shop)).toEqual(['1: hello']);

    await shop.say(CUSTOMER, 'any news?');
    await expect
      .poll(() => texts(shop), { timeout: 10_000 })
      .toEqual(['1: hello', 'your shirt is here', 'in blue']);
    await skipping.pass(20_000);
    expect(await texts(shop)).toEqual(['1: hello', 'your shirt is here', 'in blue', '1: any news?']);
    expect(await shop.house.mail.isRunning(shop.start(CUSTOMER))).toBe(false);
  });
});
