import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { evolution, parseConnection } from '../../channels/evolution/channel.ts';
import { serialiseError } from '../../domain/errors.ts';
import { startEvolutionDouble, type EvolutionDouble } from '../doubles/evolution/double.ts';
import { listener, until } from './listener.ts';
import { failureOf, outgoing, within } from './outgoing.ts';

let double: EvolutionDouble;
const channel = evolution();
const account = () => ({
  serverUrl: `${double.url}/`,
  instance: 'متجر 1',
  apiKey: 'canary-key',
  byOperator: true,
});

beforeAll(async () => {
  double = await startEvolutionDouble({ apiKey: 'canary-key' });
});
afterEach(() => double.reset());
afterAll(() => double.close());

describe('a message sent through Evolution', () => {
  it('arrives byte-true at the instance, and its id comes back', async () => {
    const receipt = await channel.send(account(), outgoing(), within(5_000));
    expect(double.delivered()).toMatchObject([
      { instance: 'متجر 1', to: '9647701234567', text: outgoing().text, id: receipt.providerId },
    ]);
  });

  it('to a hidden sender goes to the whole hidden address', async () => {
    await channel.send(account(), outgoing({ to: { address: '146789@lid' } }), within(5_000));
    expect(double.delivered()).toMatchObject([{ to: '146789@lid' }]);
  });

  it('is preceded by a read mark and "typing…"', async () => {
    await channel.showTyping?.(account(), { address: '9647701234567' }, '3EB0', within(5_000));
    expect(double.typing()).toEqual([{ instance: 'متجر 1', to: '9647701234567' }]);
  });

  it('to a number WhatsApp does not know is final', async () => {
    double.notOnWhatsapp('9647701234567');
    const error = await failureOf(channel.send(account(), outgoing(), within(5_000)));
    expect(channel.classify(error)).toMatchObject({ class: 'permanent', reason: 'not-on-whatsapp' });
    expect(channel.classify(error).detail).not.toContain('9647701234567');
  });

  it('while the instance has lost WhatsApp was not taken, and is tried again', async () => {
    double.connection('متجر 1', 'close');
    const error = await failureOf(channel.send(account(), outgoing(), within(5_000)));
    expect(channel.classify(error)).toMatchObject({ class: 'retryable', reason: 'line-down' });
  });

  it('to a server in Zajel’s own networks goes nowhere unless the operator has named it', async () => {
    const typed = { ...account(), byOperator: false };
    const error = await failureOf(channel.send(typed, outgoing(), within(5_000)));
    expect(channel.classify(error)).toMatchObject({ class: 'auth', reason: 'wrong-address' });
    const byName = { ...typed, serverUrl: double.url.replace('127.0.0.1', 'localhost') };
    const again = await failureOf(channel.send(byName, outgoing(), within(5_000)));
    expect(channel.classify(again)).toMatchObject({ class: 'auth', reason: 'wrong-address' });
    expect(double.delivered()).toEqual([]);
  });

  it('with a wrong key stops the line, and the key is repeated nowhere', async () => {
    const wrong = { ...account(), apiKey: 'canary-wrong' };
    const error = await failureOf(channel.send(wrong, outgoing(), within(5_000)));
    expect(channel.classify(error)).toMatchObject({ class: 'auth' });
    expect(JSON.stringify([serialiseError(error), channel.classify(error)])).not.toContain('canary');
  });

  it.each([
    [
      { kind: 'error', code: 404, message: 'The "x" instance does not exist' },
      { class: 'auth', reason: 'wrong-address' },
    ],
    [{ kind: 'error', code: 500, message: 'Timed Out' }, { class: 'unknown' }],
    [{ kind: 'error', code: 500 }, { class: 'retryable' }],
    [{ kind: 'error', code: 400 }, { class: 'permanent' }],
    [
      { kind: 'http', status: 429, retryAfter: 7 },
      { class: 'throttled', scope: 'line', retryAfterMs: 7_000 },
    ],
    [{ kind: 'http', status: 502 }, { class: 'retryable' }],
    [{ kind: 'reset' }, { class: 'unknown' }],
    [{ kind: 'accept-then-time-out' }, { class: 'unknown' }],
    [{ kind: 'accept-then-garbage' }, { class: 'unknown' }],
  ] as const)('that fails with %j', async (plan, expected) => {
    double.fail(plan);
    const error = await failureOf(channel.send(account(), outgoing(), within(5_000)));
    expect(channel.classify(error)).toMatchObject(expected);
  });
});

