import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sign } from '../../channels/meta/signature.ts';
import { metaBytes, whatsappMessage, whatsappStatus } from '../doubles/graph-api/wire.ts';
import { APP_SECRET, ChannelsRig, until, VERIFY_TOKEN } from './channels-rig.ts';

let rig: ChannelsRig;
let merchant: string;
let number: string;
beforeAll(async () => {
  rig = await ChannelsRig.open();
});
afterAll(() => rig.close());
beforeEach(async () => {
  rig.echo.reset();
  rig.graph.heal();
  merchant = await rig.merchant();
  number = await rig.line(merchant, 'whatsapp-cloud');
});

const seconds = (): string => String(Math.floor(Date.now() / 1_000));
let counter = 0;
const message = (text: string, more: Record<string, unknown> = {}) => ({
  id: `wamid.${process.pid}.${(counter += 1)}`,
  timestamp: seconds(),
  type: 'text',
  text: { body: text },
  ...more,
});
const said = (from: string, text: string, more: Record<string, unknown> = {}): unknown =>
  whatsappMessage(number, from, 'زبون', message(text, more));
const stored = (): Promise<Record<string, unknown>[]> =>
  rig.rows(`select text, status from messages where merchant = $1 and direction = 'in' order by seq`, [
    merchant,
  ]);

describe('the signature', () => {
  test('is checked over the bytes as Meta sends them: escaped letters and slashes are accepted', async () => {
    const bytes = metaBytes(said('9647701234567', 'مرحبا a/b'));
    expect(bytes.toString()).toContain('\\u0645');
    expect(bytes.toString()).toContain('a\\/b');
    expect((await rig.bring(bytes)).status).toBe(200);
    expect(await stored()).toEqual([{ text: 'مرحبا a/b', status: 'received' }]);
  });

  const body = (): Buffer => metaBytes(said('9647701234567', 'مرحبا'));
  test.each<[string, (bytes: Buffer) => string | null]>([
    [
      'of the body serialised again',
      (bytes) => sign(Buffer.from(JSON.stringify(JSON.parse(bytes.toString()))), APP_SECRET),
    ],
    ['that is missing', () => null],
    ['of another app', (bytes) => sign(bytes, 'another-secret')],
    ['made with sha1', (bytes) => `sha1=${createHmac('sha1', APP_SECRET).update(bytes).digest('hex')}`],
    ['cut short', (bytes) => sign(bytes, APP_SECRET).slice(0, -2)],
  ])('%s is refused with 401, and nothing is stored', async (_, signature) => {
    const bytes = body();
    expect((await rig.post(bytes, { signature: signature(bytes) })).status).toBe(401);
    expect(await stored()).toEqual([]);
  });

  test('an empty body, one that is not JSON and one above 3 MB are refused as the caller’s mistake', async () => {
    expect((await rig.post(Buffer.from(''))).status).toBe(400);
    expect((await rig.post(Buffer.from('not json'))).status).toBe(400);
    expect((await rig.post(Buffer.alloc(3 * 1024 * 1024 + 1, ' '))).status).toBe(413);
  });

  test('of an app that may not speak for the number gets its update counted, not stored', async () => {
    await rig.ok('POST', '/api/meta-apps', { id: 'other-app', appSecret: 'other-secret', verifyToken: 'x' });
    const bytes = body();
    const answer = await rig.post(bytes, { app: 'other-app', signature: sign(bytes, 'other-secret') });
    expect(answer.status).toBe(200);
    expect(await stored()).toEqual([]);
    expect(await rig.rows('select updates::int from unmatched_updates where account = $1', [number])).toEqual(
      [{ updates: 1 }],
    );
  });
});

describe('the handshake', () => {
  const shake = (token: string): Promise<Response> =>
    fetch(
      `${rig.url}/webhooks/meta/shop-app?hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=1158201444`,
    );
  test('gives the challenge back to whoever knows the word, and 403 to others', async () => {
    const right = await shake(VERIFY_TOKEN);
    expect([right.status, await right.text()]).toEqual([200, '1158201444']);
    expect((await shake('guess')).status).toBe(403);
  });

  test('an app’s secrets are in no answer', async () => {
    const listed = await rig.ask('GET', '/api/meta-apps');
    expect(listed.status).toBe(200);
    expect(listed.text).toContain('shop-app');
    expect(listed.text).not.toContain(APP_SECRET);
    expect(listed.text).not.toContain(VERIFY_TOKEN);
  });

  test('an app that was deleted is believed no more', async () => {
    await rig.ok('POST', '/api/meta-apps', { id: 'gone-app', appSecret: 'gone-secret', verifyToken: 'x' });
    const bytes = metaBytes(said('9647701234567', 'a'));
    const signature = sign(bytes, 'gone-secret');
    expect((await rig.post(bytes, { app: 'gone-app', signature })).status).toBe(200);
    expect((await rig.ask('DELETE', '/api/meta-apps/gone-app')).status).toBe(204);
    expect((await rig.post(bytes, { app: 'gone-app', signature })).status).toBe(404);
  });
});

