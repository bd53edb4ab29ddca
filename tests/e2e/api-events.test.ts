import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { streamed } from '../support/event-stream.ts';
import { ADMIN_KEY, merchantWithLine, startApi, type ApiUnderTest } from './api-installation.ts';

let api: ApiUnderTest;
let shopKey = '';
beforeAll(async () => {
  api = await startApi({ temporal: 'nowhere' });
  await merchantWithLine(api, 'shop');
  await merchantWithLine(api, 'neighbour');
  shopKey = String(
    (await api.ask('POST', '/api/merchants/shop/keys', { body: { name: 'console', scopes: ['read'] } })).body[
      'key'
    ],
  );
});
afterAll(() => api.stop());

const heard = z.object({ merchant: z.string(), kind: z.string(), data: z.record(z.string(), z.unknown()) });
interface Heard {
  readonly id: string;
  readonly data: z.infer<typeof heard>;
}

/** Opens the stream, does something, and reads until `count` events came. */
async function hear(
  path: string,
  headers: Record<string, string>,
  count: number,
  meanwhile: () => Promise<unknown>,
): Promise<Heard[]> {
  const stop = new AbortController();
  const response = await fetch(api.url + path, { headers, signal: stop.signal });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  await meanwhile();
  const events: Heard[] = [];
  for await (const { id, event } of streamed(response)) {
    events.push({ id, data: heard.parse(event) });
    if (events.length >= count) break;
  }
  stop.abort();
  return events;
}

const move = (merchant: string, action: string) =>
  api.ask('POST', `/api/merchants/${merchant}/lines/sim/${action}`, {});
const states = (events: readonly Heard[]): unknown[] => events.map(({ data }) => data.data['state']);

describe('the event stream', () => {
  test('tells a merchant’s key what happens to that merchant, in order, and nothing of another', async () => {
    const events = await hear('/api/events', { 'X-Api-Key': shopKey }, 3, async () => {
      await move('shop', 'stop');
      await move('neighbour', 'stop');
      await move('neighbour', 'start');
      await move('shop', 'start');
      await move('shop', 'logout');
    });
    expect(new Set(events.map(({ data }) => data.merchant))).toEqual(new Set(['shop']));
    expect(states(events)).toEqual(['stopped', 'connected', 'logged-out']);
    expect((await api.ask('GET', '/api/events?merchant=neighbour', { key: shopKey })).body['code']).toBe(
      'unknown-merchant',
    );
    expect((await api.ask('GET', '/api/events?merchant=nobody')).body['code']).toBe('unknown-merchant');
  });

  test('goes on after the last event that was heard, with all that came meanwhile and nothing twice', async () => {
    const [first] = await hear('/api/events?merchant=shop', { 'X-Api-Key': ADMIN_KEY }, 1, () =>
      move('shop', 'start'),
    );
    await move('shop', 'stop');
    await move('shop', 'start');
    const missed = await hear(
      '/api/events?merchant=shop',
      { 'X-Api-Key': ADMIN_KEY, 'Last-Event-ID': first?.id ?? '' },
      3,
      () => move('shop', 'stop'),
    );
    expect(states(missed)).toEqual(['stopped', 'connected', 'stopped']);
    expect(new Set([first, ...missed].map((event) => event?.id)).size).toBe(4);
    expect((await api.ask('GET', '/api/events?after=nonsense')).body['code']).toBe('bad-cursor');
  });

  test('ends when its key is revoked', async () => {
    const { id, key } = (
      await api.ask('POST', '/api/merchants/shop/keys', { body: { name: 'lost', scopes: ['read'] } })
    ).body;
    const response = await fetch(`${api.url}/api/events`, { headers: { 'X-Api-Key': String(key) } });
    expect(response.status).toBe(200);
    expect((await api.ask('DELETE', `/api/merchants/shop/keys/${String(id)}`)).status).toBe(204);
    // Ends only when the server ends it.
    for await (const { event } of streamed(response)) expect(event).toBeDefined();
  });

  test('opens for a ticket once, and for no key in the URL', async () => {
    const { ticket } = (await api.ask('POST', '/api/events/ticket', { key: shopKey })).body;
    const events = await hear(`/api/events?ticket=${String(ticket)}`, {}, 1, () => move('shop', 'start'));
    expect(states(events)).toEqual(['connected']);
    expect((await api.ask('GET', `/api/events?ticket=${String(ticket)}`, { key: null })).status).toBe(401);
    expect((await api.ask('GET', `/api/events?ticket=${shopKey}`, { key: null })).status).toBe(401);
    expect((await api.ask('GET', `/api/events?key=${shopKey}`, { key: null })).status).toBe(401);
    expect((await api.ask('GET', `/api/merchants/shop?ticket=${String(ticket)}`, { key: null })).status).toBe(
      401,
    );
  });
});
