import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whatsappCloud } from '../../channels/whatsapp-cloud/channel.ts';
import {
  ADMIN_KEY,
  CODEC_TOKEN,
  merchantWithLine,
  startApi,
  UI_ORIGIN,
  type ApiUnderTest,
} from './api-installation.ts';

let api: ApiUnderTest;
const keyFor = async (merchant: string, scopes: readonly string[]): Promise<{ id: string; key: string }> => {
  const { body } = await api.ask('POST', `/api/merchants/${merchant}/keys`, {
    body: { name: scopes.join('+'), scopes },
  });
  return { id: String(body['id']), key: String(body['key']) };
};

beforeAll(async () => {
  api = await startApi({
    temporal: 'nowhere',
    channels: [whatsappCloud({ graphApiUrl: 'http://127.0.0.1:1' })],
  });
  await merchantWithLine(api, 'shop');
});
afterAll(() => api.stop());

describe('keys', () => {
  test('may do what their scopes say and no more, and are accepted in either header', async () => {
    const reader = await keyFor('shop', ['read']);
    const manager = await keyFor('shop', ['manage']);
    expect((await api.ask('GET', '/api/merchants/shop/lines', { key: reader.key })).status).toBe(200);
    expect(
      (
        await api.ask('GET', '/api/merchants/shop/lines', {
          key: null,
          headers: { Authorization: `Bearer ${reader.key}` },
        })
      ).status,
    ).toBe(200);
    expect(
      (await api.ask('POST', '/api/merchants/shop/lines/sim/stop', { key: reader.key })).body['code'],
    ).toBe('missing-scope');
    expect((await api.ask('GET', '/api/merchants/shop/lines', { key: manager.key })).body['code']).toBe(
      'missing-scope',
    );
    expect((await api.ask('POST', '/api/merchants/shop/lines/sim/stop', { key: manager.key })).status).toBe(
      200,
    );
    expect(
      (await api.ask('POST', '/api/merchants', { key: manager.key, body: { id: 'mine', name: 'Mine' } }))
        .status,
    ).toBe(403);
  });

  test('give nobody more than they have themselves', async () => {
    const manager = await keyFor('shop', ['manage']);
    const answer = await api.ask('POST', '/api/merchants/shop/keys', {
      key: manager.key,
      body: { name: 'more', scopes: ['manage', 'send'] },
    });
    expect(answer.status).toBe(403);
  });

  test('are refused the moment they are revoked', async () => {
    const { id, key } = await keyFor('shop', ['read']);
    expect((await api.ask('GET', '/api/merchants/shop', { key })).status).toBe(200);
    expect((await api.ask('DELETE', `/api/merchants/shop/keys/${id}`)).status).toBe(204);
    expect((await api.ask('GET', '/api/merchants/shop', { key })).status).toBe(401);
  });
});

