import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { merchantWithLine, startApi, type ApiUnderTest } from './api-installation.ts';

const operation = z.object({
  summary: z.string().min(1),
  security: z.array(z.unknown()).optional(),
  requestBody: z
    .object({ content: z.object({ 'application/json': z.object({ schema: z.unknown() }) }) })
    .optional(),
});
const document = z.object({
  openapi: z.literal('3.1.0'),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});

interface Listed {
  readonly method: string;
  readonly path: string;
  readonly template: string;
  readonly isPublic: boolean;
  readonly takesBody: boolean;
}

const PARAMETERS: Record<string, string> = {
  merchant: 'shop',
  line: 'sim',
  platform: 'simulator',
  customer: '9647701234567',
  item: 'shirt',
  key: '0123456789ab',
  token: 'guess',
  file: 'anything',
};
const filled = (template: string, other: Record<string, string> = {}): string =>
  template.replaceAll(/\{(\w+)\}/g, (_, name: string) => other[name] ?? PARAMETERS[name] ?? `no-${name}`);

let api: ApiUnderTest;
let routes: Listed[] = [];
let text = '';
let otherKey = '';

beforeAll(async () => {
  api = await startApi({ temporal: 'nowhere' });
  await merchantWithLine(api, 'shop');
  await merchantWithLine(api, 'neighbour');
  const created = await api.ask('POST', '/api/merchants/neighbour/keys', {
    body: { name: 'all', scopes: ['read', 'send', 'manage'] },
  });
  otherKey = String(created.body['key']);
  text = (await api.ask('GET', '/openapi.json', { key: null })).text;
  routes = Object.entries(document.parse(JSON.parse(text)).paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, { security, requestBody }]) => ({
      method: method.toUpperCase(),
      template,
      path: filled(template),
      isPublic: security?.length === 0,
      takesBody: requestBody !== undefined,
    })),
  );
});
afterAll(() => api.stop());

describe('every route', () => {
  test('of the contract is in the OpenAPI document', () => {
    const listed = new Set(routes.map(({ method, template }) => `${method} ${template}`));
    const m = '/api/merchants/{merchant}';
    const wanted = [
      'POST /api/merchants',
      `GET ${m}`,
      `PATCH ${m}`,
      `DELETE ${m}`,
      `POST ${m}/lines`,
      `GET ${m}/lines`,
      `GET ${m}/lines/{line}`,
      `PATCH ${m}/lines/{line}`,
      `DELETE ${m}/lines/{line}`,
      ...['start', 'stop', 'restart', 'logout'].map((action) => `POST ${m}/lines/{line}/${action}`),
      `GET ${m}/lines/{line}/qr`,
      `GET ${m}/conversations`,
      `GET ${m}/conversations/{platform}/{customer}`,
      ...['messages', 'take-over', 'hand-back', 'flush', 'close'].map(
        (action) => `POST ${m}/conversations/{platform}/{customer}/${action}`,
      ),
      'POST /api/simulator/{merchant}/{line}/messages',
      'GET /api/simulator/{merchant}/{line}/outbox',
      'PUT /api/simulator/{merchant}/{line}/failures',
      `GET ${m}/catalogue`,
      `GET ${m}/hours`,
      `GET ${m}/rules`,
      `GET ${m}/settings`,
      `PATCH ${m}/settings`,
      `GET ${m}/keys`,
      `POST ${m}/keys`,
      `GET ${m}/audit`,
      'GET /api/events',
      'GET /livez',
      'GET /readyz',
      'GET /metrics',
      'GET /',
      'GET /openapi.json',
      'GET /docs',
      'POST /codec/decode',
      'POST /codec/encode',
    ];
    expect(wanted.filter((route) => !listed.has(route))).toEqual([]);
  });

  test('names only schemas that the document holds', () => {
    const { components } = document.parse(JSON.parse(text));
    const named = [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name ?? '');
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !(name in components.schemas))).toEqual([]);
  });

  test('answers 401 without a key, with a problem that carries the request id', async () => {
    const wrong: unknown[] = [];
    for (const { method, path, isPublic } of routes) {
      if (isPublic) continue;
      const { status, body, headers } = await api.ask(method, path, { key: null });
      const isProblem =
        headers.get('content-type')?.startsWith('application/problem+json') === true &&
        body['requestId'] === headers.get('x-request-id');
      if (status !== 401 || body['code'] !== 'no-key' || !isProblem) wrong.push({ method, path, status });
    }
    expect(wrong).toEqual([]);
    expect(routes.filter(({ isPublic }) => !isPublic).length).toBeGreaterThan(35);
  });

  test('of one merchant is unknown to another merchant’s key, in the words used for a merchant that does not exist', async () => {
    const wrong: unknown[] = [];
    for (const { method, template, path } of routes.filter((route) =>
      route.template.includes('{merchant}'),
    )) {
      const others = await api.ask(method, path, { key: otherKey });
      const nobodys = await api.ask(method, filled(template, { merchant: 'nobody' }), { key: otherKey });
      const { requestId: _, ...told } = others.body;
      const { requestId: __, ...toldOfNobody } = nobodys.body;
      if (others.status !== 404 || JSON.stringify(told) !== JSON.stringify(toldOfNobody))
        wrong.push({ method, path, status: others.status });
    }
    expect(wrong).toEqual([]);
  });

  test('refuses a merchant that does not exist to the admin, too', async () => {
    const answers = await Promise.all(
      routes
        .filter(({ template }) => template.includes('{merchant}'))
        .map(({ method, template }) =>
          api.ask(method, filled(template, { merchant: 'nobody' }), {
            body: method === 'GET' || method === 'DELETE' ? undefined : {},
          }),
        ),
    );
    expect(new Set(answers.map(({ status, body }) => `${status} ${String(body['code'])}`))).toEqual(
      new Set(['404 unknown-merchant']),
    );
  });

  test('that takes a body refuses one of another shape, and says where it is wrong', async () => {
    const wrong: unknown[] = [];
    for (const { method, path, takesBody } of routes) {
      if (!takesBody || path.startsWith('/codec')) continue;
      const { status, body } = await api.ask(method, path, { body: { nonsense: true } });
      if (status !== 422 || body['code'] !== 'invalid-request' || !Array.isArray(body['errors']))
        wrong.push({ method, path, status });
    }
    expect(wrong).toEqual([]);
  });

  test('that takes a body tells what is not JSON, and what is too large, before it looks further', async () => {
    for (const { method, path, takesBody, template } of routes) {
      if (!takesBody || template.startsWith('/codec')) continue;
      const notJson = await api.ask(method, path, { raw: '{"half": ' });
      expect([method, path, notJson.status, notJson.body['code']]).toEqual([method, path, 400, 'not-json']);
    }
    const huge = await api.ask('PATCH', '/api/merchants/shop/settings', {
      raw: JSON.stringify({ pad: 'x'.repeat(300_000) }),
    });
    expect([huge.status, huge.body['code']]).toEqual([413, 'body-too-large']);
  });

  test('answers 405 with what is allowed to another method, and 404 where there is nothing', async () => {
    const wrongMethod = await api.ask('DELETE', '/api/merchants/shop/settings');
    expect([wrongMethod.status, wrongMethod.headers.get('allow')]).toEqual([405, 'GET, PATCH, HEAD']);
    expect((await api.ask('GET', '/api/nothing')).body['code']).toBe('unknown-route');
    expect((await api.ask('POST', '/nothing', { body: {} })).body['code']).toBe('unknown-route');
  });
});
