import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evolution, parseConnection } from '../../channels/evolution/channel.ts';
import { instagram } from '../../channels/instagram/channel.ts';
import { whatsappCloud } from '../../channels/whatsapp-cloud/channel.ts';

const cloud = whatsappCloud({ graphApiUrl: 'http://127.0.0.1:9' });
const insta = instagram({ instagramApiUrl: 'http://127.0.0.1:9' });
const evo = evolution();

const value = (phoneNumberId: string, more: object): object => ({
  field: 'messages',
  value: { metadata: { phone_number_id: phoneNumberId }, ...more },
});
const text = (id: string, body = 'هلو'): object => ({
  from: '9647701234567',
  id,
  timestamp: '1760000000',
  type: 'text',
  text: { body },
});
const status = (id: string): object => ({
  id,
  status: 'delivered',
  timestamp: '1760000000',
  recipient_id: '9647701234567',
});

describe('one POST of WhatsApp', () => {
  it('with several entries, changes, messages and statuses of two merchants gives all of it, each with its number', () => {
    const body = {
      object: 'whatsapp_business_account',
      entry: [
        {
          id: 'a',
          changes: [
            value('111', { messages: [text('m1'), text('m2')] }),
            value('222', { messages: [text('m3')] }),
          ],
        },
        { id: 'b', changes: [value('222', { statuses: [status('s1'), status('s2')] })] },
      ],
    };
    expect(
      cloud.parse(body).map((news) => ('id' in news ? `${news.account} ${news.kind} ${news.id}` : news)),
    ).toEqual(['111 message m1', '111 message m2', '222 message m3', '222 status s1', '222 status s2']);
  });

  it('with broken items at every level still gives every good one, and says that something was broken', () => {
    const body = {
      object: 'whatsapp_business_account',
      entry: [
        null,
        { id: 'a', changes: 'no list' },
        {
          id: 'b',
          changes: [
            7,
            { field: 'messages', value: { messages: [text('without a number')] } },
            value('111', {
              contacts: [{ profile: null, wa_id: 9 }, 'x'],
              messages: [
                { id: 'no time', type: 'text' },
                text('good'),
                { ...text('x'), timestamp: 'yesterday' },
                { ...text('x'), from: undefined },
              ],
              statuses: [{ id: 's', status: 'teleported', timestamp: '1' }, status('good')],
            }),
          ],
        },
      ],
    };
    const heard = cloud.parse(body);
    expect(heard.filter(({ kind }) => kind !== 'malformed')).toMatchObject([
      { kind: 'message', id: 'good', text: 'هلو' },
      { kind: 'status', id: 'good' },
    ]);
    expect(heard.filter(({ kind }) => kind === 'malformed')).toHaveLength(8);
  });

  it('with 1,000 updates gives 1,000', () => {
    const messages = Array.from({ length: 1_000 }, (_, n) => text(`m${n}`));
    expect(
      cloud.parse({
        object: 'whatsapp_business_account',
        entry: [{ id: 'a', changes: [value('1', { messages })] }],
      }),
    ).toHaveLength(1_000);
  });

  it('with 20,000 letters, NUL and a lone surrogate keeps them as they came', () => {
    const long = `${'م'.repeat(20_000)}\u0000\ud83d نهاية`;
    const [heard] = cloud.parse({
      object: 'whatsapp_business_account',
      entry: [{ id: 'a', changes: [value('1', { messages: [text('m', long)] })] }],
    });
    expect(heard).toMatchObject({ text: long });
  });

  it('never repeats in "malformed" what somebody wrote', () => {
    const body = {
      object: 'whatsapp_business_account',
      entry: [
        {
          changes: [
            value('1', { messages: [{ id: 'سر', timestamp: 'كلمة السر', text: { body: 'canary' } }] }),
          ],
        },
      ],
    };
    expect(JSON.stringify(cloud.parse(body))).not.toMatch(/canary|سر/);
  });
});

