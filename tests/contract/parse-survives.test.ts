import { describe, expect, it } from 'vitest';
import { evolution } from '../../channels/evolution/channel.ts';
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

  it('with one contact beside messages of two people keeps the people apart', () => {
    const contacts = [{ wa_id: '9647701234567', user_id: 'IQ.1', profile: { name: 'علي' } }];
    const messages = [text('m1'), { ...text('m2'), from: '9647809999999' }];
    const body = {
      object: 'whatsapp_business_account',
      entry: [{ id: 'a', changes: [value('1', { contacts, messages })] }],
    };
    expect(cloud.parse(body)).toMatchObject([
      { from: { address: '9647701234567', aliases: ['IQ.1'], name: 'علي' } },
      { from: { address: '9647809999999' } },
    ]);
    expect(cloud.parse(body)[1]).not.toHaveProperty('from.aliases');
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

  it('never repeats in the reason of "malformed" what somebody wrote', () => {
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
    const [heard] = cloud.parse(body);
    // The item itself goes to a table that people with the admin key look into; the reason goes everywhere.
    expect(heard).toMatchObject({ kind: 'malformed', item: { text: { body: 'canary' } } });
    expect(heard?.kind === 'malformed' && heard.why).not.toMatch(/canary|سر/);
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
