import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { evolution } from '../../channels/evolution/channel.ts';
import { merchantWithLine, startApi, type Answer, type ApiUnderTest } from './api-installation.ts';

let api: ApiUnderTest;
let shopKey = '';
beforeAll(async () => {
  api = await startApi({ temporal: 'nowhere', channels: [evolution()] });
  await merchantWithLine(api, 'shop');
  await merchantWithLine(api, 'neighbour');
  const created = await api.ask('POST', '/api/merchants/shop/keys', {
    body: { name: 'shop', scopes: ['read', 'send', 'manage'] },
  });
  shopKey = String(created.body['key']);
});
afterAll(() => api.stop());

const wrongFields = ({ body }: Answer): unknown =>
  Array.isArray(body['errors'])
    ? body['errors'].map((error: unknown) => (error instanceof Object && 'path' in error ? error.path : null))
    : body['code'];

describe('with a key of its own a merchant', () => {
  test('is alone in the list of merchants, wherever the list is said to go on', async () => {
    const all = z.object({ items: z.array(z.object({ id: z.string() })), next: z.string().nullable() });
    const listed = async (query: string, key?: string) => {
      const { body } = await api.ask('GET', `/api/merchants${query}`, key === undefined ? {} : { key });
      const { items, next } = all.parse(body);
      return { ids: items.map(({ id }) => id), next };
    };
    const { next } = await listed('?limit=1');
    for (const query of ['', '?limit=1', `?limit=1&cursor=${next ?? ''}`])
      expect(await listed(query, shopKey)).toEqual({ ids: ['shop'], next: null });
    expect(await listed('')).toEqual({ ids: ['neighbour', 'shop'], next: null });

    const { body } = await api.ask('POST', '/api/merchants/shop/keys', {
      body: { name: 'sender', scopes: ['send'] },
    });
    const unread = await api.ask('GET', '/api/merchants', { key: String(body['key']) });
    expect([unread.status, unread.body['code']]).toEqual([403, 'missing-scope']);
  });

  const lines = '/api/merchants/shop/lines';
  const line = (id: string, serverUrl: string) => ({
    id,
    channel: 'evolution',
    serverUrl,
    instance: id,
    apiKey: 'canary-api-key',
    secret: 'a-secret-of-this-line',
  });

  test.each([
    'http://127.0.0.1:8233',
    'http://localhost:3000',
    'http://[::1]',
    'http://10.0.0.5:8500',
    'http://169.254.169.254',
  ])('points no line at %s', async (serverUrl) => {
    const refused = await api.ask('POST', lines, { key: shopKey, body: line('inside', serverUrl) });
    expect([refused.status, wrongFields(refused)]).toEqual([422, ['serverUrl']]);
  });

  test('names a server outside, and another one only together with that one’s key', async () => {
    const made = await api.ask('POST', lines, {
      key: shopKey,
      body: line('outside', 'https://evolution.example'),
    });
    expect([made.status, made.text.includes('canary')]).toEqual([201, false]);
    const moved = (body: Record<string, string>) =>
      api.ask('PATCH', `${lines}/outside`, { key: shopKey, body });
    const stolen = await moved({ serverUrl: 'https://collector.example' });
    expect([stolen.status, wrongFields(stolen)]).toEqual([422, ['apiKey']]);
    expect((await moved({ serverUrl: 'https://evolution.example/behind-a-path' })).status).toBe(200);
    expect((await moved({ serverUrl: 'https://new.example', apiKey: 'its-own' })).status).toBe(200);
    expect(wrongFields(await moved({ serverUrl: 'https://new.example/?swallows=' }))).toEqual(['serverUrl']);
  });

  test('can’t do what the operator can, who names a server beside Zajel', async () => {
    const made = await api.ask('POST', lines, { body: line('beside', 'http://127.0.0.1:4011') });
    expect(made.status).toBe(201);
    const patched = await api.ask('PATCH', `${lines}/beside`, {
      key: shopKey,
      body: { serverUrl: 'http://127.0.0.1:8233', apiKey: 'x' },
    });
    expect([patched.status, wrongFields(patched)]).toEqual([422, ['serverUrl']]);
  });

  test('reads no file of another merchant’s orders, and none in the folder that bears its name', async () => {
    const put = await api.ask('PUT', '/api/merchants/neighbour/sheet', {
      body: { kind: 'file', path: 'theirs.csv', line: 'sim', columns: {} },
    });
    expect(put.status).toBe(200);
    for (const path of ['theirs.csv', './THEIRS.csv', 'x/../theirs.csv', 'neighbour/march.csv'])
      for (const [method, at] of [
        ['POST', '/api/merchants/shop/sheet/preview'],
        ['PUT', '/api/merchants/shop/sheet'],
      ] as const) {
        const body = { kind: 'file', path, columns: {}, ...(method === 'PUT' ? { line: 'sim' } : {}) };
        const refused = await api.ask(method, at, { key: shopKey, body });
        expect([path, method, refused.status, refused.body['code']]).toEqual([
          path,
          method,
          422,
          'sheet-file-of-another',
        ]);
      }
    for (const path of ['mine.csv', 'shop/mine.csv', 'anywhere/mine.csv']) {
      const own = await api.ask('POST', '/api/merchants/shop/sheet/preview', {
        key: shopKey,
        body: { kind: 'file', path },
      });
      expect(own.body['code']).not.toBe('sheet-file-of-another');
    }
  });
});

describe('an Idempotency-Key', () => {
  test('of one call is not that of the same call with another query', async () => {
    const words = '/api/merchants/shop/status-words';
    for (const word of ['one', 'two'])
      expect((await api.ask('PUT', words, { body: { word, category: 'confirmed' } })).status).toBeLessThan(
        300,
      );
    const remove = (word: string) =>
      api.ask('DELETE', `${words}?word=${word}`, { headers: { 'Idempotency-Key': 'remove-1' } });
    expect((await remove('one')).status).toBe(204);
    expect((await remove('one')).headers.get('idempotent-replayed')).toBe('true');
    expect((await remove('two')).body['code']).toBe('idempotency-other-call');
  });
});

test('rules that nobody has set are shown as they work, and those that were removed', async () => {
  const rules = '/api/merchants/shop/rules';
  const fresh = { alwaysAnswer: false, handOverWords: [] };
  expect((await api.ask('GET', rules)).body).toEqual(fresh);
  await api.ask('PUT', rules, { body: { alwaysAnswer: true, handOverWords: ['الإدارة'] } });
  expect((await api.ask('GET', rules)).body).not.toEqual(fresh);
  expect((await api.ask('DELETE', rules)).status).toBe(204);
  expect((await api.ask('GET', rules)).body).toEqual(fresh);
});

test('one key and one template can be read by name', async () => {
  const keys = '/api/merchants/shop/keys';
  const { id, key } = (await api.ask('POST', keys, { body: { name: 'till', scopes: ['read'] } })).body;
  const one = await api.ask('GET', `${keys}/${String(id)}`);
  expect(one.body).toMatchObject({ id, name: 'till', scopes: ['read'], revokedAt: null });
  expect(one.text).not.toContain(String(key));
  expect((await api.ask('GET', `${keys}/000000000000`)).body['code']).toBe('unknown-key');
  const template = await api.ask('GET', '/api/merchants/shop/templates/newOrder');
  expect(template.body).toMatchObject({ type: 'newOrder', isStarter: true });
});
