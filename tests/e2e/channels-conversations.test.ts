import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ChannelsRig, EVOLUTION_SECRET, until } from './channels-rig.ts';

let rig: ChannelsRig;
let merchant: string;
beforeAll(async () => {
  rig = await ChannelsRig.open();
});
afterAll(() => rig.close());
beforeEach(async () => {
  rig.echo.reset();
  rig.graph.heal();
  rig.evolution.callback(null);
  merchant = await rig.merchant();
});

const delivered = (account: string): readonly { to: string; text: string; body: unknown }[] =>
  rig.graph.delivered().filter((sent) => sent.account === account);
const sendings = (account: string): readonly { to: string; text: string; fault: string | null }[] =>
  rig.graph.received().filter((sent) => sent.account === account);
const evolutionLine = async (): Promise<string> => {
  const instance = await rig.line(merchant, 'evolution');
  rig.evolution.callback({ url: `${rig.url}/webhooks/evolution/evolution`, secret: EVOLUTION_SECRET });
  return instance;
};
/** Lets the customer's last message be this old. */
const age = (hours: number): Promise<unknown> =>
  rig.rows(
    `update conversations set last_inbound_at = now() - ($2 || ' hours')::interval where merchant = $1 returning id`,
    [merchant, String(hours)],
  );

describe('who a customer is', () => {
  test('one customer of two merchants in the same minute has two conversations that share nothing', async () => {
    const number = await rig.line(merchant, 'whatsapp-cloud');
    const other = await rig.merchant();
    const otherNumber = await rig.line(other, 'whatsapp-cloud');
    const from = '9647701234567';
    rig.graph.say({ account: number, from, text: 'للأول' });
    rig.graph.say({ account: otherNumber, from, text: 'للثاني' });
    await until(() => delivered(number).length === 1 && delivered(otherNumber).length === 1);
    expect(delivered(number)[0]?.text).toBe('1: للأول');
    expect(delivered(otherNumber)[0]?.text).toBe('1: للثاني');
    const own = await rig.conversation(merchant, 'whatsapp', from);
    expect(own.messages.map(({ text }) => text)).toEqual(['للأول', '1: للأول']);
  });

  test('the same person on WhatsApp and on Instagram is two customers', async () => {
    const number = await rig.line(merchant, 'whatsapp-cloud');
    const account = await rig.line(merchant, 'instagram');
    rig.graph.say({ account: number, from: '9647701234567', name: 'سارة', text: 'واتساب' });
    rig.graph.say({ platform: 'instagram', account, from: '17841400000001', name: 'سارة', text: 'انستغرام' });
    await until(() => delivered(number).length === 1 && delivered(account).length === 1);
    const list = await rig.ok('GET', `/api/merchants/${merchant}/conversations`);
    expect(list['items']).toHaveLength(2);
  });

  test('however the phone is spelt when it is looked up, it is the same customer', async () => {
    const number = await rig.line(merchant, 'whatsapp-cloud');
    rig.graph.say({ account: number, from: '9647701234567', text: 'مرحبا' });
    await until(() => delivered(number).length === 1);
    for (const spelling of ['07701234567', '+964 770 123 4567', '009647701234567'])
      expect((await rig.conversation(merchant, 'whatsapp', spelling)).customer).toBe('9647701234567');
  });

  test('a user id without a phone is answered at that id; the phone that comes later joins it', async () => {
    const number = await rig.line(merchant, 'whatsapp-cloud');
    const userId = 'IQ.1234567890abcdef';
    const post = (id: string, text: string, phone?: string): Promise<unknown> =>
      rig.bring({
        object: 'whatsapp_business_account',
        entry: [
          {
            changes: [
              {
                field: 'messages',
                value: {
                  metadata: { phone_number_id: number },
                  contacts: [
                    {
                      profile: { name: 'زبون' },
                      user_id: userId,
                      ...(phone === undefined ? {} : { wa_id: phone }),
                    },
                  ],
                  messages: [
                    {
                      ...(phone === undefined ? {} : { from: phone }),
                      from_user_id: userId,
                      id,
                      timestamp: String(Math.floor(Date.now() / 1_000)),
                      type: 'text',
                      text: { body: text },
                    },
                  ],
                },
              },
            ],
          },
        ],
      });
    await post('wamid.a', 'أولاً');
    await until(() => delivered(number).length === 1);
    expect(delivered(number)[0]?.to).toBe(userId);
    await post('wamid.b', 'ثانياً', '9647705555555');
    await until(() => delivered(number).length === 2);
    expect(delivered(number)[1]?.to).toBe('9647705555555');
    await post('wamid.c', 'ثالثاً');
    await until(() => delivered(number).length === 3);
    const joined = await rig.conversation(merchant, 'whatsapp', '9647705555555');
    expect(joined.messages.filter(({ by }) => by === 'customer').map(({ text }) => text)).toEqual([
      'أولاً',
      'ثانياً',
      'ثالثاً',
    ]);
    const list = await rig.ok('GET', `/api/merchants/${merchant}/conversations`);
    expect(list['items']).toHaveLength(1);
  });

  test('an @lid with its phone beside it is answered at the phone, and one that came without it joins', async () => {
    const instance = await evolutionLine();
    rig.evolution.say({ instance, from: '146789@lid', text: 'بدون رقم' });
    const sent = (): readonly { to: string }[] =>
      rig.evolution.delivered().filter((one) => one.instance === instance);
    await until(() => sent().length === 1);
    expect(sent()[0]?.to).toBe('146789@lid');
    rig.evolution.say({ instance, from: '9647706666666', lid: '146789@lid', text: 'مع الرقم' });
    await until(() => sent().length === 2);
    expect(sent()[1]?.to).toBe('9647706666666');
    const { messages } = await rig.conversation(merchant, 'whatsapp', '9647706666666');
    expect(messages.filter(({ by }) => by === 'customer')).toHaveLength(2);
  });
});