describe("Evolution's webhooks", () => {
  it.each([false, true])('are heard with events in capitals: %s', async (shouting) => {
    const heard: unknown[] = [];
    const news: unknown[] = [];
    const secrets: unknown[] = [];
    const callback = await listener((raw, headers) => {
      const body: unknown = JSON.parse(raw.toString('utf8'));
      heard.push(...channel.parse(body));
      news.push(...parseConnection(body));
      secrets.push(headers['x-webhook-secret']);
    });
    double.callback({
      url: callback.url,
      secret: 's3',
      acks: ['SERVER_ACK', 'DELIVERY_ACK', 'READ'],
      echoes: true,
      shouting,
    });
    const { providerId } = await channel.send(account(), outgoing({ text: 'حاضر' }), within(5_000));
    await until(() => heard.length === 4);
    const said = double.say({ instance: 'متجر 1', from: '9647701234567', lid: '146789@lid', text: 'هلو' });
    await double.settled();
    double.connection('متجر 1', 'close', 401);
    await double.settled();
    expect(heard.filter((one) => typeof one === 'object')).toHaveLength(5);
    expect(heard).toContainEqual(expect.objectContaining({ kind: 'echo', id: providerId, text: 'حاضر' }));
    for (const status of ['sent', 'delivered', 'read'])
      expect(heard).toContainEqual(expect.objectContaining({ kind: 'status', id: providerId, status }));
    expect(heard).toContainEqual(
      expect.objectContaining({
        kind: 'message',
        id: said,
        from: { address: '9647701234567', aliases: ['146789@lid'], name: 'زبون' },
      }),
    );
    expect(news).toEqual([{ account: 'متجر 1', state: 'disconnected', loggedOut: true, statusReason: 401 }]);
    expect(new Set(secrets)).toEqual(new Set(['s3']));
    double.callback(null);
    await callback.close();
  });
});

describe('acks', () => {
  const ack = (data: unknown) => channel.parse({ event: 'messages.update', instance: 'x', data });
  it.each([
    ['SERVER_ACK', 'sent'],
    [2, 'sent'],
    ['DELIVERY_ACK', 'delivered'],
    [3, 'delivered'],
    ['READ', 'read'],
    [4, 'read'],
    ['PLAYED', 'read'],
    [5, 'read'],
    ['ERROR', 'failed'],
    [0, 'failed'],
  ])('%s says %s, flat or nested', (word, status) => {
    const jid = '9647701234567@s.whatsapp.net';
    expect(ack({ keyId: 'A', remoteJid: jid, fromMe: true, status: word })).toMatchObject([
      { kind: 'status', id: 'A', status, to: '9647701234567' },
    ]);
    expect(ack([{ key: { id: 'A', remoteJid: jid, fromMe: true }, update: { status: word } }])).toMatchObject(
      [{ kind: 'status', id: 'A', status }],
    );
  });
  it("of the customer's own messages, and pending ones, are no news", () => {
    expect(
      ack({ keyId: 'A', remoteJid: '9647701234567@s.whatsapp.net', fromMe: false, status: 'READ' }),
    ).toEqual([]);
    expect(
      ack({ keyId: 'A', remoteJid: '9647701234567@s.whatsapp.net', fromMe: true, status: 'PENDING' }),
    ).toEqual([]);
  });
});
