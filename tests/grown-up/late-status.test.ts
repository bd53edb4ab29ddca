import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDeliver } from '../../activities/deliver.ts';
import { turnId } from '../../domain/ids.ts';
import { updateLine } from '../../store/lines.ts';
import { lockPace } from '../../store/pace.ts';
import { beginSending, recordWaiting, type SendRef } from '../../store/sending.ts';
import { applyStatuses } from '../../store/statuses.ts';
import { claim, keepAnswer } from '../../store/turns.ts';
import type { Delivery } from '../../workflows/conversation-activities.ts';
import { LiveShop } from '../support/live-shop.ts';
import type { Shop } from '../support/shop.ts';

let live: LiveShop;
beforeAll(async () => {
  live = await LiveShop.open({ window: { ms: 500, graceMs: 100, maxMs: 1_000 } });
});
afterAll(() => live.close());

/** An answer whose first send was looked for and not found, though it had left: it waits to be sent again. */
async function thoughtLost(shop: Shop, customer: string): Promise<SendRef> {
  const { merchant, line } = shop;
  const conversation = shop.conversation(customer);
  await shop.store(customer, { text: 'hello' });
  const turn = { merchant, conversation, turn: turnId(randomUUID()) };
  const send = await live.house.database.merchant(merchant, async (tx) => {
    const at = new Date();
    const { attempt } = await claim(tx, turn, { windowEnded: at, attemptBegan: at });
    const [key] = await keepAnswer(tx, turn, { attempt, line, intent: 'none', texts: ['welcome'], at });
    if (key === undefined) throw new Error('no answer was kept');
    await beginSending(tx, { merchant, conversation, key });
    return { merchant, conversation, key };
  });
  await live.house.database.merchant(merchant, (tx) => recordWaiting(tx, send, 'not-sent', null));
  return send;
}

const deliver = (send: SendRef): Promise<Delivery> =>
  new MockActivityEnvironment().run(() =>
    createDeliver(live.house.context)({ ...send, platform: 'simulator', unlessOvertaken: false }),
  );

/** Somebody stands at a lock of the database. */
async function somebodyWaits(): Promise<void> {
  for (;;) {
    const waiting = await live.house.database.owner((tx) =>
      tx.query(
        `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
      ),
    );
    if (waiting.length > 0) return;
    await pause(20);
  }
}

it('an answer that a status says has left, after it was read as waiting and before its send begins, is not sent twice', async () => {
  const shop = await live.merchant();
  const { merchant, line } = shop;
  const { database } = live.house;
  await database.merchant(merchant, (tx) =>
    updateLine(tx, merchant, line, { config: { pace: { perMinute: 60 } } }),
  );
  const send = await thoughtLost(shop, '2001');
  // Another worker has the line's pace: whoever sends has read its part by then, and stands in the queue.
  const delivering = await database.merchant(merchant, async (tx) => {
    await lockPace(tx, merchant, line);
    const asked = deliver(send);
    await somebodyWaits();
    await database.merchant(merchant, (other) =>
      applyStatuses(
        other,
        merchant,
        line,
        [
          {
            kind: 'status',
            account: `${merchant}/sim`,
            id: 'p1',
            key: send.key,
            status: 'sent',
            atMs: Date.now(),
          },
        ],
        Date.now(),
      ),
    );
    return { asked };
  });
  expect(await delivering.asked).toEqual({ kind: 'accepted' });
  expect(await shop.received('2001')).toEqual([]);
  expect((await shop.transcript('2001')).map(({ status }) => status)).toEqual(['received', 'sent']);
});
