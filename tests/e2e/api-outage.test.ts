import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { Client, Connection } from '@temporalio/client';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApi, listen, type Listening } from '../../api/server.ts';
import { WINDOW_DEFAULTS } from '../../domain/settings.ts';
import { hashKey } from '../../store/api-keys.ts';
import { Database } from '../../store/database.ts';
import { Seal } from '../../store/sealed.ts';
import { EncryptionCodec } from '../../temporal/codec.ts';
import { OrderMail } from '../../temporal/order-mail.ts';
import { Sources } from '../../sheets/sources.ts';
import { ConversationMail } from '../../temporal/conversation-mail.ts';
import { LineMail } from '../../temporal/line-mail.ts';
import { ADMIN_KEY, merchantWithLine, startApi, type ApiUnderTest } from './api-installation.ts';

const message = { from: '07701234567', text: 'hello', id: 'once' };
const messages = '/api/simulator/shop/sim/messages';

describe('while Temporal is away', () => {
  let api: ApiUnderTest;
  beforeAll(async () => {
    api = await startApi({ temporal: 'nowhere' });
    await merchantWithLine(api, 'shop');
  });
  afterAll(() => api.stop());

  test('a message is answered 503 with when to try again, kept once, and left for the redelivery', async () => {
    const { status, body, headers } = await api.ask('POST', messages, { body: message });
    expect([status, body['code'], headers.get('retry-after')]).toEqual([503, 'temporal-unavailable', '2']);
    await api.ask('POST', messages, { body: message });
    const kept = await api.rows('select turn, status from messages');
    expect(kept).toEqual([{ turn: null, status: 'received' }]);
  });

  test('the process is alive and says that it is not ready', async () => {
    expect((await api.ask('GET', '/livez', { key: null })).status).toBe(200);
    const ready = await api.ask('GET', '/readyz', { key: null });
    expect([ready.status, ready.body]).toEqual([503, { database: 'ok', temporal: 'unreachable' }]);
  });

  test('what needs no Temporal goes on', async () => {
    expect(
      (await api.ask('PATCH', '/api/merchants/shop/settings', { body: { takeOverMinutes: 5 } })).status,
    ).toBe(200);
  });
});

describe.each([
  ['refuses', 'ECONNREFUSED'],
  ['accepts and never answers', 'silence'],
])('while the database %s', (_how, kind) => {
  let api: Listening;
  const database = { close: (): Promise<void> => Promise.resolve() };
  const silent = createServer(() => undefined);

  beforeAll(async () => {
    const port =
      kind === 'silence'
        ? await new Promise<number>((resolve) =>
            silent.listen(0, '127.0.0.1', () => resolve(portOf(silent.address()))),
          )
        : 1;
    const seal = new Seal(randomBytes(32));
    const store = new Database({ host: '127.0.0.1', port, user: 'nobody', database: 'nothing' });
    database.close = () => store.close();
    api = await listen(
      createApi({
        database: store,
        seal,
        channels: new Map(),
        mail: new ConversationMail(new Client({ connection: Connection.lazy({ address: '127.0.0.1:1' }) })),
        lineMail: new LineMail(new Client({ connection: Connection.lazy({ address: '127.0.0.1:1' }) })),
        orderMail: new OrderMail(new Client({ connection: Connection.lazy({ address: '127.0.0.1:1' }) }), 3),
        sources: new Sources({ folder: 'nowhere' }),
        temporalAnswers: () => Promise.resolve(),
        codec: new EncryptionCodec(seal),
        codecToken: null,
        adminKeyHash: hashKey(ADMIN_KEY),
        hashKey: randomBytes(32),
        settings: { host: '127.0.0.1', windowDefaults: WINDOW_DEFAULTS, maxRetries: 3 },
        logger: pino({ level: 'silent' }),
        registry: new Registry(),
      }),
      '127.0.0.1',
      0,
    );
  });
  afterAll(async () => {
    await api.close();
    silent.close();
    await database.close();
  });

  test('every call that needs it is answered 503, also with a key that can’t be checked', async () => {
    for (const key of [
      ADMIN_KEY,
      `zk_${randomBytes(6).toString('hex')}_${randomBytes(32).toString('base64url')}`,
    ]) {
      const response = await fetch(`${api.url}/api/merchants/shop/lines`, {
        headers: { 'X-Api-Key': key },
        signal: AbortSignal.timeout(10_000),
      });
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({ code: 'database-unavailable' });
      expect(response.headers.get('retry-after')).toBe('2');
    }
    expect((await fetch(`${api.url}/livez`)).status).toBe(200);
    expect((await fetch(`${api.url}/readyz`)).status).toBe(503);
  });
});

describe('closing', () => {
  test('ends the event streams and takes no new call', async () => {
    const api = await startApi({ temporal: 'nowhere' });
    const stream = await fetch(`${api.url}/api/events`, { headers: { 'X-Api-Key': ADMIN_KEY } });
    const read = stream.text();
    await api.stop();
    expect(await read).toContain('retry:');
    await expect(fetch(`${api.url}/livez`)).rejects.toThrow();
  });
});

const portOf = (address: ReturnType<ReturnType<typeof createServer>['address']>): number =>
  address === null || typeof address === 'string' ? 0 : address.port;
