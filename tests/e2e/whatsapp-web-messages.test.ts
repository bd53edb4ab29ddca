import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Inbound } from '../../domain/message.ts';
import { fetchMedia } from '../../channels/whatsapp-web/media.ts';
import { classify } from '../../channels/whatsapp-web/classify.ts';
import { whatsappWeb } from '../../channels/whatsapp-web/whatsapp-web.ts';
import {
  CHROMIUM,
  context,
  CUSTOMER,
  outgoing,
  rig,
  SHOP,
  until,
  type Line,
  type Rig,
} from './whatsapp-web-rig.ts';

// Real browsers on a busy machine: the waits are for facts, this is only the end of patience.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

describe.skipIf(CHROMIUM === undefined)('messages through a linked phone (needs Chromium)', () => {
  let the: Rig;
  let line: Line;
  beforeAll(async () => {
    the = await rig();
    line = await the.linked();
  });
  afterAll(() => the.close());

  const heardAbout = (id: string): Promise<Inbound> =>
    until(`message ${id}`, () => line.heard.find((one) => 'id' in one && one.id.endsWith(id)));
  const receive = async (message: Record<string, unknown>): Promise<Inbound> =>
    heardAbout(the.phone.receive({ from: CUSTOMER, ...message }));

  it('hears Arabic text byte for byte, with sender, name and time', async () => {
    const text = 'السلام عليكم، كم سعر الطقم؟ 👗\nمقاس ٤٢';
    const inbound = await receive({ body: text, t: 1_790_000_000, name: 'أم محمد' });
    expect(inbound).toMatchObject({
      kind: 'message',
      account: 'main',
      type: 'text',
      text,
      atMs: 1_790_000_000_000,
      from: { address: CUSTOMER, sendTo: `${CUSTOMER}@c.us`, name: 'أم محمد' },
    });
  });

  it.each([
    [
      'an image with a caption',
      {
        type: 'image',
        caption: 'هل يوجد منه أسود؟',
        body: 'thumbnail',
        directPath: '/media/one',
        mimetype: 'image/jpeg',
        size: 9,
      },
      {
        type: 'image',
        text: 'هل يوجد منه أسود؟',
        media: [{ kind: 'image', mimeType: 'image/jpeg', sizeBytes: 9 }],
      },
    ],
    [
      'a voice note',
      { type: 'ptt', directPath: '/media/two', mimetype: 'audio/ogg; codecs=opus' },
      { type: 'audio', text: '', media: [{ kind: 'audio', voice: true }] },
    ],
    [
      'a video',
      { type: 'video', directPath: '/media/three', mimetype: 'video/mp4' },
      { type: 'video', media: [{ kind: 'video' }] },
    ],
    [
      'a document',
      { type: 'document', directPath: '/media/four', filename: 'فاتورة.pdf', mimetype: 'application/pdf' },
      { type: 'document', media: [{ kind: 'document', fileName: 'فاتورة.pdf' }] },
    ],
    [
      'a sticker',
      { type: 'sticker', directPath: '/media/five', mimetype: 'image/webp' },
      { type: 'sticker' },
    ],
    [
      'a location',
      { type: 'location', lat: 30.04, lng: 31.23, loc: 'البيت\nالقاهرة' },
      { type: 'location', payload: { latitude: 30.04, longitude: 31.23, name: 'البيت', address: 'القاهرة' } },
    ],
    [
      'a contact',
      {
        type: 'vcard',
        body: 'BEGIN:VCARD\nTEL;type=CELL;waid=9647701234567:+964 770 123 4567\nEND:VCARD',
        vcardFormattedName: 'أبو علي',
      },
      {
        type: 'contacts',
        text: 'أبو علي',
        payload: { contacts: [{ name: 'أبو علي', phones: ['+964 770 123 4567'] }] },
      },
    ],
    [
      'a button',
      { type: 'buttons_response', body: 'تأكيد الطلب', selectedButtonId: 'confirm' },
      {
        type: 'button',
        text: 'تأكيد الطلب',
        payload: { id: 'confirm', title: 'تأكيد الطلب' },
        endsWindow: true,
      },
    ],
    [
      'a list choice',
      {
        type: 'list_response',
        body: '',
        listResponse: { title: 'أحمر', singleSelectReply: { selectedRowId: 'red' } },
      },
      { type: 'list', text: 'أحمر', payload: { id: 'red', title: 'أحمر' }, endsWindow: true },
    ],
    [
      'an order from the catalogue',
      { type: 'order', orderId: '77', token: 'tok', itemCount: 2 },
      { type: 'order', payload: { order: { orderId: '77', token: 'tok', items: 2 } } },
    ],
    [
      'something it does not know',
      { type: 'hologram', body: 'x' },
      { type: 'unsupported', payload: { type: 'hologram' } },
    ],
  ])('hears %s', async (_what, message, expected) => {
    expect(await receive(message)).toMatchObject({ kind: 'message', ...expected });
  });

  it('fetches a medium by its handle and refuses one that is too large', async () => {
    const inbound = await receive({ type: 'image', directPath: '/media/photo', mimetype: 'image/jpeg' });
    const handle = inbound.kind === 'message' ? inbound.media?.[0]?.handle : undefined;
    const connection = await line.up();
    const media = await fetchMedia(connection, handle ?? '', { maxBytes: 1000, timeoutMs: 5000 });
    expect(Buffer.from(media.bytes).toString()).toBe('media:photo');
    await expect(fetchMedia(connection, handle ?? '', { maxBytes: 3, timeoutMs: 5000 })).rejects.toThrow(
      /media-too-large/,
    );
  });

  it('knows what a reply answers: ours or theirs', async () => {
    const sent = await whatsappWeb.send(await line.up(), outgoing('reply/0', 'هل أؤكد الطلب؟'), context());
    const stanza = sent.providerId?.split('_')[2] ?? '';
    const answer = await receive({
      body: 'نعم',
      quotedStanzaID: stanza,
      quotedParticipant: `${SHOP}@c.us`,
      quotedMsg: { type: 'chat', body: 'هل أؤكد الطلب؟' },
    });
    expect(answer).toMatchObject({ replyTo: sent.providerId });
  });

  it('hears edits, deletions and reactions', async () => {
    const id = the.phone.receive({ from: CUSTOMER, body: 'عايز ٢' });
    await heardAbout(id);
    the.phone.edit(id, 'عايز ٣');
    the.phone.react(CUSTOMER, id, '👍');
    the.phone.revoke(id);
    const edit = await until('the edit', () =>
      line.heard.find((one) => one.kind === 'edit' && one.id.endsWith(id)),
    );
    expect(edit).toMatchObject({ text: 'عايز ٣', from: { address: CUSTOMER } });
    expect(
      await until('the reaction', () =>
        line.heard.find((one) => one.kind === 'reaction' && one.to.endsWith(id)),
      ),
    ).toMatchObject({ emoji: '👍', from: { address: CUSTOMER } });
    await until('the deletion', () =>
      line.heard.find((one) => one.kind === 'deletion' && one.id.endsWith(id)),
    );
  });

  it('ignores groups, statuses, newsletters and the notices of the app', async () => {
    const ignored = [
      the.phone.receive({ from: CUSTOMER, body: 'group', chat: '12036300000000@g.us' }),
      the.phone.receive({ from: CUSTOMER, body: 'status', chat: 'status@broadcast', isStatusV3: true }),
      the.phone.receive({ from: CUSTOMER, body: 'news', chat: '120363999@newsletter' }),
      the.phone.receive({ from: CUSTOMER, type: 'e2e_notification' }),
    ];
    await receive({ body: 'بعدها' });
    expect(line.heard.filter((one) => 'id' in one && ignored.some((id) => one.id.includes(id)))).toEqual([]);
  });

  it('goes by the phone number of a customer whom WhatsApp addresses by @lid, and answers to the @lid', async () => {
    const from = '201555000111';
    the.double.world.people[from] = { exists: true, lid: '88800011122@lid', byLid: true };
    const id = the.phone.receive({ from, body: 'مرحبا' });
    const inbound = await heardAbout(id);
    expect(inbound).toMatchObject({
      from: { address: from, sendTo: '88800011122@lid', aliases: ['88800011122@lid'] },
    });
    await whatsappWeb.send(await line.up(), outgoing('lid/0', 'أهلًا', from), context());
    expect(the.phone.sent().at(-1)).toMatchObject({ chat: '88800011122@lid', text: 'أهلًا' });
  });

  it('sends one message, never takes it for the owner’s typing, and follows its acks upwards', async () => {
    const before = the.phone.sent().length;
    const receipt = await whatsappWeb.send(
      await line.up(),
      outgoing('turn/0', 'تم استلام طلبك ✅'),
      context(),
    );
    expect(the.phone.sent().slice(before)).toMatchObject([
      { text: 'تم استلام طلبك ✅', chat: `${CUSTOMER}@c.us` },
    ]);
    const id = receipt.providerId?.split('_')[2] ?? '';
    the.phone.ack(id, 2);
    the.phone.ack(id, 3);
    const news = await until('both acks', () => {
      const found = line.heard.filter((one) => one.kind === 'status' && one.id === receipt.providerId);
      return found.length >= 3 && found;
    });
    expect(news.map((one) => one.kind === 'status' && one.status)).toEqual(['sent', 'delivered', 'read']);
    expect(news.at(-1)).toMatchObject({ key: 'turn/0', to: CUSTOMER });
    expect(line.heard.filter((one) => one.kind === 'echo')).toEqual([]);
  });

  it('hears what the owner types on the phone as an echo without a key', async () => {
    const id = the.phone.ownerTypes(CUSTOMER, 'أنا معك بنفسي');
    expect(await heardAbout(id)).toMatchObject({
      kind: 'echo',
      text: 'أنا معك بنفسي',
      to: { address: CUSTOMER },
    });
    expect(await heardAbout(id)).not.toHaveProperty('key');
  });

  it('believes "not on WhatsApp" only when it is said again later, and not when nothing can be asked', async () => {
    const nobody = '201999999999';
    the.double.world.people[nobody] = { exists: false };
    const connection = await line.up();
    const refusal = async (): Promise<unknown> =>
      whatsappWeb.send(connection, outgoing('nobody/0', 'x', nobody), context()).then(() => null, classify);
    the.double.world.faults.existsAnswersNull = true;
    expect(await refusal()).toMatchObject({ class: 'retryable', reason: 'number-not-resolved' });
    the.double.world.faults.existsAnswersNull = false;
    expect(await refusal()).toMatchObject({ class: 'retryable', reason: 'number-not-found-yet' });
    await until(
      'the second asking',
      async () => ((await refusal()) as { reason: string }).reason === 'not-on-whatsapp',
    );
    expect(await refusal()).toMatchObject({ class: 'permanent', reason: 'not-on-whatsapp' });
  });

  it('settles a send whose answer was lost: open while the page still tries, sent by its ack, absent when never handed over', async () => {
    const connection = await line.up();
    const part = outgoing('lost/0', 'رسالة ضاع جوابها');
    the.phone.nextSends('accepted-silence');
    const sending = whatsappWeb.send(connection, part, context(1_500)).then(() => null, classify);
    // Not before WhatsApp has it: a slow page would find answers given again.
    await until('WhatsApp has it', () => the.phone.sent().some(({ text }) => text === part.text));
    const failure = await sending;
    the.phone.nextSends('none');
    expect(failure).toMatchObject({ class: 'unknown' });
    expect(await whatsappWeb.lookUp?.(connection, part, context())).toEqual({ found: 'cannot-tell' });
    const sent = the.phone.sent().filter((one) => one.text === part.text);
    expect(sent).toHaveLength(1);
    the.phone.ack(sent[0]?.id ?? '', 1);
    expect(
      await until('its status', () =>
        line.heard.find((one) => one.kind === 'status' && one.key === part.key),
      ),
    ).toMatchObject({ status: 'sent' });
    expect(await whatsappWeb.lookUp?.(connection, part, context())).toMatchObject({ found: 'present' });
    expect(await whatsappWeb.lookUp?.(connection, outgoing('never/0', 'لم تُرسل قط'), context())).toEqual({
      found: 'absent',
    });
    expect(line.heard.filter((one) => one.kind === 'echo' && one.text === part.text)).toEqual([]);
  });

  it('answers those who wrote and refuses first contacts while WhatsApp allows no new chats', async () => {
    const connection = await line.up();
    connection.restrictNewChats('reachout-timelock');
    expect(connection.state).toBe('no-new-chats');
    await whatsappWeb.send(connection, outgoing('known/0', 'أهلًا بك'), context());
    const stranger = await whatsappWeb
      .send(connection, outgoing('new/0', 'عرض', '201777000777'), context())
      .then(() => null, classify);
    expect(stranger).toMatchObject({ class: 'throttled', reason: 'no-new-chats', scope: 'line' });
    connection.restrictNewChats(null);
    expect(connection.state).toBe('connected');
  });

  it('takes three refused first contacts in a row for a restriction, and a refused answer for none', async () => {
    const connection = await line.up();
    const refusedTo = async (key: string, to: string): Promise<unknown> =>
      whatsappWeb.send(connection, outgoing(key, 'عرض اليوم', to), context()).then(() => null, classify);
    the.phone.nextSends('error');
    expect(await refusedTo('refused/0', CUSTOMER)).toMatchObject({
      class: 'retryable',
      reason: 'refused-by-whatsapp',
    });
    for (const n of [1, 2, 3]) {
      expect(connection.state).not.toBe('no-new-chats');
      expect(await refusedTo(`refused/${n}`, `20188800000${n}`)).toMatchObject({
        reason: 'refused-by-whatsapp',
      });
    }
    await until('the restriction', () => connection.state === 'no-new-chats');
    the.phone.nextSends('none');
    expect(await refusedTo('refused/4', '201888000004')).toMatchObject({ reason: 'no-new-chats' });
    expect(the.phone.sent().some(({ text }) => text === 'عرض اليوم')).toBe(false);
    connection.restrictNewChats(null);
  });
});
