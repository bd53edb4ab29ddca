import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { configHealth, networkHealth } from '../../api/schemas/health.ts';
import { ChannelsRig, until } from './channels-rig.ts';

let rig: ChannelsRig;
let merchant: string;
beforeAll(async () => {
  rig = await ChannelsRig.open();
});
afterAll(() => rig.close());
beforeEach(async () => {
  rig.echo.reset();
  rig.graph.reset();
  rig.evolution.reset();
  await rig.evolution.up().catch((alreadyUp: unknown) => {
    if (!String(alreadyUp).includes('ERR_SERVER_ALREADY_LISTEN')) throw alreadyUp;
  });
  merchant = await rig.merchant();
});
const sendings = (account: string) => rig.graph.received().filter((sent) => sent.account === account);
const delivered = (account: string) => rig.graph.delivered().filter((sent) => sent.account === account);

describe('a file whose server never answers', () => {
  test('holds up neither the text beside it nor what the customer asks next', async () => {
    const number = await rig.line(merchant, 'whatsapp-cloud');
    const id = rig.graph.addMedia({ bytes: Buffer.from('never'), mimeType: 'image/jpeg', hangs: true });
    rig.graph.say({
      account: number,
      from: '9647707100001',
      message: { type: 'image', image: { id, mime_type: 'image/jpeg' } },
    });
    rig.graph.say({ account: number, from: '9647707100001', text: 'بكم هذا؟' });
    await until(() => delivered(number).some(({ text }) => text.includes('بكم هذا؟')));
    rig.graph.say({ account: number, from: '9647707100001', text: 'هل من أحد؟' });
    await until(() => delivered(number).some(({ text }) => text.includes('هل من أحد؟')));
    const { messages } = await rig.conversation(merchant, 'whatsapp', '9647707100001');
    // Still being waited for, all this time.
    expect(JSON.stringify(messages.map(({ media }) => media ?? null))).not.toMatch(/"fetched"|"failed"/);
  });
});

describe('a send that is refused because the service window is shut', () => {
  const refuse = (number: string, to: string): void =>
    rig.graph.fail({ kind: 'error', code: 131047, times: 1, account: number, to });

  test('goes as the merchant’s template, once', async () => {
    const number = await rig.line(merchant, 'whatsapp-cloud');
    await rig.ok('PATCH', `/api/merchants/${merchant}/rules`, {
      outsideWindow: { name: 'we_have_an_answer', language: 'ar', variables: ['{answer}'] },
    });
    refuse(number, '9647707200001');
    rig.graph.say({ account: number, from: '9647707200001', text: 'سؤال' });
    await until(() => delivered(number).length === 1);
    expect(delivered(number)[0]?.body).toMatchObject({ type: 'template' });
    expect(sendings(number)).toHaveLength(2);
  });

  test('without one waits for the customer, and a person is told', async () => {
    const number = await rig.line(merchant, 'whatsapp-cloud');
    refuse(number, '9647707200002');
    rig.graph.say({ account: number, from: '9647707200002', text: 'سؤال' });
    await until(
      () => rig.conversation(merchant, 'whatsapp', '9647707200002').catch(() => null),
      (one) => one?.waiting?.reason === 'window-closed' && one.needsHuman === 'window-closed',
    );
    expect(delivered(number)).toEqual([]);
    // The clock of a message has whole seconds: this one is after the refusal.
    rig.graph.say({ account: number, from: '9647707200002', text: 'مرحبا؟', atMs: Date.now() + 1_000 });
    await until(() => delivered(number).length === 1);
  });
});

test.each([4_096, 20_000])(
  '%i characters are taken whole, and as long an answer goes out in order within the limit',
  async (length) => {
    const number = await rig.line(merchant, 'whatsapp-cloud');
    const words = Array.from({ length: Math.floor(length / 8) }, (_, index) =>
      `ك${index}`.padEnd(7, 'ل'),
    ).join(' ');
    rig.graph.say({ account: number, from: '9647707300001', text: words });
    const expected = `1: ${words}`;
    const said = (): string =>
      delivered(number)
        .map(({ text }) => text)
        .join(' ');
    await until(() => said().length >= expected.length);
    expect(said().replaceAll(/\s+/g, ' ')).toBe(expected);
    for (const { text } of delivered(number)) expect(Array.from(text).length).toBeLessThanOrEqual(4_096);
    const { messages } = await rig.conversation(merchant, 'whatsapp', '9647707300001');
    expect(messages.find(({ by }) => by === 'customer')?.text).toBe(words);
  },
);

