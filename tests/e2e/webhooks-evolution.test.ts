import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ChannelsRig, EVOLUTION_SECRET, until } from './channels-rig.ts';

let rig: ChannelsRig;
let merchant: string;
let instance: string;
beforeAll(async () => {
  rig = await ChannelsRig.open();
});
afterAll(() => rig.close());
beforeEach(async () => {
  rig.echo.reset();
  rig.evolution.reset();
  rig.evolution.callback(null);
  merchant = await rig.merchant();
  instance = await rig.line(merchant, 'evolution');
});

const upsert = (text: string, more: Record<string, unknown> = {}): unknown => ({
  event: 'messages.upsert',
  instance,
  apikey: 'canary-api-key',
  data: {
    key: { remoteJid: '9647701234567@s.whatsapp.net', fromMe: false, id: `E${Math.random()}` },
    message: { conversation: text },
    messageTimestamp: Math.floor(Date.now() / 1_000),
  },
  ...more,
});
const post = async (path: string, body: unknown, secret?: string): Promise<number> => {
  const response = await fetch(`${rig.url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(secret === undefined ? {} : { 'x-webhook-secret': secret }),
    },
    body: JSON.stringify(body),
  });
  await response.arrayBuffer();
  return response.status;
};
const path = '/webhooks/evolution/evolution';
const stored = (): Promise<Record<string, unknown>[]> =>
  rig.rows(`select text from messages where merchant = $1 and direction = 'in' order by seq`, [merchant]);
const line = (): Promise<Record<string, unknown>> =>
  rig.ok('GET', `/api/merchants/${merchant}/lines/evolution`);

describe('the line’s secret', () => {
  /** Lines of other merchants have the same name: only the secret tells them apart. */
  const own = 'a-secret-of-this-very-test';
  beforeEach(async () => {
    await rig.ok('PATCH', `/api/merchants/${merchant}/lines/evolution`, { secret: own });
  });

  test('opens the webhook in the header or in the path', async () => {
    expect(await post(path, upsert('بالترويسة'), own)).toBe(200);
    expect(await post(`${path}/${own}`, upsert('بالمسار'))).toBe(200);
    expect((await stored()).map(({ text }) => text)).toEqual(['بالترويسة', 'بالمسار']);
  });

  test.each([undefined, '', 'a-wrong-secret-of-this-test'])(
    '%s is refused with 401, and nothing is stored or logged of the body',
    async (secret) => {
      expect(await post(path, upsert('لا'), secret)).toBe(401);
      expect(await stored()).toEqual([]);
      expect(rig.logged.join('')).not.toContain('canary-api-key');
    },
  );

  test('of a line that does not exist is refused alike', async () => {
    expect(await post('/webhooks/evolution/no-such-line', upsert('لا'), own)).toBe(401);
  });

  test('lets in the news of its own instance only', async () => {
    expect(await post(path, upsert('غريب', { instance: 'another-instance' }), own)).toBe(200);
    expect(await stored()).toEqual([]);
    const counted = await rig.rows('select updates::int from unmatched_updates where account = $1', [
      'another-instance',
    ]);
    expect(counted).toEqual([{ updates: 1 }]);
  });
});

describe('the connection', () => {
  const secret = 'a-secret-of-this-connection';
  beforeEach(async () => {
    await rig.ok('PATCH', `/api/merchants/${merchant}/lines/evolution`, { secret });
    rig.evolution.callback({ url: rig.url + path, secret });
  });

  test('lost and found again moves the line; what waited meanwhile is sent once', async () => {
    rig.evolution.connection(instance, 'close', 428);
    await until(line, ({ state }) => state === 'starting');
    rig.evolution.say({ instance, from: '9647700000001', text: 'سؤال' });
    await until(
      () => rig.conversation(merchant, 'whatsapp', '9647700000001').catch(() => null),
      (one) => one?.waiting?.reason === 'line-down',
    );
    rig.evolution.connection(instance, 'open');
    await until(line, ({ state }) => state === 'connected');
    // An answer to the test before this one may still be on its way.
    const answers = (): unknown[] => rig.evolution.delivered().filter((sent) => sent.instance === instance);
    await until(() => answers().length > 0);
    await rig.evolution.settled();
    expect(answers()).toHaveLength(1);
  });

  test('unlinked on the phone shows as logged out', async () => {
    rig.evolution.connection(instance, 'close', 401);
    const { history } = await until(line, ({ state }) => state === 'logged-out');
    expect(history).toContainEqual(expect.objectContaining({ why: 'instance-unlinked-401' }));
  });

  test('does not start a line that a person has stopped', async () => {
    await rig.ok('POST', `/api/merchants/${merchant}/lines/evolution/stop`);
    rig.evolution.connection(instance, 'open');
    await rig.evolution.settled();
    expect(await line()).toMatchObject({ state: 'stopped' });
  });
});

test('acks go forward to read, and our own message coming back is not the owner’s', async () => {
  await rig.ok('PATCH', `/api/merchants/${merchant}/lines/evolution`, { secret: `${EVOLUTION_SECRET}-own` });
  rig.evolution.callback({
    url: rig.url + path,
    secret: `${EVOLUTION_SECRET}-own`,
    echoes: true,
  });
  rig.evolution.say({ instance, from: '9647700000002', text: 'سؤال' });
  const look = () => rig.conversation(merchant, 'whatsapp', '9647700000002').catch(() => null);
  const is = (state: RegExp) => (one: Awaited<ReturnType<typeof look>>) =>
    one?.messages.some(({ status }) => state.test(status)) === true;
  // An ack names the message by an id that comes with the send's answer, or with the echo.
  await until(look, is(/^(accepted|sent)$/));
  const sent = rig.evolution
    .delivered()
    .find((one) => one.instance === instance && one.to.includes('9647700000002'));
  for (const status of ['READ', 'SERVER_ACK', 'DELIVERY_ACK'] as const)
    rig.evolution.ack({ instance, id: sent?.id ?? '', to: sent?.to ?? '', status });
  await rig.evolution.settled();
  const seen = await until(look, is(/^read$/));
  expect(seen?.inCharge).toBe('bot');
  expect(seen?.messages).toHaveLength(2);
});

// The last: it takes Temporal away from everything in this file.
test('while Temporal is away a webhook is told 503 within two seconds, and the message is kept for the redelivery', async () => {
  const secret = 'a-secret-of-this-outage';
  await rig.ok('PATCH', `/api/merchants/${merchant}/lines/evolution`, { secret });
  await rig.stopTemporal();
  const asked = upsert('هل من أحد؟');
  const tookMs: number[] = [];
  // The machine itself may stand still once; the redelivery is told as soon.
  for (let tries = 0; tries < 3; tries += 1) {
    const startedMs = Date.now();
    expect(await post(path, asked, secret)).toBe(503);
    tookMs.push(Date.now() - startedMs);
  }
  expect(Math.min(...tookMs)).toBeLessThan(2_500);
  expect(await stored()).toHaveLength(1);
});
