import fc from 'fast-check';
import { describe, it } from 'vitest';
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
