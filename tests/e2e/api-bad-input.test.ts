import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { conversation } from '../../api/schemas/conversation.ts';
import { brought, merchantWithLine, startApi, type ApiUnderTest } from './api-installation.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
  await merchantWithLine(api, 'shop');
});
afterAll(() => api.stop());

const messages = '/api/simulator/shop/sim/messages';
const refused = async (method: string, path: string, body: unknown): Promise<string> => {
  const answer = await api.ask(method, path, { body });
  return `${answer.status} ${String(answer.body['code'])}`;
};

describe('texts', () => {
  test.each([
    ['20,000 characters', 'ب'.repeat(20_000)],
    ['NUL', 'before\0after'],
    ['a lone surrogate', 'half \ud83d of it'],
    ['diacritics, tatweel, bidi marks and an emoji family', '\u200fقَمِيـص\u200e 👨‍👩‍👧‍👦 ڕ ێ ۆ ە'],
    ['markup and template characters', `<script>alert(1)</script> {name} $& '; drop table messages; --`],
    ['nothing but white space', ' \n\t '],
  ])('with %s are kept byte-true', async (what, text) => {
    const from = `customer-${what.replaceAll(/[^a-z]/g, '')}`.slice(0, 40);
    const body = { from, text, id: randomUUID() };
    expect((await brought(() => api.ask('POST', messages, { body }))).status).toBe(202);
    const kept = conversation.parse(
      (await api.ask('GET', `/api/merchants/shop/conversations/simulator/${from}`)).body,
    );
    expect(kept.messages.map((message) => message.text)).toEqual([text]);
  });

  test('of 20,001 characters, of another type, or missing are refused and nothing is kept', async () => {
    for (const body of [
      { from: 'refused', text: 'x'.repeat(20_001) },
      { from: 'refused', text: 5 },
      { from: 'refused' },
      { from: 'refused', text: null },
      { text: 'x' },
      [],
      'x',
      5,
      null,
    ]) {
      expect(await refused('POST', messages, body)).toBe('422 invalid-request');
    }
    expect((await api.ask('GET', '/api/merchants/shop/conversations/simulator/refused')).status).toBe(404);
  });
});

describe('ids and names', () => {
  test('with control characters, half characters or foreign letters are refused', async () => {
    for (const id of ['', 'A', 'a/b', 'a b', '../x', 'é', 'a'.repeat(64), 'a\0', 7, null]) {
      expect([id, await refused('POST', '/api/merchants', { id, name: 'x' })]).toEqual([
        id,
        '422 invalid-request',
      ]);
      expect([id, await refused('POST', '/api/merchants/shop/lines', { id, channel: 'simulator' })]).toEqual([
        id,
        '422 invalid-request',
      ]);
    }
    for (const name of ['', 'a\0b', 'half \ud83d', 'two\nlines', 'x'.repeat(201)])
      expect(await refused('POST', '/api/merchants', { id: 'fine', name })).toBe('422 invalid-request');
    for (const id of ['has space', 'nul\0', 'ü', '', 'x'.repeat(257)])
      expect(await refused('POST', messages, { from: 'someone', text: 'x', id })).toBe('422 invalid-request');
    for (const from of ['', 'two words', 'a/b', 'nul\0', '\ud83d', 'x'.repeat(65)])
      expect(await refused('POST', messages, { from, text: 'x' })).toBe('422 invalid-request');
    expect((await api.ask('GET', '/api/merchants/fine')).status).toBe(404);
  });

  test('that are unknown are 404, whatever is in the path', async () => {
    const paths = [
      '/api/simulator/shop/nowhere/outbox',
      '/api/merchants/shop/lines/nowhere',
      '/api/merchants/shop/catalogue/nothing',
      '/api/merchants/%00/lines',
      '/api/merchants/SHOP/lines',
      '/api/merchants/shop/conversations/simulator/stranger',
    ];
    expect(await Promise.all(paths.map(async (path) => (await api.ask('GET', path)).status))).toEqual([
      404, 404, 404, 404, 404, 404,
    ]);
    expect((await api.ask('GET', '/api/merchants/%E0%A4%A/lines')).status).toBe(400);
    expect((await api.ask('GET', '/api/merchants/shop/conversations/telegram/1')).status).toBe(422);
    expect((await api.ask('GET', '/api/merchants/shop/conversations/simulator/a%00b')).status).toBe(422);
  });
});

