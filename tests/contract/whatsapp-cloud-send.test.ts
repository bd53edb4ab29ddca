import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { whatsappCloud } from '../../channels/whatsapp-cloud/channel.ts';
import { messageKey } from '../../domain/ids.ts';
import { startGraphDouble, type GraphDouble } from '../doubles/graph-api/double.ts';
import { listener } from './listener.ts';
import { failureOf, outgoing, within } from './outgoing.ts';

let double: GraphDouble;
const account = { phoneNumberId: '106540352242922', accessToken: 'EAAcanaryTOKEN1234567890' };
const channel = () => whatsappCloud({ graphApiUrl: `${double.url}/v23.0` });

beforeAll(async () => {
  double = await startGraphDouble();
});
afterEach(() => double.reset());
afterAll(() => double.close());

describe('a message sent through the Cloud API', () => {
  it('arrives byte-true, under our key, and its id comes back', async () => {
    const text = 'سَعرُه ٢٥٬٠٠٠ دينار\n"ڕاستە" 👨‍👩‍👧 \\ /';
    const receipt = await channel().send(account, outgoing({ text }), within(5_000));
    expect(double.delivered()).toMatchObject([
      { account: '106540352242922', to: '9647701234567', text, key: 'turn-7/1', id: receipt.providerId },
    ]);
  });

  it('of 4,096 letters is taken', async () => {
    const text = 'م'.repeat(channel().capabilities.maxText.limit);
    await channel().send(account, outgoing({ text }), within(5_000));
    expect(double.delivered()).toMatchObject([{ text }]);
  });

  it('to a customer without a phone goes to the user id', async () => {
    await channel().send(account, outgoing({ to: { address: 'IQ.13491208655302741918' } }), within(5_000));
    expect(double.delivered()[0]?.body).toMatchObject({ recipient: 'IQ.13491208655302741918' });
    expect(double.delivered()[0]?.body).not.toHaveProperty('to');
  });

  it('answers the message it quotes', async () => {
    await channel().send(account, outgoing({ replyTo: 'wamid.ASKED' }), within(5_000));
    expect(double.delivered()[0]?.body).toMatchObject({ context: { message_id: 'wamid.ASKED' } });
  });

  it('outside the window is a template with its variables in one line and its quick replies', async () => {
    const template = {
      name: 'order_reminder',
      language: 'ar',
      variables: ['علي\nحسين', 'ألف\t٢٥'],
      quickReplies: ['order/17/confirm', 'order/17/cancel'],
    };
    await channel().send(account, outgoing({ template }), within(5_000));
    expect(double.delivered()[0]?.body).toMatchObject({
      type: 'template',
      template: {
        name: 'order_reminder',
        language: { code: 'ar' },
        components: [
          {
            type: 'body',
            parameters: [
              { type: 'text', text: 'علي حسين' },
              { type: 'text', text: 'ألف ٢٥' },
            ],
          },
          {
            type: 'button',
            sub_type: 'quick_reply',
            index: '0',
            parameters: [{ type: 'payload', payload: 'order/17/confirm' }],
          },
          {
            type: 'button',
            sub_type: 'quick_reply',
            index: '1',
            parameters: [{ type: 'payload', payload: 'order/17/cancel' }],
          },
        ],
      },
    });
  });

  it('is preceded by a read mark and "typing…" for the message it answers', async () => {
    await channel().showTyping?.(account, { address: '9647701234567' }, 'wamid.ASKED', within(5_000));
    expect(double.typing()).toEqual([{ account: '106540352242922', to: 'wamid.ASKED' }]);
  });
});

describe('the statuses that follow', () => {
  it('carry our key, so that a send of unknown outcome is settled', async () => {
    const heard: unknown[] = [];
    const callback = await listener((body) =>
      heard.push(...channel().parse(JSON.parse(body.toString('utf8')))),
    );
    double.callback({
      url: callback.url,
      appSecret: 's',
      statuses: ['sent', 'delivered'],
      shuffle: true,
      repeat: 2,
    });
    double.fail({ kind: 'accept-then-time-out' });
    await failureOf(channel().send(account, outgoing({ key: messageKey('turn-9/2') }), within(5_000)));
    await double.settled();
    expect(heard).toMatchObject([
      { kind: 'status', key: 'turn-9/2', status: 'delivered' },
      { kind: 'status', key: 'turn-9/2', status: 'delivered' },
      { kind: 'status', key: 'turn-9/2', status: 'sent' },
      { kind: 'status', key: 'turn-9/2', status: 'sent' },
    ]);
    double.callback(null);
    await callback.close();
  });
});
