import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { conversation, summary } from '../../api/schemas/conversation.ts';
import { merchantWithLine, startApi, UI_ORIGIN, type ApiUnderTest } from './api-installation.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
  await merchantWithLine(api, 'shop');
}, 120_000);
afterAll(() => api.stop());

const FROM = '9647701000091';
const talk = `/api/merchants/shop/conversations/simulator/${FROM}`;
const look = async () => conversation.parse((await api.ask('GET', talk)).body);
const listed = async () =>
  z
    .object({ items: z.array(summary) })
    .parse((await api.ask('GET', '/api/merchants/shop/conversations')).body)
    .items.find(({ customer }) => customer === FROM);

/** Parts of an answer that a take-over stopped, as the sending step leaves them. */
const stopped = async (turn: string, ...texts: readonly string[]): Promise<void> => {
  for (const [index, text] of texts.entries())
    await api.rows(
      `insert into messages (merchant, key, conversation, line, direction, by, type, text, at, received_at, status, reason, turn, part, parts)
       select 'shop', '${turn}/${index + 1}', id, 'sim', 'out', 'bot', 'text', '${text}', now(), now(), 'failed', 'taken-over', '${turn}', ${index + 1}, ${texts.length}
       from conversations where merchant = 'shop' and customer = '${FROM}'`,
    );
};

describe('what the console needs of a conversation', () => {
  test('is in the list: what was said last, cut short, and where its runs are', async () => {
    const long = 'م'.repeat(300);
    await api.ask('POST', '/api/simulator/shop/sim/messages', { body: { from: FROM, text: 'first' } });
    await api.ask('POST', '/api/simulator/shop/sim/messages', { body: { from: FROM, text: long } });
    const row = await listed();
    expect(row?.lastMessage).toMatchObject({
      direction: 'in',
      by: 'customer',
      type: 'text',
      text: long.slice(0, 200),
      status: 'received',
    });
    expect(row?.workflowUrl).toBe(
      `${UI_ORIGIN}/namespaces/default/workflows/${encodeURIComponent(row?.workflowId ?? '')}`,
    );
  });

  test('holds the draft that a take-over stopped, whole, until the person has written', async () => {
    await stopped('old-run-1', 'an answer of another time');
    await stopped('run-1', 'part one', 'part two');
    expect((await look()).draft).toBeNull();
    await api.ask('POST', `${talk}/take-over`, { body: {} });
    expect((await look()).draft).toBe('part one\npart two');
    await api.ask('POST', `${talk}/messages`, { body: { text: 'I am Sara' } });
    expect((await look()).draft).toBeNull();
  });
});