describe('secrets', () => {
  test('are in no answer, no log and no row', async () => {
    const canary = `EAAG${randomBytes(24).toString('hex')}`;
    const ours = await keyFor('shop', ['read', 'send', 'manage']);
    const body = {
      id: 'cloud',
      channel: 'whatsapp-cloud',
      phoneNumberId: '106540352242922',
      accessToken: canary,
      app: 'main',
    };
    const idempotency = { 'Idempotency-Key': 'create-cloud' };
    const said = [
      await api.ask('POST', '/api/merchants/shop/lines', { body, headers: idempotency }),
      await api.ask('POST', '/api/merchants/shop/lines', { body, headers: idempotency }),
      await api.ask('POST', '/api/merchants/shop/lines', { body: { ...body, id: 'again' } }),
      await api.ask('POST', '/api/merchants/shop/lines', {
        body: { ...body, accessToken: { nested: canary } },
      }),
      await api.ask('POST', '/api/merchants/shop/lines', { raw: `{"accessToken": "${canary}", ` }),
      await api.ask('PATCH', '/api/merchants/shop/lines/cloud', { body: { accessToken: `${canary}2` } }),
      await api.ask('GET', '/api/merchants/shop/lines/cloud'),
      await api.ask('GET', '/api/merchants/shop/lines'),
      await api.ask('GET', '/api/merchants/shop/keys'),
      await api.ask('GET', '/api/merchants/shop/audit'),
      await api.ask('GET', `/api/merchants/shop?key=${ours.key}`, { key: null }),
      await api.ask('GET', '/metrics', { key: ours.key }),
      await api.ask('GET', '/api/merchants/shop', { key: `${ours.key}x` }),
    ];
    expect(said.map(({ status }) => status)).toEqual([
      201, 201, 409, 422, 400, 200, 200, 200, 200, 200, 401, 200, 401,
    ]);
    const replayedKey = await api.ask('POST', '/api/merchants/shop/keys', {
      body: { name: 'kept', scopes: ['read'] },
      headers: { 'Idempotency-Key': 'one-key' },
    });
    const again = await api.ask('POST', '/api/merchants/shop/keys', {
      body: { name: 'kept', scopes: ['read'] },
      headers: { 'Idempotency-Key': 'one-key' },
    });
    expect(again.body).toEqual(replayedKey.body);

    const tables = await api.rows(
      `select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
    );
    expect(tables.length).toBeGreaterThan(10);
    let rows = '';
    for (const { relname } of tables)
      rows += JSON.stringify(await api.rows(`select * from ${String(relname)} t`));
    const secrets = [canary, ADMIN_KEY, ours.key, String(replayedKey.body['key']), CODEC_TOKEN];
    for (const secret of secrets) {
      expect(
        said.some(
          ({ text, headers }) => text.includes(secret) || JSON.stringify([...headers]).includes(secret),
        ),
      ).toBe(false);
      expect(api.log().includes(secret)).toBe(false);
      expect(rows.includes(secret)).toBe(false);
      expect(rows.includes(Buffer.from(secret).toString('hex'))).toBe(false);
    }
    expect(api.log()).not.toContain('[object Object]');
  });
});

describe('the codec', () => {
  const plain = {
    metadata: { encoding: Buffer.from('json/plain').toString('base64') },
    data: Buffer.from('"سلام"').toString('base64'),
  };

  test('seals and opens for the admin key and for the token of the Temporal UI, for nobody else', async () => {
    const sealed = await api.ask('POST', '/codec/encode', { body: { payloads: [plain] } });
    expect(sealed.text).not.toContain(plain.data);
    for (const opened of [
      await api.ask('POST', '/codec/decode', { body: sealed.body }),
      await api.ask('POST', `/codec/${CODEC_TOKEN}/decode`, { key: null, body: sealed.body }),
    ])
      expect(opened.body).toEqual({ payloads: [plain] });
    const { key } = await keyFor('shop', ['read', 'send', 'manage']);
    expect((await api.ask('POST', '/codec/decode', { key, body: sealed.body })).status).toBe(403);
    expect((await api.ask('POST', '/codec/guess/decode', { key: null, body: sealed.body })).status).toBe(404);
  });

  test('may be called by a browser from the Temporal UI only', async () => {
    const from = async (origin: string): Promise<string | null> =>
      (
        await api.ask('OPTIONS', `/codec/${CODEC_TOKEN}/decode`, {
          key: null,
          headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' },
        })
      ).headers.get('access-control-allow-origin');
    expect(await from(UI_ORIGIN)).toBe(UI_ORIGIN);
    expect(await from('https://evil.example')).toBeNull();
    expect(
      (await api.ask('GET', '/api/merchants', { headers: { Origin: UI_ORIGIN } })).headers.get(
        'access-control-allow-origin',
      ),
    ).toBeNull();
  });

  test('says so when a payload was sealed by somebody else', async () => {
    const foreign = {
      metadata: { encoding: Buffer.from('binary/encrypted').toString('base64') },
      data: randomBytes(64).toString('base64'),
    };
    expect((await api.ask('POST', '/codec/decode', { body: { payloads: [foreign] } })).body['code']).toBe(
      'unknown-encryption-key',
    );
  });
});

describe('pages', () => {
  test('load nothing from elsewhere and answer to no other name', async () => {
    const docs = await api.ask('GET', '/docs', { key: null });
    expect(docs.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(
      [...docs.text.matchAll(/(?:src|href)="([^"]+)"/g)]
        .map(([, link]) => link)
        .filter((link) => link?.startsWith('/docs/') !== true),
    ).toEqual([]);
    for (const file of ['swagger-ui.css', 'swagger-ui-bundle.js', 'start.js'])
      expect((await api.ask('GET', `/docs/${file}`, { key: null })).status).toBe(200);
    expect((await api.ask('GET', '/docs/..%2f..%2fpackage.json', { key: null })).status).toBe(404);
    expect((await api.ask('GET', '/', { key: null })).status).toBe(200);
  });

  test('are refused under a name that only happens to point here', async () => {
    const under = (host: string): Promise<number> =>
      new Promise((resolve, reject) => {
        request(`${api.url}/livez`, { headers: { Host: host } }, (answer) => {
          answer.resume();
          resolve(answer.statusCode ?? 0);
        })
          .on('error', reject)
          .end();
      });
    expect(await under('rebound.evil.example')).toBe(421);
    expect(
      await Promise.all(['localhost:3000', '127.0.0.1', '[::1]:3000', 'zajel.example'].map(under)),
    ).toEqual([200, 200, 200, 200]);
  });

  test('the metrics are for this machine, or for the admin', async () => {
    expect((await api.ask('GET', '/metrics', { key: null })).text).toContain(
      'zajel_http_request_duration_seconds_bucket',
    );
    const throughProxy = { 'X-Forwarded-For': '203.0.113.9' };
    expect((await api.ask('GET', '/metrics', { key: null, headers: throughProxy })).status).toBe(401);
    expect((await api.ask('GET', '/metrics', { headers: throughProxy })).status).toBe(200);
  });
});

describe('keys that are wrong', () => {
  test('a hundred times a second are answered 429, while the right one passes from the same machine', async () => {
    const { key } = await keyFor('shop', ['read']);
    const guesses = Array.from({ length: 100 }, (_, n) =>
      n % 2 === 0
        ? `guess-${n}`
        : `zk_${randomBytes(6).toString('hex')}_${randomBytes(32).toString('base64url')}`,
    );
    const [wrong, right] = await Promise.all([
      Promise.all(guesses.map((guess) => api.ask('GET', '/api/merchants/shop', { key: guess }))),
      Promise.all(Array.from({ length: 10 }, () => api.ask('GET', '/api/merchants/shop', { key }))),
    ]);
    const statuses = wrong.map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
    // Thirty pass in ten seconds; those may end in the middle, and thirty more pass.
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(40);
    expect(wrong.find(({ status }) => status === 429)?.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(right.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect((await api.ask('GET', '/api/merchants/shop', { key })).status).toBe(200);
    expect((await api.ask('GET', '/api/merchants/shop')).status).toBe(200);
  });
});