describe('one post', () => {
  test('with several entries, changes, messages and statuses of two merchants, one of them broken, is taken but for the broken one', async () => {
    const other = await rig.merchant();
    const otherNumber = await rig.line(other, 'whatsapp-cloud');
    const value = (phoneNumberId: string, messages: unknown[]) => ({
      field: 'messages',
      value: { metadata: { phone_number_id: phoneNumberId }, messages },
    });
    const from = (phone: string, text: string): Record<string, unknown> => ({
      from: phone,
      ...message(text),
    });
    const body = {
      object: 'whatsapp_business_account',
      entry: [
        {
          changes: [
            value(number, [
              from('9647701111111', 'one'),
              { id: 5, broken: true },
              from('9647702222222', 'two'),
            ]),
            value(otherNumber, [from('9647701111111', 'three')]),
          ],
        },
        {
          changes: [
            value(number, [from('9647701111111', 'four')]),
            value('99999999', [from('9647', 'five')]),
          ],
        },
      ],
    };
    expect((await rig.bring(body)).status).toBe(200);
    expect((await stored()).map(({ text }) => text)).toEqual(['one', 'two', 'four']);
    const theirs = await rig.rows(`select text from messages where merchant = $1 and direction = 'in'`, [
      other,
    ]);
    expect(theirs).toEqual([{ text: 'three' }]);
    await until(() => rig.graph.delivered().filter(({ account }) => account === otherNumber).length === 1);
  });

  test('an emoji cut in half, a NUL and a name that PostgreSQL can’t hold cost nothing', async () => {
    const odd = `\ud83d نص\0`;
    const body = whatsappMessage(number, '9647703333333', `اسم\0\udc00`, message(odd));
    expect((await rig.bring(body)).status).toBe(200);
    const { messages } = await rig.conversation(merchant, 'whatsapp', '9647703333333');
    expect(messages[0]?.text).toBe(odd);
  });

  test('with 1,000 messages of 50 customers is accepted whole: each is in one answer, also when Meta brings it again', async () => {
    const texts = Array.from({ length: 1_000 }, (_, index) => `رسالة-${index}-`);
    const messages = texts.map((text, index) => ({
      from: String(9_647_710_000_000 + (index % 50)),
      ...message(text),
    }));
    const body = metaBytes({
      object: 'whatsapp_business_account',
      entry: [
        { changes: [{ field: 'messages', value: { metadata: { phone_number_id: number }, messages } }] },
      ],
    });
    expect((await rig.bring(body)).status).toBe(200);
    await until(stored, (rows) => rows.length === 1_000);
    const answers = (): string[] =>
      rig.graph.delivered().flatMap(({ account, text }) => (account === number ? [text] : []));
    const isAnswered = (text: string): boolean => answers().some((answer) => answer.includes(text));
    await until(() => texts.every(isAnswered));
    expect((await rig.bring(body)).status).toBe(200);
    await until(
      () => rig.rows('select id from kept_posts where merchant = $1', [merchant]),
      (waiting) => waiting.length === 0,
    );
    expect(await stored()).toHaveLength(1_000);
    const all = answers().join(' ');
    for (const text of texts) expect(all.split(text)).toHaveLength(2);
  });
});

