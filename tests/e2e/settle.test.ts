import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDeliver } from '../../activities/deliver.ts';
import { createSettle } from '../../activities/look-up.ts';
import type { Channel } from '../../channels/channel.ts';
import { turnId } from '../../domain/ids.ts';
import { recordAccepted, recordUnknown, beginSending, type SendRef } from '../../store/sending.ts';
import { claim, keepAnswer } from '../../store/turns.ts';
import type { Settlement } from '../../workflows/conversation-activities.ts';
import { LiveShop } from '../support/live-shop.ts';
import type { Shop } from '../support/shop.ts';

let live: LiveShop;
beforeAll(async () => {
  live = await LiveShop.open({ window: { ms: 500, graceMs: 100, maxMs: 1_000 } });
});
afterAll(() => live.close());

/** An answer whose send was begun, and of which nothing was heard again. */
async function unclear(shop: Shop, customer: string): Promise<SendRef> {
  const { merchant, line } = shop;
  const conversation = shop.conversation(customer);
  await shop.store(customer, { text: 'hello' });
  const turn = { merchant, conversation, turn: turnId(randomUUID()) };
  return live.house.database.merchant(merchant, async (tx) => {
    const at = new Date();
    const { attempt } = await claim(tx, turn, { windowEnded: at, attemptBegan: at });
    const [key] = await keepAnswer(tx, turn, { attempt, line, intent: 'none', texts: ['welcome'], at });
    if (key === undefined) throw new Error('no answer was kept');
    const send = { merchant, conversation, key };
    await beginSending(tx, send);
    await recordUnknown(tx, send, 'interrupted');
    return send;
  });
}

const settle = (
  send: SendRef,
  context = live.house.context,
  activity = new MockActivityEnvironment(),
): Promise<Settlement> =>
  activity.run(() => createSettle(context)({ ...send, platform: 'simulator', lastLook: false }));

it('an answer that was found not to have left is sent again, also when the finder died before it could say so', async () => {
  const shop = await live.merchant();
  const send = await unclear(shop, '2001');
  expect(await settle(send)).toEqual({ kind: 'send-again' });
  // Temporal heard nothing of that and asks another worker.
  expect(await settle(send)).toEqual({ kind: 'send-again' });
  const again = { ...send, platform: 'simulator', unlessOvertaken: false } as const;
  await new MockActivityEnvironment().run(() => createDeliver(live.house.context)(again));
  expect((await shop.received('2001')).map(({ text }) => text)).toEqual(['welcome']);
  expect(await settle(send)).toEqual({ kind: 'settled' });
});

it('an answer of which there is news meanwhile is settled', async () => {
  const shop = await live.merchant();
  const send = await unclear(shop, '2002');
  await live.house.database.merchant(shop.merchant, (tx) => recordAccepted(tx, send, 'p1', new Date()));
  expect(await settle(send)).toEqual({ kind: 'settled' });
});

it('a look that takes its time is heard of while it lasts, else it would be begun again and again', async () => {
  const shop = await live.merchant();
  const send = await unclear(shop, '2003');
  const activity = new MockActivityEnvironment();
  const channel = live.house.context.channels.get('simulator');
  if (channel === undefined) throw new Error('the simulator is always there');
  const slow: Channel = {
    ...channel,
    async lookUp() {
      await once(activity, 'heartbeat');
      return { found: 'cannot-tell' };
    },
  };
  const context = { ...live.house.context, channels: new Map([[slow.name, slow]]) };
  expect(await settle(send, context, activity)).toEqual({ kind: 'unclear' });
});
