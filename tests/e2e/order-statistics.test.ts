import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApi, type ApiUnderTest } from './api-installation.ts';

const DAY = 24 * 3_600_000;

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi({ temporal: 'nowhere' });
  await opens('cairo', 'Africa/Cairo');
});
afterAll(() => api.stop());

/** A shop with a customer. */
async function opens(id: string, timezone: string): Promise<void> {
  await api.ask('POST', '/api/merchants', {
    body: { id, name: 'Shop', country: 'EG', timezone, language: 'ar', currency: 'EGP' },
  });
  await api.rows(
    `insert into conversations (merchant, id, platform, account, line, customer) values ('${id}', 'c', 'simulator', 'a', 'sim', '201')`,
  );
}

/** An order whose message left, and which its customer confirmed, at this moment. */
async function told(id: string, at: string, merchant = 'cairo'): Promise<void> {
  await api.rows(
    `insert into orders (merchant, id, row_key, category_since, first_seen_at, updated_at) values ('${merchant}', '${id}', '${id}', now(), now(), now())`,
  );
  await api.rows(
    `insert into order_messages (merchant, order_id, type, occurrence, state, conversation, key, parts, at)
     values ('${merchant}', '${id}', 'newOrder', '1', 'composed', 'c', '${id}', 1, '${at}')`,
  );
  await api.rows(
    `insert into messages (merchant, key, conversation, line, direction, by, type, text, at, received_at, status, order_id)
     values ('${merchant}', '${id}', 'c', 'sim', 'out', 'bot', 'text', 'x', '${at}', '${at}', 'sent', '${id}')`,
  );
  await api.rows(
    `insert into order_events (merchant, order_id, at, event, detail) values ('${merchant}', '${id}', '${at}', 'confirmed', '{"by":"customer"}')`,
  );
}

it('the first and the last day of the statistics are whole days by the shop’s clock', async () => {
  // Two hours ahead of UTC in January.
  await told('before', '2026-01-09T21:59:59Z');
  await told('first-minute', '2026-01-09T22:00:00Z');
  await told('noon', '2026-01-10T10:00:00Z');
  await told('last-minute', '2026-01-11T21:59:59Z');
  await told('after', '2026-01-11T22:00:00Z');
  const { body } = await api.ask('GET', '/api/merchants/cairo/statistics?from=2026-01-10&to=2026-01-11');
  const counted = { type: 'newOrder', delivered: 0, read: 0, failed: 0 };
  expect(body).toEqual({
    messages: [
      { day: '2026-01-10', sent: 2, ...counted },
      { day: '2026-01-11', sent: 1, ...counted },
    ],
    answers: [
      { day: '2026-01-10', answered: 2, confirmed: 2, cancelled: 0 },
      { day: '2026-01-11', answered: 1, confirmed: 1, cancelled: 0 },
    ],
  });
});

// At any hour one of them has a day that is not UTC's.
it.each([
  ['Pacific/Kiritimati', 14],
  ['Pacific/Pago_Pago', -11],
])('without days asked for, they are the thirty that end with today in %s', async (timezone, hoursAhead) => {
  const merchant = `shop-${hoursAhead + 100}`;
  await opens(merchant, timezone);
  const ahead = hoursAhead * 3_600_000;
  const now = Date.now();
  const today = now - ((now + ahead) % DAY);
  const first = today - 29 * DAY;
  const at = (ms: number): string => new Date(ms).toISOString();
  await told('before', at(first - 1_000), merchant);
  await told('first-second', at(first), merchant);
  await told('now', at(now), merchant);
  const day = (ms: number): string => at(ms + ahead).slice(0, 10);
  const { body } = await api.ask('GET', `/api/merchants/${merchant}/statistics`);
  expect(body).toMatchObject({
    messages: [
      { day: day(first), sent: 1 },
      { day: day(now), sent: 1 },
    ],
    answers: [
      { day: day(first), answered: 1 },
      { day: day(now), answered: 1 },
    ],
  });
});

it('a day that there is not is refused', async () => {
  for (const from of ['2026-02-30', '2026-13-01', '0000-01-01', 'today'])
    expect([from, (await api.ask('GET', `/api/merchants/cairo/statistics?from=${from}`)).status]).toEqual([
      from,
      422,
    ]);
});