describe('news of what was sent', () => {
  const answered = async (customer: string): Promise<{ id: string; key: string }> => {
    await rig.bring(said(customer, 'سؤال'));
    const sent = await until(
      async () => (await rig.conversation(merchant, 'whatsapp', customer)).messages,
      (messages) => messages.some(({ status }) => status === 'accepted'),
    );
    const own = sent.find(({ status }) => status === 'accepted');
    if (own === undefined) throw new Error('nothing accepted');
    return own;
  };
  const news = (id: string, status: string, code?: number): Promise<unknown> =>
    rig.post(
      whatsappStatus(number, {
        id,
        status,
        timestamp: seconds(),
        recipient_id: '1',
        ...(code === undefined ? {} : { errors: [{ code, title: `code ${code}` }] }),
      }),
    );
  const statusOf = async (customer: string, key: string): Promise<string | undefined> =>
    (await rig.conversation(merchant, 'whatsapp', customer)).messages.find((one) => one.key === key)?.status;
  const line = (): Promise<Record<string, unknown>> =>
    rig.ok('GET', `/api/merchants/${merchant}/lines/whatsapp-cloud`);

  test('repeated and backwards goes forward only', async () => {
    const { id, key } = await answered('9647720000001');
    await news(id, 'read');
    await news(id, 'delivered');
    await news(id, 'sent');
    await news(id, 'read');
    await news(id, 'failed', 131026);
    expect(await statusOf('9647720000001', key)).toBe('read');
  });

  test('131047 closes the window until the customer writes again', async () => {
    const customer = '9647720000002';
    const { id } = await answered(customer);
    await news(id, 'failed', 131047);
    const shut = await rig.conversation(merchant, 'whatsapp', customer);
    expect(Date.parse(shut.serviceWindowEndsAt ?? '')).toBeLessThanOrEqual(Date.now());
    await new Promise((later) => setTimeout(later, 1_100));
    await rig.bring(said(customer, 'مرة أخرى'));
    const open = await rig.conversation(merchant, 'whatsapp', customer);
    expect(Date.parse(open.serviceWindowEndsAt ?? '')).toBeGreaterThan(Date.now());
  });

  test('131026 is final: the message failed with its reason, and a person is told', async () => {
    const customer = '9647720000003';
    const { id, key } = await answered(customer);
    await news(id, 'failed', 131026);
    const { messages, needsHuman } = await rig.conversation(merchant, 'whatsapp', customer);
    expect(messages.find((one) => one.key === key)).toMatchObject({
      status: 'failed',
      reason: 'not-on-whatsapp',
    });
    expect(needsHuman).toBe('not-on-whatsapp');
  });

  test('131050 opts the customer out', async () => {
    const customer = '9647720000004';
    const { id } = await answered(customer);
    await news(id, 'failed', 131050);
    const { optedOut, conversation } = await rig.conversation(merchant, 'whatsapp', customer);
    expect(optedOut).toBe(true);
    const audit = await rig.ok('GET', `/api/merchants/${merchant}/audit`);
    expect(audit['items']).toContainEqual(
      expect.objectContaining({ actor: 'customer', action: 'opt-out', subject: conversation }),
    );
  });

  test('130429 parks the number', async () => {
    const { id } = await answered('9647720000005');
    await news(id, 'failed', 130429);
    const [row] = await rig.rows('select paused_until > now() as paused from lines where merchant = $1', [
      merchant,
    ]);
    expect(row).toEqual({ paused: true });
    await rig.bring(said('9647720000006', 'سؤال'));
    const held = await until(
      () => rig.conversation(merchant, 'whatsapp', '9647720000006'),
      ({ waiting }) => waiting !== null,
    );
    expect(held.waiting?.reason).toBe('line-paused');
  });

  test('131056 parks only that customer', async () => {
    const { id } = await answered('9647720000007');
    // Refused again whenever it is tried: it stays parked for as long as somebody looks.
    rig.graph.fail({ kind: 'error', code: 131056, times: 5, to: '9647720000007' });
    await news(id, 'failed', 131056);
    const paused = await rig.rows(
      `select customer from conversations where merchant = $1 and paused_until is not null`,
      [merchant],
    );
    expect(paused).toEqual([{ customer: '9647720000007' }]);
    await answered('9647720000008');
    expect(await line()).toMatchObject({ state: 'connected' });
  });

  test('190 stops the line; a new token starts it, and what waited is sent', async () => {
    rig.graph.expireToken(`token-${number}`);
    const customer = '9647720000009';
    await rig.bring(said(customer, 'سؤال'));
    const stopped = await until(line, ({ state }) => state === 'logged-out');
    expect(stopped['reason']).toBe('token-refused');
    const { waiting } = await until(
      () => rig.conversation(merchant, 'whatsapp', customer),
      (one) => one.waiting !== null,
    );
    expect(waiting).not.toBeNull();
    await rig.ok('PATCH', `/api/merchants/${merchant}/lines/whatsapp-cloud`, { accessToken: 'a-new-token' });
    expect(await line()).toMatchObject({ state: 'connected' });
    await until(() => rig.graph.delivered().some(({ to }) => to === customer));
    expect(rig.graph.delivered().filter(({ to }) => to === customer)).toHaveLength(1);
  });
});