describe('the pace of a line', () => {
  const path = (): string => `/api/merchants/${merchant}/lines/evolution`;

  test('is its channel’s until the line sets its own, in whole or in part, and is shown as it is in force', async () => {
    await rig.line(merchant, 'evolution');
    expect((await rig.ok('GET', path()))['pace']).toMatchObject({
      perMinute: 8,
      newContactsPerDay: { first: 20, last: 140, days: 7 },
    });
    const slower = await rig.ok('PATCH', path(), { pace: { perMinute: 2, perDay: null } });
    expect(slower['pace']).toMatchObject({ perMinute: 2, perDay: null, perHour: 200 });
    expect((await rig.ok('PATCH', path(), { pace: null }))['pace']).toBeNull();
    expect((await rig.ok('PATCH', path(), { pace: {} }))['pace']).toMatchObject({ perMinute: 8 });
  });

  test.each([{ perMinute: 0 }, { perMinute: 'fast' }, { replyGapMs: { from: 5, to: 1 } }, { fast: true }])(
    'that makes no sense is refused: %j',
    async (pace) => {
      await rig.line(merchant, 'evolution');
      expect((await rig.ask('PATCH', path(), { pace })).status).toBe(422);
      expect((await rig.ok('GET', path()))['pace']).toMatchObject({ perMinute: 8 });
    },
  );

  test('holds what is sent: the second answer of the minute waits and says why', async () => {
    const instance = await rig.line(merchant, 'evolution');
    await rig.ok('PATCH', path(), { pace: { perMinute: 1, replyGapMs: null } });
    rig.evolution.callback({
      url: `${rig.url}/webhooks/evolution/evolution`,
      secret: 'the-secret-of-the-line',
    });
    rig.evolution.say({ instance, from: '9647707400001', text: 'أ' });
    await until(() => rig.evolution.delivered().length === 1);
    rig.evolution.say({ instance, from: '9647707400002', text: 'ب' });
    await until(
      () => rig.conversation(merchant, 'whatsapp', '9647707400002').catch(() => null),
      (one) => one?.waiting?.reason === 'pace',
    );
    expect(rig.evolution.delivered()).toHaveLength(1);
  });
});

describe('the health of what is configured', () => {
  const lines = async (query = '') => {
    const { text } = await rig.ask('GET', `/api/config/health${query}`);
    expect(text).not.toMatch(/token-\d|evolution-key|the-secret-of-the-line|a-new-token/);
    const { merchants } = configHealth.parse(JSON.parse(text));
    return merchants.find((one) => one.merchant === merchant)?.lines ?? [];
  };

  test('asks each provider when it is told to, and says what can’t be reached and what has run out, without a secret', async () => {
    const number = await rig.line(merchant, 'whatsapp-cloud');
    await rig.line(merchant, 'instagram');
    const instance = await rig.line(merchant, 'evolution');
    expect((await lines()).map(({ id, reachable, probe }) => [id, reachable, probe])).toEqual([
      ['evolution', true, null],
      ['instagram', true, null],
      ['whatsapp-cloud', true, null],
    ]);
    rig.graph.expireToken(`token-${number}`);
    rig.evolution.connection(instance, 'close');
    const probed = await lines('?probe=true');
    expect(probed).toMatchObject([
      { id: 'evolution', reachable: false, expired: false, probe: { ok: false } },
      { id: 'instagram', reachable: true, expired: false, probe: { ok: true, reason: null } },
      {
        id: 'whatsapp-cloud',
        reachable: false,
        expired: true,
        probe: { ok: false, reason: 'token-refused' },
      },
    ]);
    // Asked again at once, the providers are left alone; a new token is a new question.
    rig.evolution.connection(instance, 'open');
    expect((await lines('?probe=true'))[0]?.probe).toEqual(probed[0]?.probe);
    await rig.ok('PATCH', `/api/merchants/${merchant}/lines/whatsapp-cloud`, { accessToken: 'a-new-token' });
    expect((await lines('?probe=true'))[2]).toMatchObject({ reachable: true, expired: false });
  });

  test('does not wait for a provider that is off', async () => {
    await rig.line(merchant, 'evolution');
    await rig.evolution.down();
    expect(await lines('?probe=true')).toMatchObject([
      { reachable: false, probe: { ok: false, reason: 'connection-refused' } },
    ]);
    await rig.evolution.up();
  });
});

test('the health of the network tells of customers’ files apart from the line', async () => {
  const number = await rig.line(merchant, 'whatsapp-cloud');
  const id = rig.graph.addMedia({ bytes: Buffer.from('a picture'), mimeType: 'image/jpeg' });
  rig.graph.say({
    account: number,
    from: '9647707500001',
    message: { type: 'image', image: { id, mime_type: 'image/jpeg', caption: 'بكم؟' } },
  });
  await until(() => delivered(number).length === 1);
  const own = await until(
    async () => {
      await rig.house.networkLog.flush();
      const { text } = await rig.ask('GET', '/api/system/network-health');
      return networkHealth.parse(JSON.parse(text)).destinations.filter((one) => one.merchant === merchant);
    },
    (destinations) => destinations.length === 2,
  );
  expect(own.map(({ kind, id: name, status }) => [kind, name, status]).sort()).toEqual([
    ['line', 'whatsapp-cloud', 'healthy'],
    ['media', 'whatsapp-cloud', 'healthy'],
  ]);
});
