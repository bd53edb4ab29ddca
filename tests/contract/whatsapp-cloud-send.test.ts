import { createServer, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { whatsappCloud } from '../../channels/whatsapp-cloud/channel.ts';
import { messageKey } from '../../domain/ids.ts';
import { serialiseError, type Failure } from '../../domain/errors.ts';
import { startGraphDouble, type GraphDouble } from '../doubles/graph-api/double.ts';
import type { FaultPlan } from '../doubles/far-end/faults.ts';
import { listener, until } from './listener.ts';
import { failureOf, outgoing, within } from './outgoing.ts';

let double: GraphDouble;
const account = { phoneNumberId: '106540352242922', accessToken: 'EAAcanaryTOKEN1234567890' };
const channel = () => whatsappCloud({ graphApiUrl: `${double.url}/v24.0` });

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

/** What a failure means, and whether the customer got the message all the same. */
async function tryWith(plan: FaultPlan, timeoutMs = 5_000): Promise<Failure & { onThePhone: number }> {
  double.fail(plan);
  const error = await failureOf(channel().send(account, outgoing(), within(timeoutMs)));
  return { ...channel().classify(error), onThePhone: double.delivered().length };
}

describe('what is known after a failed send', () => {
  it.each([
    ['accept-then-time-out', { kind: 'accept-then-time-out' }],
    ['accept-then-reset', { kind: 'accept-then-reset' }],
    ['accept-then-cut', { kind: 'accept-then-cut' }],
    ['accept-then-garbage', { kind: 'accept-then-garbage' }],
  ] as const)('%s: nobody can tell, and the customer has it', async (_name, plan) => {
    expect(await tryWith(plan, 1_000)).toMatchObject({ class: 'unknown', onThePhone: 1 });
  });

  it.each([
    ['reset', { kind: 'reset' }],
    ['half-close', { kind: 'half-close' }],
    ['slow', { kind: 'slow', delayMs: 8_000 }],
    ['a gateway that lost patience', { kind: 'http', status: 504 }],
  ] as const)('%s after the message left: nobody can tell', async (_name, plan) => {
    expect(await tryWith(plan, 1_000)).toMatchObject({ class: 'unknown' });
  });

  it('a refused connection: it never left', async () => {
    await double.down();
    try {
      const failure = channel().classify(await failureOf(channel().send(account, outgoing(), within(2_000))));
      expect(failure).toMatchObject({ class: 'retryable', reason: 'connection-refused' });
    } finally {
      await double.up();
    }
  });

  it('a name that leads nowhere: it never left', async () => {
    const lost = whatsappCloud({ graphApiUrl: 'https://graph.invalid/v24.0' });
    const failure = lost.classify(await failureOf(lost.send(account, outgoing(), within(5_000))));
    expect(failure).toMatchObject({ class: 'retryable', reason: 'name-not-found' });
  });

  it('a send that is called off before it begins: it never left', async () => {
    const failure = channel().classify(
      await failureOf(channel().send(account, outgoing(), within(5_000, AbortSignal.abort()))),
    );
    expect(failure).toMatchObject({ class: 'retryable', reason: 'interrupted' });
    expect(double.received()).toEqual([]);
  });

  it('a send that is called off on its way: nobody can tell', async () => {
    double.fail({ kind: 'accept-then-time-out' });
    const caller = new AbortController();
    const sending = failureOf(channel().send(account, outgoing(), within(5_000, caller.signal)));
    await until(() => double.delivered().length === 1);
    caller.abort();
    expect(channel().classify(await sending)).toMatchObject({ class: 'unknown', reason: 'interrupted' });
  });

  it.each([500, 502, 503])('HTTP %i: it was not taken, again', async (status) => {
    expect(await tryWith({ kind: 'http', status })).toMatchObject({ class: 'retryable', onThePhone: 0 });
  });

  it('HTTP 429 with Retry-After: the line waits as long as it is asked to', async () => {
    expect(await tryWith({ kind: 'http', status: 429, retryAfter: 90 })).toMatchObject({
      class: 'throttled',
      scope: 'line',
      retryAfterMs: 90_000,
    });
  });

  it.each([
    [130429, { class: 'throttled', scope: 'line' }],
    [131056, { class: 'throttled', scope: 'customer', retryAfterMs: 1_000 }],
    [131047, { class: 'permanent', reason: 'window-closed' }],
    [131026, { class: 'permanent', reason: 'not-on-whatsapp' }],
    [131050, { class: 'permanent', optedOut: true }],
    [190, { class: 'auth' }],
    [131000, { class: 'retryable' }],
  ])('code %i', async (code, expected) => {
    expect(await tryWith({ kind: 'error', code })).toMatchObject({ ...expected, onThePhone: 0 });
  });

  it('a customer throttled for the third time waits 4^2 seconds', async () => {
    double.fail({ kind: 'error', code: 131056 });
    const error = await failureOf(channel().send(account, outgoing({ throttledBefore: 2 }), within(5_000)));
    expect(channel().classify(error)).toMatchObject({ scope: 'customer', retryAfterMs: 16_000 });
  });

  it('a fault for one customer leaves the others alone', async () => {
    double.fail({ kind: 'error', code: 131056, to: '1' });
    await channel().send(account, outgoing(), within(5_000));
    expect(double.delivered()).toHaveLength(1);
  });

  it('an expired token stops the line and is repeated nowhere', async () => {
    double.fail({ kind: 'error', code: 190, message: `Malformed access token ${account.accessToken}` });
    const error = await failureOf(channel().send(account, outgoing(), within(5_000)));
    expect(channel().classify(error)).toMatchObject({ class: 'auth', reason: 'token-refused' });
    expect(JSON.stringify([serialiseError(error), channel().classify(error)])).not.toContain('canary');
  });
});

describe('a far end that is no server at all', () => {
  let silent: Server;
  let port: number;
  beforeAll(async () => {
    silent = createServer((socket) => socket.on('error', () => socket.destroy()));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });
  afterAll(() => silent.close());

  it('and never ends the TLS handshake: it never left', async () => {
    const mute = whatsappCloud({ graphApiUrl: `https://127.0.0.1:${port}/v24.0` });
    const failure = mute.classify(await failureOf(mute.send(account, outgoing(), within(1_000))));
    expect(failure).toMatchObject({ class: 'retryable', reason: 'timed-out' });
  });

  it('and takes the bytes without a word: nobody can tell', async () => {
    const mute = whatsappCloud({ graphApiUrl: `http://127.0.0.1:${port}/v24.0` });
    const failure = mute.classify(await failureOf(mute.send(account, outgoing(), within(1_000))));
    expect(failure).toMatchObject({ class: 'unknown', reason: 'timed-out' });
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
    await failureOf(channel().send(account, outgoing({ key: messageKey('turn-9/2') }), within(1_000)));
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