describe('what the owner types on the phone', () => {
  test('is told from our own message coming back, which is marked as sent', async () => {
    const account = await rig.line(merchant, 'instagram');
    rig.graph.callback({ ...CALLBACK(), echoes: true });
    rig.graph.say({ platform: 'instagram', account, from: '17841400000002', text: 'سؤال' });
    const seen = await until(
      () => rig.conversation(merchant, 'instagram', '17841400000002').catch(() => null),
      (one) => one?.messages.some(({ status }) => status === 'sent') === true,
    );
    expect(seen?.inCharge).toBe('bot');
    expect(seen?.messages).toHaveLength(2);
    rig.graph.callback({ ...CALLBACK(), echoes: false });
  });

  test('starts a take-over and cancels the turn that was pending', async () => {
    const account = await rig.line(merchant, 'instagram');
    let letThink = (): void => undefined;
    const thinking = new Promise<void>((resolve) => (letThink = resolve));
    rig.echo.thinking = () => thinking;
    rig.graph.say({ platform: 'instagram', account, from: '17841400000003', text: 'سؤال' });
    await until(() => rig.echo.thoughts.length === 1);
    rig.graph.ownerTypes({ account, to: '17841400000003', text: 'أنا صاحب المحل' });
    await rig.graph.settled();
    letThink();
    const seen = await until(
      () => rig.conversation(merchant, 'instagram', '17841400000003'),
      ({ messages }) => messages.some(({ reason }) => reason === 'taken-over'),
    );
    expect(seen.inCharge).toBe('human');
    expect(sendings(account)).toEqual([]);
  });
});

const CALLBACK = (): { url: string; appSecret: string } => ({
  url: `${rig.url}/webhooks/meta/shop-app`,
  appSecret: 'app-secret-of-the-shop',
});

