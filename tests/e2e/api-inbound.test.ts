import { Registry } from 'prom-client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { receiver, type Receive, type ReceivingLine } from '../../api/inbound.ts';
import { apiMetrics } from '../../api/metrics.ts';
import { conversation } from '../../api/schemas/conversation.ts';
import { lineId, merchantId, messageKey } from '../../domain/ids.ts';
import type { InboundEcho, InboundMessage } from '../../domain/message.ts';
import { WINDOW_DEFAULTS } from '../../domain/settings.ts';
import { customerHashKey } from '../../store/merchants.ts';
import { ConversationMail } from '../../temporal/conversation-mail.ts';
import { OrderMail } from '../../temporal/order-mail.ts';
import { merchantWithLine, startApi, type ApiUnderTest } from './api-installation.ts';

let api: ApiUnderTest;
let receive: Receive;
const line: ReceivingLine = {
  merchant: merchantId('shop'),
  id: lineId('sim'),
  channel: 'simulator',
  account: 'shop/sim',
};
let customer = '';
let count = 0;

beforeAll(async () => {
  api = await startApi();
  await merchantWithLine(api, 'shop');
  const hashKey = await api.database.system(customerHashKey);
  const settings = { host: '127.0.0.1', windowDefaults: WINDOW_DEFAULTS, maxRetries: 3 };
  receive = receiver(
    {
      database: api.database,
      mail: new ConversationMail(api.client),
      orderMail: new OrderMail(api.client, 3),
      hashKey,
      settings,
    },
    apiMetrics(new Registry()),
  );
});
afterAll(() => api.stop());
beforeEach(() => void (customer = `96477020000${(count += 1) + 10}`));

const account = line.account;
const message = (id: string, more: Partial<InboundMessage> = {}): InboundMessage => ({
  kind: 'message',
  account,
  id: `${customer}-${id}`,
  from: { address: customer },
  atMs: Date.now(),
  type: 'text',
  text: id,
  ...more,
});
const echo = (id: string, text: string, more: Partial<InboundEcho> = {}): InboundEcho => ({
  kind: 'echo',
  account,
  id,
  to: { address: customer },
  type: 'text',
  text,
  atMs: Date.now(),
  ...more,
});
const talk = (): string => `/api/merchants/shop/conversations/simulator/${customer}`;
const look = async () => conversation.parse((await api.ask('GET', talk())).body);
/** A person's answer, on its way out. */
const answer = async (text: string): Promise<string> =>
  `${String((await api.ask('POST', `${talk()}/messages`, { body: { text } })).body['id'])}/1`;
const statusOf = async (key: string) => (await look()).messages.find((kept) => kept.key === key)?.status;

describe('what a channel hears', () => {
  test('in one go is kept item by item; one that is not understood does not cost the others', async () => {
    const receipts = await receive(line, [
      message('a'),
      { kind: 'malformed', why: 'no id' },
      message('b'),
      message('a'),
    ]);
    expect(receipts.map((receipt) => (receipt.kind === 'message' ? receipt.isNew : receipt.kind))).toEqual([
      true,
      'ignored',
      true,
      false,
    ]);
    expect((await look()).messages.map(({ text }) => text)).toEqual(['a', 'b']);
  });

  test('and nobody waits an answer for is kept and opens no window', async () => {
    await receive(line, [message('number changed', { silent: true, type: 'unsupported' })]);
    expect(await look()).toMatchObject({
      phase: 'idle',
      window: null,
      messages: [{ text: 'number changed' }],
    });
  });
});

describe('the status of a message of ours', () => {
  test('only goes up, and is found by the provider’s id', async () => {
    await receive(line, [message('hello')]);
    const key = await answer('one moment');
    await api.rows(
      `update messages set status = 'accepted', provider_id = 'wamid.1-${customer}' where key = '${key}'`,
    );
    const news = (status: 'sent' | 'delivered' | 'read' | 'failed') =>
      ({ kind: 'status', account, id: `wamid.1-${customer}`, status, atMs: Date.now() }) as const;
    for (const [status, expected] of [
      ['delivered', 'delivered'],
      ['sent', 'delivered'],
      ['read', 'read'],
      ['failed', 'read'],
    ] as const) {
      await receive(line, [news(status)]);
      expect(await statusOf(key)).toBe(expected);
    }
    expect(await receive(line, [{ ...news('sent'), id: 'nobody-knows' }])).toMatchObject([
      { kind: 'ignored' },
    ]);
  });

  test('settles a send whose outcome was unclear, and the conversation’s run is told', async () => {
    await receive(line, [message('hello')]);
    const key = await answer('perhaps sent');
    await api.rows(`update messages set status = 'unknown' where key = '${key}'`);
    await receive(line, [
      {
        kind: 'status',
        account,
        id: `wamid.2-${customer}`,
        key: messageKey(key),
        status: 'delivered',
        atMs: Date.now(),
      },
    ]);
    expect(await statusOf(key)).toBe('delivered');
    const { workflowId } = await look();
    const { events } = await api.client.workflow.getHandle(workflowId).fetchHistory();
    expect(events?.map((event) => event.workflowExecutionSignaledEventAttributes?.signalName)).toContain(
      'settled',
    );
  });
});

describe('an echo', () => {
  test('of our own message marks it sent, also when it comes before the provider’s answer; nobody takes over', async () => {
    await receive(line, [message('hello')]);
    const key = await answer('ours');
    await api.ask('POST', `${talk()}/hand-back`, {});
    await api.rows(`update messages set status = 'sending' where key = '${key}'`);
    await receive(line, [echo(`wamid.3-${customer}`, 'ours')]);
    expect(await statusOf(key)).toBe('sent');
    const state = await look();
    expect([state.inCharge, state.messages.length]).toEqual(['bot', 2]);
  });

  test('of what the owner typed on the phone is kept once and puts a person in charge', async () => {
    await receive(line, [message('hello')]);
    await receive(line, [echo('wamid.4', 'أنا صاحب المحل')]);
    await receive(line, [echo('wamid.4', 'أنا صاحب المحل')]);
    const state = await look();
    expect([state.inCharge, state.phase]).toEqual(['human', 'human']);
    expect(state.messages.map(({ by, text }) => [by, text])).toEqual([
      ['customer', 'hello'],
      ['owner-phone', 'أنا صاحب المحل'],
    ]);
  });

  test('of an owner who writes first begins the conversation', async () => {
    await receive(line, [echo('wamid.5', 'hello from the shop')]);
    expect(await look()).toMatchObject({ customer, inCharge: 'human', messages: [{ by: 'owner-phone' }] });
  });
});
