import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { retryAfter } from '../../channels/http.ts';
import { whatsappCloud } from '../../channels/whatsapp-cloud/channel.ts';
import type { Failure } from '../../domain/errors.ts';
import { startServer, type Heard, type Server } from '../doubles/far-end/server.ts';
import { failureOf, outgoing, within } from './outgoing.ts';

let server: Server;
let answer: (heard: Heard) => void = ({ reply }) => reply(500, '');
beforeAll(async () => {
  server = await startServer({}, (heard) => answer(heard));
});
afterAll(() => server.close());

async function failureWhen(reply: (heard: Heard) => void): Promise<Failure> {
  answer = reply;
  const channel = whatsappCloud({ graphApiUrl: server.url });
  return channel.classify(
    await failureOf(channel.send({ phoneNumberId: '1', accessToken: 'x' }, outgoing(), within(5_000))),
  );
}

describe("an answer of Graph's", () => {
  it('that says in its usage header when calls are free again is taken at its word', async () => {
    const usage = {
      '102290129340398': [{ type: 'whatsapp', call_count: 100, estimated_time_to_regain_access: 25 }],
    };
    const failure = await failureWhen(({ reply }) =>
      reply(
        400,
        { error: { code: 80007, message: 'Rate limit issues' } },
        { 'x-business-use-case-usage': JSON.stringify(usage) },
      ),
    );
    expect(failure).toMatchObject({ class: 'throttled', scope: 'line', retryAfterMs: 25 * 60_000 });
  });

  it('that is endless is not read to its end, and nobody can tell', async () => {
    const failure = await failureWhen(({ reply }) => reply(200, Buffer.alloc(3_000_000, 0x20)));
    expect(failure).toMatchObject({ class: 'unknown', reason: 'answer-too-large' });
  });

  it('that refuses at endless length has refused all the same', async () => {
    const failure = await failureWhen(({ reply }) => reply(503, Buffer.alloc(3_000_000, 0x20)));
    expect(failure).toMatchObject({ class: 'retryable' });
  });

  it('that points elsewhere is a wrong address in the settings, and is not followed with the token', async () => {
    const failure = await failureWhen(({ reply }) => reply(302, '', { location: `${server.url}/elsewhere` }));
    expect(failure).toMatchObject({ class: 'auth', reason: 'wrong-address' });
  });

  it('that is accepted without an id is accepted', async () => {
    answer = ({ reply }) => reply(200, { messaging_product: 'whatsapp' });
    const channel = whatsappCloud({ graphApiUrl: server.url });
    expect(await channel.send({ phoneNumberId: '1', accessToken: 'x' }, outgoing(), within(5_000))).toEqual({
      providerId: null,
    });
  });
});

describe('Retry-After', () => {
  it.each([
    ['120', 120_000],
    ['1.5', 1_500],
    ['Wed, 21 Oct 2026 07:28:30 GMT', 30_000],
    ['Wed, 21 Oct 2020 07:28:00 GMT', 0],
    ['soon', null],
    [undefined, null],
  ])('%s', (header, expected) => {
    expect(retryAfter(header, Date.UTC(2026, 9, 21, 7, 28, 0))).toBe(expected);
  });
});