describe('a long answer on Instagram', () => {
  test('goes in parts of at most 1,000 bytes, in order, and goes on at the part that failed', async () => {
    const account = await rig.line(merchant, 'instagram');
    const text = Array.from({ length: 300 }, (_, index) => `كلمة${index}`).join(' ');
    // The first part arrives; the second is refused once for a moment.
    rig.graph.fail({ kind: 'slow', delayMs: 1, times: 1, account });
    rig.graph.fail({ kind: 'error', code: 2, times: 1, account });
    rig.graph.say({ platform: 'instagram', account, from: '17841400000004', text });
    await until(() => delivered(account).length >= 1);
    const { messages } = await until(
      () => rig.conversation(merchant, 'instagram', '17841400000004'),
      (one) =>
        one.messages.filter(({ by, status }) => by === 'bot' && status === 'accepted').length >= 3 &&
        one.waiting === null &&
        one.messages.every(({ status }) => status !== 'waiting' && status !== 'sending'),
    );
    const parts = delivered(account).map((sent) => sent.text);
    for (const part of parts) expect(Buffer.byteLength(part)).toBeLessThanOrEqual(1_000);
    expect(parts.join(' ').replaceAll(/\s+/g, ' ')).toBe(`1: ${text}`);
    expect(parts).toHaveLength(messages.filter(({ by }) => by === 'bot').length);
    expect(sendings(account).filter(({ fault }) => fault === 'error')).toHaveLength(1);
  });
});

