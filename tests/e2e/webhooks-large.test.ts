import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { metaBytes, whatsappMessage } from '../doubles/graph-api/wire.ts';
import { ChannelsRig, until } from './channels-rig.ts';

let rig: ChannelsRig;
let merchant: string;
let number: string;
beforeAll(async () => {
  rig = await ChannelsRig.open();
});
afterAll(() => rig.close());
beforeEach(async () => {
  rig.echo.reset();
  rig.graph.reset();
  merchant = await rig.merchant();
  number = await rig.line(merchant, 'whatsapp-cloud');
});

let counter = 0;
const message = (from: string, text: string, more: Record<string, unknown> = {}) => ({
  from,
  id: `wamid.large.${process.pid}.${(counter += 1)}`,
  timestamp: String(Math.floor(Date.now() / 1_000)),
  type: 'text',
  text: { body: text },
  ...more,
});
const bodyOf = (news: Record<string, unknown>, account = number): Buffer =>
  metaBytes({
    object: 'whatsapp_business_account',
    entry: [{ changes: [{ field: 'messages', value: { metadata: { phone_number_id: account }, ...news } }] }],
  });
const stored = (): Promise<Record<string, unknown>[]> =>
  rig.rows(`select text, status from messages where merchant = $1 and direction = 'in' order by seq`, [
    merchant,
  ]);
const customers = (count: number, from = 9_647_730_000_000): string[] =>
  Array.from({ length: count }, (_, index) => String(from + index));

describe('a post with very many messages', () => {
  test('of 300 customers brings each of them one answer', async () => {
    const all = customers(300);
    const messages = all.map((from) => message(from, `سؤال ${from}`));
    expect((await rig.bring(bodyOf({ messages }))).status).toBe(200);
    await until(() => rig.graph.delivered().length >= all.length);
    const answered = rig.graph.delivered().map(({ to, text }) => [to, text]);
    expect(answered.toSorted()).toEqual(all.map((to) => [to, `1: سؤال ${to}`]));
  });

  test('of a merchant whose customers all write at once is answered beside another’s, who is not made to wait for the end of it', async () => {
    const other = await rig.merchant();
    const otherNumber = await rig.line(other, 'whatsapp-cloud');
    const burst = customers(300, 9_647_740_000_000);
    const messages = burst.map((from) => message(from, 'دفعة'));
    expect((await rig.bring(bodyOf({ messages }))).status).toBe(200);
    rig.graph.say({ account: otherNumber, from: '9647750000001', text: 'زبون آخر' });
    await until(() => rig.graph.delivered().some(({ account }) => account === otherNumber));
    const before = rig.graph.delivered().findIndex(({ account }) => account === otherNumber);
    expect(before).toBeLessThan(burst.length);
    await until(() => rig.graph.delivered().length > burst.length);
  });

  test('is answered by whoever takes it up, when the process died right after its 200', async () => {
    // What such a process leaves behind: the post as it was kept, and nothing else.
    const items = customers(60, 9_647_760_000_000).map((from) => ({
      kind: 'message',
      account: number,
      id: `left.${from}`,
      from: { address: from },
      atMs: Date.now(),
      type: 'text',
      text: 'متروك',
    }));
    await rig.rows('insert into kept_posts (merchant, line, items) values ($1, $2, $3)', [
      merchant,
      'whatsapp-cloud',
      JSON.stringify(items),
    ]);
    await until(() => rig.graph.delivered().length >= items.length);
    expect(new Set(rig.graph.delivered().map(({ to }) => to)).size).toBe(items.length);
    expect(rig.graph.delivered()).toHaveLength(items.length);
    await until(
      () => rig.rows('select id from kept_posts'),
      (left) => left.length === 0,
    );
  });

  test('with a NUL, half an emoji and an edit right behind it keeps all of it as it came', async () => {
    const odd = `\ud83d نص\0`;
    const first = message('9647770000000', odd);
    const messages = [first, ...customers(49, 9_647_770_000_001).map((from) => message(from, 'عادي'))];
    const edited = message('9647770000001', '', {
      type: 'edit',
      edit: {
        original_message_id: messages[1]?.id,
        message: { type: 'text', text: { body: 'معدّل' } },
      },
    });
    // Right behind the first one's 200, while that is still being taken up.
    const answers = [await rig.bring(bodyOf({ messages })), await rig.bring(bodyOf({ messages: [edited] }))];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    await until(stored, (rows) => rows.length === 50);
    const { messages: kept } = await rig.conversation(merchant, 'whatsapp', '9647770000000');
    expect(kept[0]?.text).toBe(odd);
    // Before its turn it is the text, after it a note beside the text: never lost.
    await until(
      () =>
        rig.rows(
          `select key from messages where merchant = $1 and edited_at is not null and $2 in (text, payload ->> 'editedTo')`,
          [merchant, 'معدّل'],
        ),
      (rows) => rows.length === 1,
    );
  });
});

describe('an item that can’t be kept', () => {
  /** Too long for any index, and not to be compressed: it would fail for ever. */
  const poison = (): Record<string, unknown> =>
    message('9647780000009', 'سم', { id: `wamid.${randomBytes(20_000).toString('base64url')}` });
  const putAside = (): Promise<Record<string, unknown>[]> =>
    rig.rows(`select channel, line, why, item from bad_items where merchant = $1`, [merchant]);

  test.each([3, 60])(
    'among %i others is put aside with its reason; they are taken, and the post is not refused',
    async (count) => {
      const good = customers(count, 9_647_780_000_100).map((from) => message(from, 'سليم'));
      const body = bodyOf({ messages: [...good.slice(0, 1), poison(), ...good.slice(1)] });
      expect((await rig.bring(body)).status).toBe(200);
      await until(stored, (rows) => rows.length === count);
      await until(() => rig.graph.delivered().length >= count);
      const [bad, ...more] = await until(putAside, (rows) => rows.length > 0);
      // A post that is taken up again puts the same one aside again, and never another.
      for (const again of more) expect(again['item']).toEqual(bad?.['item']);
      expect(bad).toMatchObject({ channel: 'whatsapp-cloud', line: 'whatsapp-cloud' });
      expect(String(bad?.['why'])).toMatch(/index row|size/);
      expect(String(bad?.['item'])).toContain('سم');
      expect(await rig.house.registry.getSingleMetricAsString('zajel_items_put_aside_total')).toMatch(
        /zajel_items_put_aside_total\{channel="whatsapp-cloud"\} [1-9]/,
      );
    },
  );

  test('because nobody understands it is shown to the admin as it came, and its words are in no log', async () => {
    const body = whatsappMessage(number, '9647780000001', 'زبون', { id: 5, note: 'كلمة-لا-تُسجَّل' });
    expect((await rig.bring(body)).status).toBe(200);
    const { body: listed } = await rig.ask('GET', '/api/bad-items?limit=1');
    expect(listed['items']).toMatchObject([{ channel: 'whatsapp-cloud', merchant: null }]);
    expect(JSON.stringify(listed)).toContain('كلمة-لا-تُسجَّل');
    expect(rig.logged.join('')).not.toContain('كلمة-لا-تُسجَّل');
    const key = await rig.ok('POST', `/api/merchants/${merchant}/keys`, { name: 'k', scopes: ['manage'] });
    expect((await rig.ask('GET', '/api/bad-items', undefined, String(key['key']))).status).toBe(403);
  });
});
