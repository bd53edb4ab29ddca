import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { HOLDER_BEAT_MS } from '../../activities/hold-line.ts';
import { processesOf } from '../../channels/whatsapp-web/processes.ts';
import { pathsOf } from '../../channels/whatsapp-web/settings.ts';
import { lineHouse, type LineHouse } from './line-rig.ts';
import { CHROMIUM, CUSTOMER, SHOP, until } from './whatsapp-web-rig.ts';

// Real browsers on a busy machine: the waits are for facts, this is only the end of patience.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const LINE = '/api/merchants/shop/lines/main';
const CONVERSATION = `/api/merchants/shop/conversations/whatsapp/${CUSTOMER}`;
const CONNECTION = '/api/whatsapp/persistent-connection';

describe.skipIf(CHROMIUM === undefined)('a WhatsApp line that stays (needs Chromium)', () => {
  let the: LineHouse;
  beforeAll(async () => {
    the = await lineHouse();
    const shop = {
      id: 'shop',
      name: 'متجر',
      country: 'EG',
      timezone: 'Africa/Cairo',
      language: 'ar',
      currency: 'EGP',
    };
    expect((await the.ask('POST', '/api/merchants', shop)).status).toBe(201);
    // More is answered here within a minute than such a line's own pace would let out.
    const line = { id: 'main', channel: 'whatsapp-web', pace: { perMinute: null } };
    expect((await the.ask('POST', '/api/merchants/shop/lines', line)).status).toBe(201);
  });
  afterAll(() => the.close());

  const isIn = (state: string): Promise<unknown> =>
    until(`the line ${state}`, async () => (await the.ask('GET', LINE)).body['state'] === state);
  const answersTo = (text: string): number =>
    the.phone.sent().filter((one) => one.text.includes(text)).length;
  const isAnsweredOnce = async (text: string): Promise<void> => {
    await until(`the answer to ${text}`, () => answersTo(text) > 0);
    await until('nothing waits', async () => (await the.ask('GET', LINE)).body['waiting'] === 0);
    expect(answersTo(text)).toBe(1);
  };

  it('is linked by the QR that the API shows, and says so', async () => {
    expect((await the.ask('GET', `${LINE}/qr`)).body['code']).toBe('no-qr');
    expect((await the.ask('GET', LINE)).body).toMatchObject({ state: 'stopped', desired: 'stopped' });
    expect((await the.ask('POST', `${LINE}/start`)).status).toBe(200);
    expect((await the.ask('GET', LINE)).body['desired']).toBe('started');
    await isIn('needs-qr');
    const qr = await until('the QR', async () => {
      const { status, body } = await the.ask('GET', `${LINE}/qr`);
      return status === 200 ? body : null;
    });
    expect(qr['image']).toMatch(/^data:image\/png;base64,/);
    expect(qr['text']).toMatch(/^2@/);
    expect((await the.ask('GET', CONNECTION)).body['recommendations']).toMatchObject({ needsQRScan: true });
    expect(the.phone.scan()).toBe(true);
    await isIn('connected');
    const body = await until('the heartbeat tells of it', async () => {
      const { body: now } = await the.ask('GET', CONNECTION);
      return JSON.stringify(now['connection']).includes('"isConnected":true') ? now : null;
    });
    expect(body['connection']).toMatchObject({ isConnected: true, clientInfo: { phone: '201000000001' } });
    expect(body['connection']).toHaveProperty('uptime', expect.stringMatching(/^\d+h \d+m \d+s$/));
    expect((await the.ask('GET', `${LINE}/qr`)).body['code']).toBe('no-qr');
  });

  it('answers a customer’s message exactly once', async () => {
    the.phone.receive({ from: CUSTOMER, body: 'السلام عليكم' });
    await isAnsweredOnce('السلام عليكم');
    // Shown while the answer is thought; the typing before each send is switched off here.
    const { typing, unread } = the.double.world.account(SHOP);
    await until('“typing…”', () => typing.some(({ chat, on }) => chat === `${CUSTOMER}@c.us` && on));
    expect(unread[`${CUSTOMER}@c.us`]).toBe(0);
  });

  it('fetches the file that a customer sent, through the line itself', async () => {
    the.phone.receive({
      from: CUSTOMER,
      type: 'image',
      body: '',
      caption: 'هل عندكم مثل هذا؟',
      directPath: '/media/photo',
      mimetype: 'image/jpeg',
    });
    const id = await until('the file', async () => {
      const kept = JSON.stringify((await the.ask('GET', CONVERSATION)).body);
      const [file = ''] = /"file":{[^}]*"state":"fetched"[^}]*}/.exec(kept) ?? [];
      return /"id":"([^"]+)"/.exec(file)?.[1];
    });
    expect(await the.file(`/api/merchants/shop/media/${id}`)).toEqual(['image/jpeg', 'media:photo']);
  });

  it('is connected again after its browser was killed, and sends what waited once', async () => {
    for (const { pid, command } of await processesOf(pathsOf(the.directory).profile))
      if (!command.includes('--type=')) process.kill(pid, 'SIGKILL');
    the.phone.receive({ from: CUSTOMER, body: 'وأنت لا تسمع' });
    await until('the killed browser noticed', async () =>
      JSON.stringify((await the.ask('GET', LINE)).body['history']).includes('"degraded"'),
    );
    await isIn('connected');
    await isAnsweredOnce('وأنت لا تسمع');
    expect(the.phone.linkedDevices).toBe(1);
  });

  it('keeps its login through stop and start, and reads what came meanwhile', async () => {
    expect((await the.ask('POST', `${LINE}/stop`)).body['state']).toBe('stopped');
    expect(await processesOf(pathsOf(the.directory).profile)).toEqual([]);
    expect((await the.ask('POST', `${LINE}/stop`)).status).toBe(200);
    expect((await the.ask('GET', LINE)).body['desired']).toBe('stopped');
    the.phone.receive({ from: CUSTOMER, body: 'هل أنتم هنا؟' });
    await the.ask('POST', `${CONVERSATION}/messages`, { text: 'من شخص في المتجر' });
    expect((await the.ask('GET', CONVERSATION)).body).toMatchObject({
      phase: 'waiting',
      waiting: { reason: 'line-down' },
    });
    await the.ask('POST', `${CONVERSATION}/hand-back`);
    expect((await the.ask('POST', CONNECTION, { action: 'reconnect' })).body['success']).toBe(false);
    await the.ask('POST', `${LINE}/start`);
    await isIn('connected');
    await isAnsweredOnce('هل أنتم هنا؟');
    await isAnsweredOnce('من شخص في المتجر');
    expect(the.phone.linkedDevices).toBe(1);
  });

  it('is silent where a person types on the phone itself, until it is handed back', async () => {
    the.phone.ownerTypes(CUSTOMER, 'أنا معك بنفسي');
    await until(
      'the take-over',
      async () => (await the.ask('GET', CONVERSATION)).body['inCharge'] === 'human',
    );
    the.phone.receive({ from: CUSTOMER, body: 'شكرًا لك' });
    await until('the customer’s words', async () =>
      JSON.stringify((await the.ask('GET', CONVERSATION)).body).includes('شكرًا لك'),
    );
    await the.ask('POST', `${CONVERSATION}/hand-back`);
    the.phone.receive({ from: CUSTOMER, body: 'سؤال بعد الإعادة' });
    await until('the answer after it', () => answersTo('سؤال بعد الإعادة') > 0);
    expect(answersTo('أنا معك بنفسي')).toBe(0);
  });

  it('hears no groups, statuses and newsletters: nobody there is a customer', async () => {
    for (const chat of ['12036300000000@g.us', 'status@broadcast', '120363999@newsletter'])
      the.phone.receive({ from: '201555666777', body: 'في مجموعة', chat });
    the.phone.receive({ from: CUSTOMER, body: 'بعد المجموعات' });
    await isAnsweredOnce('بعد المجموعات');
    const { body } = await the.ask('GET', '/api/merchants/shop/conversations');
    expect(JSON.stringify(body)).not.toMatch(/201555666777|في مجموعة/);
  });

  it('goes on with the next worker when the one that held it ends, and says meanwhile that it is down', async () => {
    await the.stopWorker();
    expect(await processesOf(pathsOf(the.directory).profile)).toEqual([]);
    const { body } = await the.ask('GET', LINE);
    expect(body).toMatchObject({ state: 'degraded', reason: 'moves-on', desired: 'started' });
    expect(body['advice']).toMatchObject([{ code: 'held-elsewhere' }]);
    the.phone.receive({ from: CUSTOMER, body: 'بعد العامل' });
    await the.startWorker();
    await isAnsweredOnce('بعد العامل');
    expect(the.phone.linkedDevices).toBe(1);
  });

  it('costs an action per heartbeat: 8,640 a day', async () => {
    expect((24 * 3_600_000) / HOLDER_BEAT_MS).toBe(8_640);
    await isIn('connected');
    const beats = async (): Promise<number> => (await the.actions())['grpc_RecordActivityTaskHeartbeat'] ?? 0;
    const before = await beats();
    await until('a heartbeat', async () => (await beats()) > before);
  });

  it('clears its login only when that is confirmed, keeps a copy, and asks for a scan', async () => {
    const refused = await the.ask('POST', CONNECTION, { action: 'clear-session' });
    expect([refused.status, refused.body['code']]).toEqual([422, 'confirmation-needed']);
    await isIn('connected');
    const cleared = await the.ask('POST', CONNECTION, { action: 'clear-session', confirm: true });
    expect(cleared.body).toMatchObject({ success: true, needsQR: true });
    expect(cleared.body['copy']).toContain('kept');
    await isIn('needs-qr');
    const pairing = await the.ask('POST', `${LINE}/pairing-code`, { phone: '201000000001' });
    expect(the.phone.enterCode(String(pairing.body['code']))).toBe(true);
    await isIn('connected');
  });

  it('unlinked on the phone asks for a QR, and what is to be sent waits until somebody scans it', async () => {
    the.phone.unlink();
    await isIn('needs-qr');
    const { body } = await the.ask('GET', LINE);
    expect(JSON.stringify(body['history'])).toContain('unlinked-on-phone');
    await the.ask('POST', `${CONVERSATION}/messages`, { text: 'حين يُربط الهاتف' });
    await until('that it waits', async () => {
      const { waiting } = (await the.ask('GET', CONVERSATION)).body;
      return JSON.stringify(waiting).includes('line-down') || JSON.stringify(waiting).includes('needs-qr');
    });
    expect(answersTo('حين يُربط الهاتف')).toBe(0);
    await until('the scan', () => the.phone.scan());
    await isIn('connected');
    await isAnsweredOnce('حين يُربط الهاتف');
  });
});