describe('outside the service window', () => {
  /** A held-up answer whose window shuts before it is sent. */
  const answeredLate = async (number: string, customer: string): Promise<void> => {
    let letThink = (): void => undefined;
    const thinking = new Promise<void>((resolve) => (letThink = resolve));
    rig.echo.thinking = () => thinking;
    rig.graph.say({ account: number, from: customer, text: 'سؤال' });
    await until(() => rig.echo.thoughts.length === 1);
    await age(25);
    letThink();
  };

  test('an answer is held and shown, and a person is told; the customer’s next message lets it be answered', async () => {
    const number = await rig.line(merchant, 'whatsapp-cloud');
    await answeredLate(number, '9647708000001');
    const held = await until(
      () => rig.conversation(merchant, 'whatsapp', '9647708000001'),
      ({ waiting }) => waiting !== null,
    );
    expect(held.waiting?.reason).toBe('window-closed');
    expect(held.needsHuman).toBe('window-closed');
    expect(sendings(number)).toEqual([]);
    rig.graph.say({ account: number, from: '9647708000001', text: 'هل من أحد؟' });
    await until(() => delivered(number).length === 1);
  });

  test('the merchant’s template goes in its place, where there is a rule', async () => {
    const number = await rig.line(merchant, 'whatsapp-cloud');
    await rig.ok('PATCH', `/api/merchants/${merchant}/rules`, {
      outsideWindow: { name: 'we_have_an_answer', language: 'ar', variables: ['{answer}'] },
    });
    await answeredLate(number, '9647708000002');
    await until(() => delivered(number).length === 1);
    expect(delivered(number)[0]?.body).toMatchObject({
      type: 'template',
      template: {
        name: 'we_have_an_answer',
        language: { code: 'ar' },
        components: [{ type: 'body', parameters: [{ type: 'text', text: '1: سؤال' }] }],
      },
    });
  });

  test('a window that shuts between two parts stops the rest and says so', async () => {
    const account = await rig.line(merchant, 'instagram');
    rig.echo.parts = 3;
    // The second part has to wait; before it may go, the window is over.
    rig.graph.fail({ kind: 'slow', delayMs: 6_000, times: 1, account });
    rig.graph.say({ platform: 'instagram', account, from: '17841400000005', text: 'سؤال' });
    await until(() => sendings(account).length === 1);
    await age(25);
    const { messages, needsHuman } = await until(
      () => rig.conversation(merchant, 'instagram', '17841400000005'),
      (one) =>
        one.needsHuman !== null && one.messages.filter(({ status }) => status === 'failed').length === 2,
    );
    expect(messages.filter(({ by }) => by === 'bot').map(({ reason }) => reason ?? null)).toEqual([
      null,
      'window-closed',
      'window-closed',
    ]);
    expect(needsHuman).toBe('window-closed');
    expect(delivered(account)).toHaveLength(1);
  });

  test('what a person writes goes out under Instagram’s rule for people', async () => {
    const account = await rig.line(merchant, 'instagram');
    rig.graph.say({ platform: 'instagram', account, from: '17841400000006', text: 'سؤال' });
    await until(() => delivered(account).length === 1);
    await age(30);
    await rig.ok('POST', `/api/merchants/${merchant}/conversations/instagram/17841400000006/messages`, {
      text: 'أهلاً، معك أحمد',
    });
    await until(() => delivered(account).length === 2);
    expect(delivered(account)[1]?.body).toMatchObject({ messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' });
  });
});

describe('a throttled customer', () => {
  test('waits 4^X seconds, alone; the line goes on for the others', async () => {
    const number = await rig.line(merchant, 'whatsapp-cloud');
    rig.graph.fail({ kind: 'error', code: 131056, times: 1, to: '9647709000001' });
    rig.graph.say({ account: number, from: '9647709000001', text: 'أ' });
    await until(() => sendings(number).length === 1);
    rig.graph.say({ account: number, from: '9647709000002', text: 'ب' });
    await until(() => delivered(number).some(({ to }) => to === '9647709000002'));
    await until(() => delivered(number).some(({ to }) => to === '9647709000001'));
    expect(delivered(number)).toHaveLength(2);
  });
});

describe('a customer’s file', () => {
  test('is fetched beside the turn and served to who may read it, and only to them', async () => {
    const number = await rig.line(merchant, 'whatsapp-cloud');
    const bytes = Buffer.from('a small picture');
    const id = rig.graph.addMedia({ bytes, mimeType: 'image/jpeg' });
    rig.graph.say({
      account: number,
      from: '9647707000001',
      message: { type: 'image', image: { id, mime_type: 'image/jpeg', caption: 'بكم هذا؟' } },
    });
    const { messages } = await until(
      () => rig.conversation(merchant, 'whatsapp', '9647707000001').catch(() => null),
      (one) => JSON.stringify(one?.messages[0]?.media ?? null).includes('"fetched"'),
    ).then((one) => one ?? { messages: [] });
    expect(messages[0]?.media).toMatchObject([
      { file: { state: 'fetched', mimeType: 'image/jpeg', bytes: bytes.byteLength } },
    ]);
    const [file] = await rig.rows('select id from media_files where merchant = $1', [merchant]);
    const path = `/media/${String(file?.['id'])}`;
    expect((await rig.ask('GET', `/api/merchants/${merchant}${path}`)).text).toBe('a small picture');
    expect((await rig.ask('GET', `/api/merchants/${merchant}${path}`, undefined, null)).status).toBe(401);
    const other = await rig.merchant();
    expect((await rig.ask('GET', `/api/merchants/${other}${path}`)).status).toBe(404);
  });

  test('that can’t be had is named as missing with its reason, and the text is answered all the same', async () => {
    const number = await rig.line(merchant, 'whatsapp-cloud');
    rig.graph.say({
      account: number,
      from: '9647707000002',
      message: {
        type: 'image',
        image: { id: '123456789012345678901', mime_type: 'image/jpeg', caption: 'بكم؟' },
      },
    });
    await until(() => delivered(number).length === 1);
    await until(
      () => rig.conversation(merchant, 'whatsapp', '9647707000002'),
      (one) => JSON.stringify(one.messages[0]?.media ?? null).includes('"failed"'),
    );
  });
});

test('the customer sees that the message was read and that somebody is typing', async () => {
  const account = await rig.line(merchant, 'instagram');
  rig.graph.say({ platform: 'instagram', account, from: '17841400000007', text: 'سؤال' });
  await until(() => rig.graph.typing().some(({ to }) => to === '17841400000007'));
});