describe('one POST of Instagram or Evolution', () => {
  it('with broken items still gives every good one', () => {
    const good = {
      sender: { id: '5' },
      recipient: { id: '9' },
      timestamp: 1760000000,
      message: { mid: 'good', text: 'هلو' },
    };
    const heard = insta.parse({
      object: 'instagram',
      entry: [
        {
          id: '9',
          messaging: [{}, { ...good, message: { text: 'no id' } }, good, { ...good, message: undefined }],
        },
        {},
      ],
    });
    expect(heard.map(({ kind }) => kind)).toEqual([
      'malformed',
      'malformed',
      'message',
      'malformed',
      'malformed',
    ]);
    const item = {
      key: { id: 'good', remoteJid: '9647701234567@s.whatsapp.net' },
      message: { conversation: 'هلو' },
      messageTimestamp: 1760000000,
    };
    const body = {
      event: 'messages.upsert',
      instance: 'x',
      data: [{}, item, { ...item, message: null }, null],
    };
    expect(evo.parse(body).map(({ kind }) => kind)).toEqual([
      'malformed',
      'message',
      'malformed',
      'malformed',
    ]);
  });
});

/** Bodies that are nearly right reach deeper than random ones. */
const mutated = (body: unknown): fc.Arbitrary<unknown> =>
  fc
    .tuple(fc.array(fc.nat(60), { minLength: 1, maxLength: 6 }), fc.jsonValue())
    .map(([path, junk]) => replaceAt(body, path, junk));

function replaceAt(node: unknown, [step = 0, ...rest]: number[], junk: unknown): unknown {
  if (Array.isArray(node) && node.length > 0) {
    return node.map((item: unknown, index) =>
      index === step % node.length ? (rest.length === 0 ? junk : replaceAt(item, rest, junk)) : item,
    );
  }
  if (typeof node === 'object' && node !== null) {
    const entries = Object.entries(node);
    return Object.fromEntries(
      entries.map(([key, item], index) => [
        key,
        index === step % entries.length ? (rest.length === 0 ? junk : replaceAt(item, rest, junk)) : item,
      ]),
    );
  }
  return junk;
}

const cloudBody = {
  object: 'whatsapp_business_account',
  entry: [
    {
      id: 'a',
      changes: [
        value('1', {
          contacts: [{ wa_id: '1', profile: { name: 'x' } }],
          messages: [
            text('m'),
            {
              ...text('i'),
              type: 'interactive',
              interactive: { type: 'list_reply', list_reply: { id: 'x', title: 'y' } },
            },
          ],
          statuses: [{ ...status('s'), errors: [{ code: 190 }] }],
        }),
      ],
    },
  ],
};
const instaBody = {
  object: 'instagram',
  entry: [
    {
      id: '9',
      time: 1,
      messaging: [
        {
          sender: { id: '5' },
          recipient: { id: '9' },
          timestamp: 1,
          message: { mid: 'm', text: 'x', attachments: [{ type: 'image', payload: { url: 'https://x' } }] },
        },
      ],
      changes: [{ field: 'comments', value: { id: '1', text: 'x', from: { id: '5' } } }],
    },
  ],
};
const evoBody = {
  event: 'messages.upsert',
  instance: 'x',
  data: [
    {
      key: { id: 'g', remoteJid: '1@lid', remoteJidAlt: '2@s.whatsapp.net', addressingMode: 'lid' },
      pushName: 'x',
      message: { ephemeralMessage: { message: { imageMessage: { caption: 'x', fileLength: '1' } } } },
      messageTimestamp: 1760000000,
    },
  ],
};

describe('whatever arrives', () => {
  it.each([
    ['whatsapp-cloud', cloud, cloudBody],
    ['instagram', insta, instaBody],
    ['evolution', evo, evoBody],
  ] as const)('%s never throws', (_name, channel, body) => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), mutated(body)), (any) => Array.isArray(channel.parse(any))),
      { numRuns: 3_000 },
    );
  });

  it('every event name of Evolution with any data is survived', () => {
    const event = fc.constantFrom(
      'messages.upsert',
      'SEND_MESSAGE',
      'messages.update',
      'MESSAGES_EDITED',
      'messages.delete',
      'connection.update',
      'qrcode.updated',
      '__proto__',
      'constructor',
    );
    fc.assert(
      fc.property(event, fc.jsonValue(), (name, data) => {
        const body = { event: name, instance: 'x', data };
        return Array.isArray(evo.parse(body)) && Array.isArray(parseConnection(body));
      }),
      { numRuns: 3_000 },
    );
  });
});
