import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  closeConversation,
  handBack,
  storeHumanMessage,
  takeOver,
} from '../../store/conversation-changes.ts';
import { readConversation } from '../../store/conversations.ts';
import { storeDeletion, storeEdit } from '../../store/inbound.ts';
import { moveLine } from '../../store/lines.ts';
import { writeSettings } from '../../store/merchants.ts';
import { applyStatuses } from '../../store/statuses.ts';
import { writeFailures } from '../../store/simulated-network.ts';
import {
  handedBackSignal,
  humanMessageSignal,
  settledSignal,
  wakeSignal,
} from '../../workflows/conversation-signals.ts';
import { SkippingShop } from '../support/skipping-shop.ts';
import type { Shop } from '../support/shop.ts';

const CUSTOMER = '201';

describe('a turn', () => {
  let skipping: SkippingShop;
  beforeAll(async () => {
    skipping = await SkippingShop.open();
  });
  afterAll(() => skipping.close());

  const answers = async (shop: Shop): Promise<string[]> => (await shop.received()).map(({ text }) => text);
  const statuses = async (shop: Shop): Promise<string[]> =>
    (await shop.transcript(CUSTOMER))
      .filter(({ direction }) => direction === 'out')
      .map(({ status, reason }) => (reason === null ? status : `${status}: ${reason}`));
  const inStore = <T>(shop: Shop, work: Parameters<typeof shop.house.database.merchant<T>>[1]): Promise<T> =>
    shop.house.database.merchant(shop.merchant, work);

  it('takes a message that arrives while the answer is being thought into account, in one answer', async () => {
    const shop = await skipping.merchant();
    let arrived = false;
    skipping.echo.thinking = async () => {
      if (arrived) return;
      arrived = true;
      await shop.say(CUSTOMER, 'and blue, please');
    };
    await shop.say(CUSTOMER, 'a shirt');
    await skipping.pass(20_000);
    expect(await answers(shop)).toEqual(['1: a shirt | and blue, please']);
  });

  it('says nothing in a conversation that a person closed while the answer was being thought', async () => {
    const shop = await skipping.merchant();
    skipping.echo.thinking = () =>
      inStore(shop, (tx) => closeConversation(tx, shop.merchant, shop.conversation(CUSTOMER)));
    await shop.say(CUSTOMER, 'hello');
    await skipping.pass(30_000);
    expect(await statuses(shop)).toEqual([]);

    skipping.echo.thinking = () => Promise.resolve();
    await shop.say(CUSTOMER, 'and again');
    await skipping.pass(20_000);
    expect(await answers(shop)).toEqual(['1: and again']);
  });

  it('answers what is said after a person closed the conversation, also when the run was not told of it', async () => {
    const shop = await skipping.merchant();
    await inStore(shop, (tx) => moveLine(tx, shop.merchant, shop.line, { state: 'stopped', why: 'test' }));
    await shop.say(CUSTOMER, 'hello');
    await skipping.pass(20_000);
    await inStore(shop, (tx) => closeConversation(tx, shop.merchant, shop.conversation(CUSTOMER)));
    await inStore(shop, (tx) => moveLine(tx, shop.merchant, shop.line, { state: 'connected', why: 'test' }));

    await shop.say(CUSTOMER, 'and again');
    await skipping.pass(30_000);
    expect(await answers(shop)).toEqual(['1: and again']);
    expect(await statuses(shop)).toEqual(['failed: closed', 'accepted']);
  });

  it('thinks again at most twice for a customer who never stops: the third addition gets its own turn', async () => {
    const shop = await skipping.merchant();
    let said = 0;
    skipping.echo.thinking = async () => {
      if (said < 3) await shop.say(CUSTOMER, `more ${++said}`);
    };
    await shop.say(CUSTOMER, 'start');
    await skipping.pass(40_000);
    expect((await answers(shop)).join(' # ')).toBe('1: start | more 1 | more 2 # 1: more 3');
  });

  it('finishes the parts of an answer before it turns to what was said between them', async () => {
    const shop = await skipping.merchant();
    skipping.echo.parts = 3;
    await inStore(shop, (tx) =>
      writeFailures(tx, shop.merchant, shop.line, {
        refuse: 0,
        timeoutAfterAccept: 0,
        throttle: 0,
        delayMs: 1_000,
      }),
    );
    await shop.say(CUSTOMER, 'first');
    await skipping.pass(8_000);
    // However long thinking takes: the first part is there, the next two take a second each.
    await expect.poll(() => answers(shop), { timeout: 30_000, interval: 20 }).toContain('1: first');
    await shop.say(CUSTOMER, 'between');
    await skipping.pass(30_000);
    expect(await answers(shop)).toEqual([
      '1: first',
      '2: first',
      '3: first',
      '1: between',
      '2: between',
      '3: between',
    ]);
  });

  it('leaves out what its sender withdrew, and says nothing when that was all', async () => {
    const shop = await skipping.merchant();
    await shop.say(CUSTOMER, { id: 'gone', text: 'oops' });
    await shop.say(CUSTOMER, 'hello');
    await inStore(shop, (tx) => storeDeletion(tx, shop.merchant, shop.line, 'gone'));
    await skipping.pass(20_000);
    expect(await answers(shop)).toEqual(['1: hello']);

    await shop.say(CUSTOMER, { id: 'only', text: 'never mind' });
    await inStore(shop, (tx) => storeDeletion(tx, shop.merchant, shop.line, 'only'));
    await skipping.pass(20_000);
    expect(await answers(shop)).toHaveLength(1);
  });

  it('reads the newest text of an edited message, once', async () => {
    const shop = await skipping.merchant();
    await shop.say(CUSTOMER, { id: 'edited', text: 'one shirt' });
    await inStore(shop, (tx) =>
      storeEdit(tx, shop.merchant, shop.line, { id: 'edited', text: 'two shirts', atMs: skipping.now() }),
    );
    await skipping.pass(20_000);
    expect(await answers(shop)).toEqual(['1: two shirts']);
  });

  it('tries again what was surely not sent, and sends it once', async () => {
    const shop = await skipping.merchant();
    await inStore(shop, (tx) =>
      writeFailures(tx, shop.merchant, shop.line, {
        refuse: 1,
        timeoutAfterAccept: 0,
        throttle: 0,
        delayMs: 0,
      }),
    );
    await shop.say(CUSTOMER, 'hello');
    await skipping.pass(9_000);
    expect(await answers(shop)).toEqual([]);
    await inStore(shop, (tx) =>
      writeFailures(tx, shop.merchant, shop.line, {
        refuse: 0,
        timeoutAfterAccept: 0,
        throttle: 0,
        delayMs: 0,
      }),
    );
    await skipping.pass(60_000);
    expect(await answers(shop)).toEqual(['1: hello']);
  });

  it('parks what can’t be sent for long, without losing it', async () => {
    const shop = await skipping.merchant();
    await inStore(shop, (tx) =>
      writeFailures(tx, shop.merchant, shop.line, {
        refuse: 1,
        timeoutAfterAccept: 0,
        throttle: 0,
        delayMs: 0,
      }),
    );
    await shop.say(CUSTOMER, 'hello');
    await skipping.pass(6 * 3_600_000);
    // Every five minutes it is tried: for some seconds it then says what that try met.
    for (
      let look = 0;
      look < 8 && !(await statuses(shop)).includes('waiting: destination-failing');
      look += 1
    )
      await skipping.pass(2_500);
    expect(await statuses(shop)).toEqual(['waiting: destination-failing']);
    await inStore(shop, (tx) =>
      writeFailures(tx, shop.merchant, shop.line, {
        refuse: 0,
        timeoutAfterAccept: 0,
        throttle: 0,
        delayMs: 0,
      }),
    );
    await skipping.pass(20 * 60_000);
    expect(await answers(shop)).toEqual(['1: hello']);
  });

  it('never sends again what may have left: it looks into the chat', async () => {
    const shop = await skipping.merchant();
    await inStore(shop, (tx) =>
      writeFailures(tx, shop.merchant, shop.line, {
        refuse: 0,
        timeoutAfterAccept: 1,
        throttle: 0,
        delayMs: 0,
      }),
    );
    await shop.say(CUSTOMER, 'hello');
    await skipping.pass(60_000);
    expect(await answers(shop)).toEqual(['1: hello']);
    expect(await statuses(shop)).toEqual(['accepted']);
  });

  it('waits with the answer while the line is down and sends it once when it is back', async () => {
    const shop = await skipping.merchant();
    await inStore(shop, (tx) => moveLine(tx, shop.merchant, shop.line, { state: 'stopped', why: 'test' }));
    await shop.say(CUSTOMER, 'hello');
    await skipping.pass(2 * 3_600_000);
    expect(await statuses(shop)).toEqual(['waiting: line-down']);
    await inStore(shop, (tx) => moveLine(tx, shop.merchant, shop.line, { state: 'connected', why: 'test' }));
    expect(await shop.house.mail.tell(shop.start(CUSTOMER), wakeSignal, 'line-up')).toBe(true);
    await expect.poll(() => answers(shop), { timeout: 10_000 }).toEqual(['1: hello']);
    await skipping.pass(60_000);
    expect(await answers(shop)).toEqual(['1: hello']);
  });

  it('leaves when the store takes its intent again; what the customer wrote meanwhile is answered after it', async () => {
    const shop = await skipping.merchant();
    const attempts = (count: number): Promise<unknown> =>
      inStore(shop, (tx) => tx.query(`update messages set attempts = $1 where direction = 'out'`, [count]));
    await inStore(shop, (tx) => moveLine(tx, shop.merchant, shop.line, { state: 'stopped', why: 'test' }));
    await shop.say(CUSTOMER, 'one');
    await skipping.pass(60_000);
    // More than the column takes: every attempt at the send ends before its intent is written.
    await attempts(2_147_483_647);
    await inStore(shop, (tx) => moveLine(tx, shop.merchant, shop.line, { state: 'connected', why: 'test' }));
    await skipping.pass(5 * 60_000);
    expect(await shop.received(CUSTOMER)).toEqual([]);
    await attempts(0);
    await shop.say(CUSTOMER, 'two');
    await skipping.pass(20 * 60_000);
    const heard = (await shop.received(CUSTOMER)).map(({ text }) => text);
    expect([heard.length, heard[0]?.includes('one'), heard[1]?.includes('two')]).toEqual([2, true, true]);
  });

  it('thinks a held answer again with what the customer adds, so that it is not stale when it leaves', async () => {
    const shop = await skipping.merchant();
    await inStore(shop, (tx) => moveLine(tx, shop.merchant, shop.line, { state: 'stopped', why: 'test' }));
    for (const text of ['hello', 'are you there?', 'one shirt', 'no, two']) {
      await shop.say(CUSTOMER, text);
      await skipping.pass(10 * 60_000);
    }
    await inStore(shop, (tx) => moveLine(tx, shop.merchant, shop.line, { state: 'connected', why: 'test' }));
    await skipping.pass(20 * 60_000);
    expect(await answers(shop)).toEqual(['1: hello | are you there? | one shirt | no, two']);
  });

  it('sends nothing of the bot’s after a person took over, and what the person writes goes out', async () => {
    const shop = await skipping.merchant();
    const conversation = shop.conversation(CUSTOMER);
    await inStore(shop, (tx) => moveLine(tx, shop.merchant, shop.line, { state: 'stopped', why: 'test' }));
    await shop.say(CUSTOMER, 'hello');
    await skipping.pass(20_000);
    const keys = await inStore(shop, async (tx) => {
      await takeOver(tx, shop.merchant, conversation, null);
      const row = await readConversation(tx, shop.merchant, conversation);
      if (row === null) throw new Error('no conversation');
      return storeHumanMessage(tx, shop.merchant, row, {
        id: 'human-1',
        texts: ['أنا أحمد، معك'],
        at: new Date(),
      });
    });
    await shop.house.mail.takenOver(shop.start(CUSTOMER), { untilMs: null });
    await shop.house.mail.tellOrStart(shop.start(CUSTOMER), humanMessageSignal, [keys]);
    await inStore(shop, (tx) => moveLine(tx, shop.merchant, shop.line, { state: 'connected', why: 'test' }));
    await skipping.pass(20 * 60_000);
    expect(await answers(shop)).toEqual(['أنا أحمد، معك']);
    expect(await statuses(shop)).toEqual(['failed: taken-over', 'accepted']);

    await shop.say(CUSTOMER, 'while a person is in charge');
    await skipping.pass(60_000);
    expect(await answers(shop)).toHaveLength(1);

    await inStore(shop, (tx) => handBack(tx, shop.merchant, conversation));
    await shop.house.mail.tell(shop.start(CUSTOMER), handedBackSignal, 'test');
    await skipping.pass(60_000);
    expect(await answers(shop)).toHaveLength(1);
    await shop.say(CUSTOMER, 'thank you');
    await skipping.pass(20_000);
    expect((await answers(shop)).at(-1)).toBe('1: thank you');
  });

  it('takes over again by itself at the time the merchant set', async () => {
    const shop = await skipping.merchant();
    await shop.say(CUSTOMER, 'hello');
    await skipping.pass(20_000);
    const until = new Date(skipping.now() + 30 * 60_000);
    await inStore(shop, (tx) => takeOver(tx, shop.merchant, shop.conversation(CUSTOMER), until));
    expect(await shop.house.mail.isRunning(shop.start(CUSTOMER))).toBe(false);
    await shop.house.mail.takenOver(shop.start(CUSTOMER), { untilMs: until.getTime() });
    await shop.say(CUSTOMER, 'while a person is in charge');
    await skipping.pass(20 * 60_000);
    expect(await answers(shop)).toHaveLength(1);
    expect(await shop.house.mail.isRunning(shop.start(CUSTOMER))).toBe(true);
    await skipping.pass(11 * 60_000);
    expect(await shop.house.mail.isRunning(shop.start(CUSTOMER))).toBe(false);
    await shop.say(CUSTOMER, 'anybody?');
    await skipping.pass(20_000);
    expect((await answers(shop)).at(-1)).toBe('1: anybody?');
    expect(await shop.house.mail.isRunning(shop.start(CUSTOMER))).toBe(false);
  });

  it('says nothing while the merchant has paused the answers, and answers nothing stale afterwards', async () => {
    const shop = await skipping.merchant();
    await inStore(shop, (tx) => moveLine(tx, shop.merchant, shop.line, { state: 'stopped', why: 'test' }));
    await shop.say(CUSTOMER, 'thought before the pause');
    await skipping.pass(20_000);
    await inStore(shop, (tx) => writeSettings(tx, shop.merchant, { answers: 'off' }));
    await inStore(shop, (tx) => moveLine(tx, shop.merchant, shop.line, { state: 'connected', why: 'test' }));
    await skipping.pass(20 * 60_000);
    await shop.say(CUSTOMER, 'said in the pause');
    await skipping.pass(20_000);
    await inStore(shop, (tx) => writeSettings(tx, shop.merchant, { answers: 'rules' }));
    await skipping.pass(20 * 60_000);
    expect(await answers(shop)).toEqual([]);
    await shop.say(CUSTOMER, 'after the pause');
    await skipping.pass(20_000);
    expect(await answers(shop)).toEqual(['1: after the pause']);
  });

  it('gives the messages of a terminated run to the next one', async () => {
    const shop = await skipping.merchant();
    await inStore(shop, (tx) => moveLine(tx, shop.merchant, shop.line, { state: 'stopped', why: 'test' }));
    await shop.say(CUSTOMER, 'before');
    await skipping.pass(20_000);
    await shop.house.client.workflow
      .getHandle(`conversation/${shop.merchant}/simulator/${shop.conversation(CUSTOMER)}`)
      .terminate('test');
    await inStore(shop, (tx) => moveLine(tx, shop.merchant, shop.line, { state: 'connected', why: 'test' }));
    await shop.say(CUSTOMER, 'after');
    await skipping.pass(20_000);
    expect(await answers(shop)).toEqual(['1: before | after']);
  });

  it('hands an unclear send to a person when nothing settles it in time, and a late status still settles it', async () => {
    const shop = await skipping.merchant();
    const simulated = shop.house.channels.get('simulator');
    const lookUp = simulated?.lookUp;
    if (simulated === undefined || lookUp === undefined) throw new Error('the simulator can look up');
    // A provider without a history that could be asked, as the Cloud API is.
    delete simulated.lookUp;
    try {
      await inStore(shop, (tx) =>
        writeFailures(tx, shop.merchant, shop.line, {
          refuse: 0,
          timeoutAfterAccept: 1,
          throttle: 0,
          delayMs: 0,
        }),
      );
      await shop.say(CUSTOMER, 'hello');
      await skipping.pass(20 * 60_000);
      expect(await statuses(shop)).toEqual(['unknown: unclear-send']);
      expect(await answers(shop)).toHaveLength(1);
      const row = await inStore(shop, (tx) =>
        readConversation(tx, shop.merchant, shop.conversation(CUSTOMER)),
      );
      expect(row?.needsHuman).toBe('unclear-send');

      const [sent] = (await shop.transcript(CUSTOMER)).filter(({ direction }) => direction === 'out');
      const [settled] = await inStore(shop, (tx) =>
        applyStatuses(
          tx,
          shop.merchant,
          shop.line,
          [
            {
              kind: 'status',
              account: '',
              id: 'late',
              key: sent?.key ?? (shop.start('x').conversation as never),
              status: 'delivered',
              atMs: 0,
            },
          ],
          Date.now(),
        ),
      );
      expect(settled?.settled).toBe(true);
      await shop.house.mail.tell(shop.start(CUSTOMER), settledSignal, sent?.key as never);
      expect(await statuses(shop)).toEqual(['delivered']);
    } finally {
      simulated.lookUp = lookUp;
    }
  });
});
