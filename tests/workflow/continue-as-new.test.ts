import { defaultPayloadConverter } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeHumanMessage } from '../../store/conversation-changes.ts';
import { readConversation } from '../../store/conversations.ts';
import type { Tx } from '../../store/database.ts';
import { moveLine } from '../../store/lines.ts';
import { EncryptionCodec } from '../../temporal/codec.ts';
import { humanMessageSignal, stateQuery, wakeSignal } from '../../workflows/conversation-signals.ts';
import { conversationWorkflowId } from '../../workflows/ids.ts';
import { LiveShop, until } from '../support/live-shop.ts';
import type { Shop } from '../support/shop.ts';
import { suggestContinueAsNewAfter } from '../support/temporal-with.ts';

const CUSTOMER = '201';
const LONG_HISTORY = 60;

// Seconds each; a machine that is busy with other tests needs several times that.
describe('a conversation that waits so long that its history has grown', { timeout: 120_000 }, () => {
  let live: LiveShop;
  beforeAll(async () => {
    live = await LiveShop.open({
      window: { ms: 100, graceMs: 20, maxMs: 400 },
      serverFlags: suggestContinueAsNewAfter(LONG_HISTORY),
    });
  });
  afterAll(() => live.close());

  const inStore = <T>(shop: Shop, work: (tx: Tx) => Promise<T>): Promise<T> =>
    live.house.database.merchant(shop.merchant, work);
  const line = (shop: Shop, state: 'connected' | 'stopped'): Promise<unknown> =>
    inStore(shop, (tx) => moveLine(tx, shop.merchant, shop.line, { state, why: 'test' }));
  /** There is an answer that takes `text` into account, and it waits for the line. */
  async function held(shop: Shop, text: string): Promise<void> {
    await until(
      () => shop.transcript(CUSTOMER),
      (messages) => messages.some(({ by, text: answer }) => by === 'bot' && answer.includes(text)),
    );
    const handle = live.house.client.workflow.getHandle(conversationWorkflowId(shop.start(CUSTOMER)));
    await until(
      () => handle.query(stateQuery),
      ({ phase }) => phase === 'waiting',
    );
  }

  /** How the runs of the conversation ended, first to last. */
  async function runs(
    shop: Shop,
  ): Promise<{ readonly events: number; readonly continued: boolean; readonly handedOn: unknown }[]> {
    const workflowId = conversationWorkflowId(shop.start(CUSTOMER));
    const { raw } = await live.house.client.workflow.getHandle(workflowId).describe();
    const all: { events: number; continued: boolean; handedOn: unknown }[] = [];
    for (let runId = raw.workflowExecutionInfo?.firstRunId; runId;) {
      const { events } = await live.house.client.workflow.getHandle(workflowId, runId).fetchHistory();
      const end = events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes;
      const [input] = await new EncryptionCodec(live.house.seal).decode(end?.input?.payloads ?? []);
      const handedOn = input === undefined ? null : defaultPayloadConverter.fromPayload(input);
      all.push({ events: events?.length ?? 0, continued: Boolean(end), handedOn });
      runId = end?.newExecutionRunId;
    }
    return all;
  }

  it('goes on in a new run that knows the unread message, the held answer and a person’s words: nothing is lost, nothing said twice', async () => {
    const shop = await live.merchant();
    await line(shop, 'stopped');
    await shop.say(CUSTOMER, 'hello');
    await held(shop, 'hello');

    // A deploy: the signals pile up unread until the worker is back.
    await live.stopWorker();
    await shop.say(CUSTOMER, 'are you there?');
    const keys = await inStore(shop, async (tx) => {
      const row = await readConversation(tx, shop.merchant, shop.conversation(CUSTOMER));
      if (row === null) throw new Error('the conversation is not in the store');
      return storeHumanMessage(tx, shop.merchant, row, {
        id: 'human-1',
        texts: ['one moment'],
        at: new Date(),
      });
    });
    await live.house.mail.tell(shop.start(CUSTOMER), humanMessageSignal, keys);
    for (let told = 0; told < LONG_HISTORY; told += 1)
      await live.house.mail.tell(shop.start(CUSTOMER), wakeSignal, 'settings');
    await live.startWorker();
    await until(
      () => runs(shop),
      (all) => all.length > 1,
    );
    await held(shop, 'are you there?');

    await line(shop, 'connected');
    await live.house.mail.tell(shop.start(CUSTOMER), wakeSignal, 'line-up');
    await until(
      () => live.house.mail.isRunning(shop.start(CUSTOMER)),
      (running) => !running,
    );

    const said = (await shop.received()).map(({ text }) => text);
    expect(said).toEqual(['one moment', '1: hello | are you there?']);
    const all = await runs(shop);
    expect(all.map(({ continued }) => continued)).toEqual([true, false]);
    expect(all[0]?.handedOn).toMatchObject({
      carried: {
        inbox: [{ endsWindow: false }],
        queue: [{ key: keys[0], turn: null }, { turn: expect.any(String) as string }],
        turn: { sendingBegun: false },
        turnsTaken: 1,
      },
    });
  });

  it('continues as often as it takes, each run short, while wakes and messages keep coming', async () => {
    const shop = await live.merchant();
    await line(shop, 'stopped');
    const asked = Array.from({ length: 8 }, (_, index) => `question ${index}`);
    for (const text of asked) {
      await shop.say(CUSTOMER, text);
      await held(shop, text);
      await live.house.mail.tell(shop.start(CUSTOMER), wakeSignal, 'settings');
    }
    await line(shop, 'connected');
    await live.house.mail.tell(shop.start(CUSTOMER), wakeSignal, 'line-up');
    await until(
      () => live.house.mail.isRunning(shop.start(CUSTOMER)),
      (running) => !running,
    );

    expect((await shop.received()).map(({ text }) => text)).toEqual([`1: ${asked.join(' | ')}`]);
    const all = await runs(shop);
    expect(all.length).toBeGreaterThan(1);
    expect(Math.max(...all.map(({ events }) => events))).toBeLessThan(2 * LONG_HISTORY);
  });
});
