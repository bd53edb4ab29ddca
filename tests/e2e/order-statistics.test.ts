import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApi, type ApiUnderTest } from './api-installation.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi({ temporal: 'nowhere' });
  await api.ask('POST', '/api/merchants', {
    body: {
      id: 'cairo',
      name: 'Shop',
      country: 'EG',
      timezone: 'Africa/Cairo',
      language: 'ar',
      currency: 'EGP',
    },
  });
  await api.rows(
    `insert into conversations (merchant, id, platform, account, line, customer) values ('cairo', 'c', 'simulator', 'a', 'sim', '201')`,
  );
});
afterAll(() => api.stop());

/** An order whose message left, and which its customer confirmed, at this moment. */
async function told(id: string, at: string): Promise<void> {
  await api.rows(
    `insert into orders (merchant, id, row_key, category_since, first_seen_at, updated_at) values ('cairo', '${id}', '${id}', now(), now(), now())`,
  );
  await api.rows(
    `insert into order_messages (merchant, order_id, type, occurrence, state, conversation, key, parts, at)
     values ('cairo', '${id}', 'newOrder', '1', 'composed', 'c', '${id}', 1, '${at}')`,
  );
  await api.rows(
    `insert into messages (merchant, key, conversation, line, direction, by, type, text, at, received_at, status, order_id)
     values ('cairo', '${id}', 'c', 'sim', 'out', 'bot', 'text', 'x', '${at}', '${at}', 'sent', '${id}')`,
  );
  await api.rows(
    `insert into order_events (merchant, order_id, at, event, detail) values ('cairo', '${id}', '${at}', 'confirmed', '{"by":"customer"}')`,
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

it('a day that there is not is refused', async () => {
  for (const from of ['2026-02-30', '2026-13-01', '0000-01-01', 'today'])
    expect([from, (await api.ask('GET', `/api/merchants/cairo/statistics?from=${from}`)).status]).toEqual([
      from,
      422,
    ]);
});