describe('settings', () => {
  const path = '/api/merchants/shop/settings';
  test('that are unknown, of another type or impossible change nothing', async () => {
    const before = (await api.ask('GET', path)).text;
    for (const body of [
      { windows: {} },
      { window: { milliseconds: 5 } },
      { window: { ms: '8000' } },
      { window: { ms: -1 } },
      { window: { ms: 9_000, maxMs: 5_000 } },
      { takeOverMinutes: 0 },
      { answers: 'maybe' },
      { supportPhone: 'call us' },
      { supportPhone: '0'.repeat(41) },
      { quietHours: { from: '22:00' } },
      { quietHours: { from: '25:00', to: '07:00' } },
      { messageTypes: { reminder: 'yes' } },
      { __proto__: null, constructor: {} },
    ])
      expect([JSON.stringify(body), await refused('PATCH', path, body)]).toEqual([
        JSON.stringify(body),
        '422 invalid-request',
      ]);
    expect((await api.ask('GET', path)).text).toBe(before);
  });

  test('may make the window longer than the default cap, which then follows', async () => {
    expect((await api.ask('PATCH', path, { body: { window: { ms: 20_000 } } })).body).toMatchObject({
      window: { ms: 20_000, maxMs: 15_000 },
    });
  });

  test('are merged however deep, also when two people change them at once', async () => {
    await Promise.all([
      api.ask('PATCH', path, { body: { window: { ms: 5_000 } } }),
      api.ask('PATCH', path, { body: { window: { graceMs: 1_000 }, takeOverMinutes: 90 } }),
      api.ask('PATCH', path, { body: { messageTypes: { reminder: false } } }),
    ]);
    expect((await api.ask('GET', path)).body).toMatchObject({
      window: { kind: 'fixed', ms: 5_000, graceMs: 1_000, maxMs: 15_000, maxMessages: 50 },
      takeOverMinutes: 90,
      messageTypes: { reminder: false, shipped: true },
      answers: 'rules',
    });
  });
});

describe('the shop', () => {
  test('keeps items with their amounts as they were written', async () => {
    const item = '/api/merchants/shop/catalogue/shirt-1';
    const put = {
      name: 'قميص قطن',
      aliases: ['قميص'],
      price: '19.50',
      currency: 'IQD',
      stock: 3,
      description: 'سطر\nسطر',
    };
    expect((await api.ask('PUT', item, { body: put })).status).toBe(201);
    expect((await api.ask('GET', item)).body).toEqual({ id: 'shirt-1', ...put, price: '19.5' });
    expect((await api.ask('PATCH', item, { body: { stock: 0 } })).body).toMatchObject({
      stock: 0,
      name: 'قميص قطن',
    });
    for (const price of ['12,50', '1e5', '-1', 1.23456, 'free'])
      expect(await refused('PATCH', item, { price })).toBe('422 invalid-request');
    expect((await api.ask('DELETE', item)).status).toBe(204);
    expect((await api.ask('DELETE', item)).status).toBe(404);
  });

  test('keeps hours as given, and null for always open', async () => {
    const hours = '/api/merchants/shop/hours';
    expect((await api.ask('GET', hours)).text).toBe('null');
    const week = {
      sat: [
        { from: '10:00', to: '14:00' },
        { from: '17:00', to: '02:00' },
      ],
      fri: [],
    };
    expect((await api.ask('PUT', hours, { body: week })).body).toEqual(week);
    for (const body of [
      {},
      { sat: [{ from: '9', to: '17:00' }] },
      { saturday: [] },
      { sat: [{ from: '09:00', to: '09:00' }] },
    ])
      expect(await refused('PUT', hours, body)).toBe('422 invalid-request');
    expect((await api.ask('GET', hours)).body).toEqual(week);
    expect((await api.ask('PUT', hours, { raw: 'null' })).status).toBe(200);
    expect((await api.ask('GET', hours)).text).toBe('null');
  });
});

describe('cursors and headers', () => {
  test('that nobody gave out are refused', async () => {
    for (const path of [
      '/api/merchants',
      '/api/merchants/shop/lines',
      '/api/merchants/shop/conversations',
      '/api/merchants/shop/audit',
      '/api/simulator/shop/sim/outbox',
      '/api/merchants/shop/catalogue',
    ]) {
      for (const cursor of [
        'nonsense',
        '!!',
        Buffer.from('{"at":"x"}').toString('base64url'),
        Buffer.from('[1e99]').toString('base64url'),
      ]) {
        expect([path, cursor, (await api.ask('GET', `${path}?cursor=${cursor}`)).body['code']]).toEqual([
          path,
          cursor,
          'bad-cursor',
        ]);
      }
    }
    // Text, as this list's own are, but no number.
    for (const forged of ['x', '-1', '1 or 1', '9'.repeat(30)]) {
      const cursor = Buffer.from(JSON.stringify(forged)).toString('base64url');
      const { status, body } = await api.ask('GET', `/api/bad-items?cursor=${cursor}`);
      expect([forged, status, body['code']]).toEqual([forged, 400, 'bad-cursor']);
    }
    for (const limit of ['0', '-1', 'x', '1.5', '99999'])
      expect((await api.ask('GET', `/api/merchants?limit=${limit}`)).status).toBe(422);
    expect(
      (
        await api.ask('POST', messages, {
          body: { from: 'someone', text: 'x' },
          headers: { 'Idempotency-Key': 'x'.repeat(201) },
        })
      ).body['code'],
    ).toBe('bad-idempotency-key');
    expect(
      (await api.ask('GET', '/api/merchants', { headers: { 'X-Request-Id': 'mine-1' } })).headers.get(
        'x-request-id',
      ),
    ).toBe('mine-1');
    expect(
      (await api.ask('GET', '/api/merchants', { headers: { 'X-Request-Id': '<script>' } })).headers.get(
        'x-request-id',
      ),
    ).not.toContain('<');
  });
});
