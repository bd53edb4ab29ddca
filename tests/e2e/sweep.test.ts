import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { storeHumanMessage } from '../../store/conversation-changes.ts';
import { momentsOf, readConversation } from '../../store/conversations.ts';
import type { Tx } from '../../store/database.ts';
import { moveLine, waitingOnLine } from '../../store/lines.ts';
import { ConversationMail } from '../../temporal/conversation-mail.ts';
import { wakeSignal } from '../../workflows/conversation-signals.ts';
import { conversationWorkflowId } from '../../workflows/ids.ts';
import { Sweep } from '../../worker/sweep.ts';
import { LiveShop, until } from '../support/live-shop.ts';
import type { Shop } from '../support/shop.ts';

const WINDOW = { ms: 50, graceMs: 10, maxMs: 200 };
const CUSTOMER = '201';

describe('the sweep', () => {
  let live: LiveShop;
  let sweep: Sweep;
  let shop: Shop;
  const sweepWith = (mail: ConversationMail): Sweep =>
    new Sweep({
      database: live.house.database,
      mail,
      windowDefaults: WINDOW,
      maxRetries: 2,
      measures: live.house.context.measures,
      logger: pino({ level: 'silent' }),
    });
  beforeAll(async () => {
    live = await LiveShop.open({ window: WINDOW });
    sweep = sweepWith(live.house.mail);
  });
  afterAll(() => live.close());
  beforeEach(async () => {
    shop = await live.merchant();
  });

  const inStore = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
    live.house.database.merchant(shop.merchant, work);
  const line = (state: 'connected' | 'stopped'): Promise<unknown> =>
    inStore((tx) => moveLine(tx, shop.merchant, shop.line, { state, why: 'test' }));
  const answers = async (): Promise<string[]> => (await shop.received()).map(({ text }) => text);
  const idle = (): Promise<unknown> =>
    until(
      () => live.house.mail.isRunning(shop.start(CUSTOMER)),
      (running) => !running,
    );
  const heldAnswer = (text: string): Promise<unknown> =>
    until(
      () => shop.transcript(CUSTOMER),
      (all) => all.some(({ reason, text: answer }) => reason === 'line-down' && answer.includes(text)),
    );
  /** As if they had been written long ago: the sweep leaves what is young to whoever is just dealing with it. */
  const age = async (): Promise<void> => {
    await inStore((tx) => tx.query(`update turns set opened_at = opened_at - interval '1 hour'`));
  };
  const dueAgain = async (): Promise<void> => {
    await inStore((tx) => tx.query(`update messages set swept_at = swept_at - interval '2 hours'`));
  };
  const loseRun = (): Promise<unknown> =>
    live.house.client.workflow.getHandle(conversationWorkflowId(shop.start(CUSTOMER))).terminate('lost');

  it('answers what was stored but never signalled, once, however often it sweeps', async () => {
    await shop.store(CUSTOMER, { text: 'a' });
    await shop.store(CUSTOMER, { text: 'b' });
    expect(await sweep.once(0)).toBe(2);
    await idle();
    for (let again = 0; again < 3; again += 1) {
      await dueAgain();
      expect(await sweep.once(0)).toBe(0);
    }
    await idle();
    expect((await answers()).join(' # ')).toBe('1: a | b');
  });

  it('tells two sweepers apart: each message is taken by one of them', async () => {
    for (let n = 0; n < 10; n += 1) await shop.store(CUSTOMER, { text: `m${n}` });
    const taken = await Promise.all([sweep.once(0), sweepWith(live.house.mail).once(0)]);
    expect(taken.reduce((sum, count) => sum + count, 0)).toBe(10);
    await idle();
    expect((await answers()).flatMap((text) => text.replace('1: ', '').split(' | '))).toHaveLength(10);
  });

  it('leaves alone what is young and what waits rightly', async () => {
    await shop.store(CUSTOMER, { text: 'just now' });
    expect(await sweep.once(60_000)).toBe(0);
    await line('stopped');
    await shop.say(CUSTOMER, 'hello');
    await heldAnswer('hello');
    await age();
    expect(await sweep.once(60_000)).toBe(0);
    await line('connected');
    await live.house.mail.tell(shop.start(CUSTOMER), wakeSignal, 'line-up');
    await idle();
  });

  it('sends a person’s words whose signal was lost', async () => {
    await shop.say(CUSTOMER, 'hello');
    await until(answers, (texts) => texts.length === 1);
    await idle();
    await inStore(async (tx) => {
      const row = await readConversation(tx, shop.merchant, shop.conversation(CUSTOMER));
      if (row === null) throw new Error('the conversation is not in the store');
      await storeHumanMessage(tx, shop.merchant, row, {
        id: 'lost',
        texts: ['انا معك'],
        at: new Date(Date.now() - 1_000),
      });
    });
    expect(await sweep.once(0)).toBe(1);
    await until(answers, (texts) => texts.length === 2);
    await dueAgain();
    expect(await sweep.once(0)).toBe(0);
    expect((await answers()).at(-1)).toBe('انا معك');
  });

  it('finds the turn whose run was lost, and has it answered once', async () => {
    await line('stopped');
    await shop.say(CUSTOMER, 'hello');
    await heldAnswer('hello');
    await loseRun();
    await line('connected');
    await age();
    expect(await sweep.once(0)).toBe(1);
    await until(answers, (texts) => texts.length > 0);
    await idle();
    await age();
    expect(await sweep.once(0)).toBe(0);
    expect(await answers()).toEqual(['1: hello']);
  });

  it('gives an answer that had begun to be sent when its run was lost to a person, and does not think it again', async () => {
    await line('stopped');
    live.echo.parts = 2;
    await shop.say(CUSTOMER, 'hello');
    await heldAnswer('hello');
    await loseRun();
    // The worker died between its intent and the outcome.
    await inStore((tx) =>
      tx.query(`update messages set status = 'sending' where direction = 'out' and part = 1`),
    );
    await line('connected');
    await age();
    expect(await sweep.once(0)).toBe(1);
    await idle();
    await age();
    expect(await sweep.once(0)).toBe(0);
    expect(await answers()).toEqual([]);
    const out = (await shop.transcript(CUSTOMER)).filter(({ direction }) => direction === 'out');
    expect(out.map(({ status }) => status)).toEqual(['unknown', 'failed']);
    expect(
      (await inStore((tx) => readConversation(tx, shop.merchant, shop.conversation(CUSTOMER))))?.needsHuman,
    ).toBe('answer-interrupted');
  });

  /** An answered customer, whose answer is then made to stand in the store as if it had not gone well. */
  const answeredBut = async (status: 'waiting' | 'unknown', reason: string): Promise<void> => {
    await shop.say(CUSTOMER, 'hello');
    await until(answers, (texts) => texts.length === 1);
    await idle();
    await inStore((tx) =>
      tx.query(
        `update messages set status = $1, reason = $2, received_at = received_at - interval '1 hour' where direction = 'out'`,
        [status, reason],
      ),
    );
  };
  const standing = async (): Promise<unknown[]> =>
    (await shop.transcript(CUSTOMER))
      .filter(({ direction }) => direction === 'out')
      .map(({ status }) => status);

  it('sends an answer that waits although its turn is over and its run has ended', async () => {
    await answeredBut('waiting', 'not-sent');
    expect(await sweep.once(60_000)).toBe(1);
    // What waits counts as surely not sent, so nothing is looked for and the network has it twice here.
    await until(answers, (texts) => texts.length === 2);
    await idle();
    await dueAgain();
    expect(await sweep.once(60_000)).toBe(0);
    expect(await standing()).toEqual(['accepted']);
  });

  it('tells a person of an answer that may have left and that nobody looks after, and never sends it', async () => {
    await answeredBut('unknown', 'interrupted');
    expect(await sweep.once(60_000)).toBe(1);
    expect(await sweep.once(60_000)).toBe(0);
    expect(await standing()).toEqual(['unknown']);
    expect(
      (await inStore((tx) => readConversation(tx, shop.merchant, shop.conversation(CUSTOMER))))?.needsHuman,
    ).toBe('unclear-send');
    expect(await answers()).toHaveLength(1);
  });

  it('sends nothing of a conversation that was closed while an answer was on its way', async () => {
    await answeredBut('waiting', 'not-sent');
    await inStore((tx) => tx.query(`update turns set state = 'silent'`));
    expect(await sweep.once(60_000)).toBe(0);
    expect(await standing()).toEqual(['waiting']);
  });

  it.each(['unclear-send', 'run-lost'])(
    'leaves to the person what a person was told of, and shows nothing as waiting: %s',
    async (reason) => {
      await answeredBut('unknown', reason);
      expect(await sweep.once(60_000)).toBe(0);
      const [moments, waiting] = await inStore((tx) =>
        Promise.all([
          momentsOf(tx, shop.merchant, [shop.conversation(CUSTOMER)]),
          waitingOnLine(tx, shop.merchant, shop.line),
        ]),
      );
      expect(moments.get(shop.conversation(CUSTOMER))?.unsent).toBeNull();
      expect(waiting).toBe(0);
    },
  );

  it('forgets after a day the answers that were kept for calls made twice', async () => {
    const kept = (): Promise<{ key: string }[]> => inStore((tx) => tx.query('select key from idempotency'));
    for (const [key, age] of [
      ['of-yesterday', '25 hours'],
      ['of-today', '23 hours'],
    ] as const)
      await inStore((tx) =>
        tx.query(
          `insert into idempotency (merchant, key, fingerprint, status, created_at) values ($1, $2, 'f', 200, now() - $3::interval)`,
          [shop.merchant, key, age],
        ),
      );
    await sweep.once(60_000);
    expect(await kept()).toEqual([{ key: 'of-today' }]);
  });

  it('keeps everything due while Temporal can’t be reached', async () => {
    await shop.store(CUSTOMER, { text: 'in the outage' });
    const unreachable = new ConversationMail(live.house.client, 0);
    for (let tries = 0; tries < 3; tries += 1) expect(await sweepWith(unreachable).once(0)).toBe(0);
    expect(await sweep.once(0)).toBe(1);
    await until(answers, (texts) => texts.length > 0);
    expect(await answers()).toEqual(['1: in the outage']);
  });
});
