import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { startGraphDouble, type GraphDouble } from '../doubles/graph-api/double.ts';
import { RunningZajel } from '../support/running-zajel.ts';

const NUMBER = '106540352242922';
const canary = (what: string): string => `${what}-${randomBytes(16).toString('hex')}`;
const SECRETS = {
  token: canary('EAAG'),
  spentToken: canary('EAAGspent'),
  appSecret: canary('app-secret'),
  verifyToken: canary('verify'),
};
/** Kept in the shop's own database, for it to read; nowhere else in clear. */
const PRIVATE = { customer: '9647709998877', words: 'عنواني شارع الكناري رقم سبعة' };

let graph: GraphDouble;
let zajel: RunningZajel;
beforeAll(async () => {
  graph = await startGraphDouble();
  zajel = new RunningZajel({ GRAPH_API_URL: `${graph.url}/v23.0`, LOG_LEVEL: 'debug' });
  await zajel.start();
}, 180_000);
afterAll(async () => {
  await zajel.remove();
  await graph.close();
}, 60_000);

const made = z.object({ key: z.string() });

/** Every file that holds one of these, and which. */
function found(folder: string, wanted: Record<string, string>): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      const bytes = readFileSync(path);
      return Object.entries(wanted)
        .filter(([, secret]) => bytes.includes(secret))
        .map(([name]) => `${name} in ${relative(folder, path)}`);
    });
}

it('no secret is in an answer, a log, a history, a page of the database or any file; no customer’s words outside the database', async () => {
  const answers: string[] = [];
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await zajel.call(method, path, body);
    answers.push(JSON.stringify(answer.body));
    return answer.body;
  };
  const lines = '/api/merchants/demo/lines';
  await call('POST', '/api/meta-apps', {
    id: 'shop',
    appSecret: SECRETS.appSecret,
    verifyToken: SECRETS.verifyToken,
  });
  await call('POST', lines, {
    id: 'wa',
    channel: 'whatsapp-cloud',
    phoneNumberId: NUMBER,
    accessToken: SECRETS.spentToken,
    app: 'shop',
  });
  // Made once and shown once: from here on it is a secret like the others.
  const { key } = made.parse(
    (await zajel.call('POST', '/api/merchants/demo/keys', { name: 'till', scopes: ['read'] })).body,
  );
  const secrets = { ...SECRETS, key };

  graph.callback({
    url: `${zajel.url}/webhooks/meta/shop`,
    appSecret: SECRETS.appSecret,
    statuses: ['sent', 'delivered'],
  });
  graph.expireToken(SECRETS.spentToken);
  const say = (text: string): string =>
    graph.say({ account: NUMBER, from: PRIVATE.customer, name: 'كناري', text });
  say(PRIVATE.words);
  // Refused by the provider, with everything that was sent to it at hand for the log.
  while (!JSON.stringify(await call('GET', `${lines}/wa`)).includes('"state":"logged-out"')) await pause(200);
  await call('PATCH', `${lines}/wa`, { accessToken: SECRETS.token });
  graph.fail({ kind: 'error', code: 131000, times: 2 });
  say('بكم القميص؟');
  while (graph.delivered().length === 0) {
    await call('GET', '/api/merchants/demo/conversations');
    await pause(200);
  }

  const conversation = `/api/merchants/demo/conversations/whatsapp/${PRIVATE.customer}`;
  await call('POST', `${conversation}/take-over`, {});
  await call('POST', `${conversation}/messages`, { text: PRIVATE.words });
  await fetch(`${zajel.url}/webhooks/meta/shop?hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1`);
  await fetch(`${zajel.url}/webhooks/meta/shop`, {
    method: 'POST',
    headers: { 'x-hub-signature-256': `sha256=${SECRETS.appSecret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ entry: [], said: PRIVATE.words }),
  });
  await call('POST', lines, { id: 'wa', channel: 'whatsapp-cloud', accessToken: { nested: SECRETS.token } });
  await fetch(`${zajel.url}/api/merchants/demo?key=${key}`);
  for (const path of [
    '/api/meta-apps',
    '/api/config/health?probe=true',
    '/api/system/network-health',
    '/api/merchants/demo/audit',
    '/api/merchants/demo/keys',
    '/api/bad-items',
    '/metrics',
    '/api/openapi.json',
    lines,
  ]) {
    const response = await fetch(`${zajel.url}${path}`, { headers: { 'x-api-key': key } });
    answers.push(await response.text());
    const whole = await fetch(`${zajel.url}${path}`, { headers: { 'x-api-key': zajel.adminKey } });
    answers.push(await whole.text());
  }
  await graph.settled();
  expect(await zajel.stop()).toBe(0);

  for (const [name, secret] of Object.entries(secrets)) {
    expect(answers.join('\n').includes(secret), `${name} in an answer`).toBe(false);
    expect(zajel.log.includes(secret), `${name} in the log`).toBe(false);
  }
  for (const [name, secret] of Object.entries(PRIVATE))
    expect(zajel.log.includes(secret), `${name} in the log`).toBe(false);
  expect(zajel.log).not.toContain('[object Object]');
  expect(found(zajel.folder, secrets)).toEqual([]);
  expect(found(zajel.folder, PRIVATE).filter((where) => !/ in postgres\//.test(where))).toEqual([]);
  // The search itself works: the words are where they belong.
  expect(found(join(zajel.folder, 'postgres'), PRIVATE).length).toBeGreaterThan(0);
}, 300_000);
