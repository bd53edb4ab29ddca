import { createServer, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { whatsappCloud } from '../../channels/whatsapp-cloud/channel.ts';
import { serialiseError, type Failure } from '../../domain/errors.ts';
import { startGraphDouble, type GraphDouble } from '../doubles/graph-api/double.ts';
import type { FaultPlan } from '../doubles/far-end/faults.ts';
import { until } from './listener.ts';
import { failureOf, outgoing, within } from './outgoing.ts';

let double: GraphDouble;
const account = { phoneNumberId: '106540352242922', accessToken: 'EAAcanaryTOKEN1234567890' };
const channel = () => whatsappCloud({ graphApiUrl: `${double.url}/v23.0` });

beforeAll(async () => {
  double = await startGraphDouble();
});
afterEach(() => double.reset());
afterAll(() => double.close());

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
    expect(await tryWith(plan)).toMatchObject({ class: 'unknown', onThePhone: 1 });
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
    const lost = whatsappCloud({ graphApiUrl: 'https://graph.invalid/v23.0' });
    // A machine whose resolver does not answer takes its time to say so.
    const failure = lost.classify(await failureOf(lost.send(account, outgoing(), within(60_000))));
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
    const mute = whatsappCloud({ graphApiUrl: `https://127.0.0.1:${port}/v23.0` });
    const failure = mute.classify(await failureOf(mute.send(account, outgoing(), within(1_000))));
    expect(failure).toMatchObject({ class: 'retryable', reason: 'timed-out' });
  });

  it('and takes the bytes without a word: nobody can tell', async () => {
    const mute = whatsappCloud({ graphApiUrl: `http://127.0.0.1:${port}/v23.0` });
    const failure = mute.classify(await failureOf(mute.send(account, outgoing(), within(1_000))));
    expect(failure).toMatchObject({ class: 'unknown', reason: 'timed-out' });
  });
});
