import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { classifyModelFailure } from '../../activities/model/classify.ts';
import { createModelEndpoint } from '../../activities/model/endpoint.ts';
import type { ChatMessage } from '../../answers/model/ask.ts';
import { serialiseError, type Failure } from '../../domain/errors.ts';
import { startModelDouble, type ModelDouble } from '../doubles/model-api/double.ts';
import { failureOf, within } from './outgoing.ts';

const KEY = 'sk-proj-canaryA1B2C3D4E5F6-WXYZ';
const QUESTION: readonly ChatMessage[] = [{ role: 'user', text: 'هلو' }];

let double: ModelDouble;
beforeAll(async () => {
  double = await startModelDouble({ apiKey: KEY });
});
afterEach(() => double.reset());
afterAll(() => double.close());

const errorOf = (apiKey: string | null = KEY, messages = QUESTION): Promise<unknown> =>
  failureOf(createModelEndpoint({ baseUrl: double.url, apiKey, model: 'm' })(messages, [], within(5_000)));

async function refused(
  status: number,
  body: unknown = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Failure> {
  double.fault({ kind: 'status', status, body, headers });
  return classifyModelFailure(await errorOf());
}

describe('what a refusal of a model’s server means', () => {
  it.each([
    ['a wrong key', 401, { error: { message: 'no', code: 'invalid_api_key' } }, 'auth', 'model-key-refused'],
    ['a country that is not served', 403, {}, 'auth', 'model-key-refused'],
    ['no money left', 429, { error: { message: 'no', code: 'insufficient_quota' } }, 'auth', 'model-quota'],
    ['no money left, by its type', 429, { error: { type: 'insufficient_quota' } }, 'auth', 'model-quota'],
    ['payment required', 402, { error: { message: 'Insufficient Balance' } }, 'auth', 'model-quota'],
    ['too many questions', 429, { error: { code: 'rate_limit_exceeded' } }, 'throttled', 'model-throttled'],
    ['an unknown model', 404, { error: { message: 'no such model' } }, 'permanent', 'model-not-found'],
    [
      'an unknown model, by its code',
      400,
      { error: { code: 'model_not_found' } },
      'permanent',
      'model-not-found',
    ],
    ['too long', 400, { error: { code: 'context_length_exceeded' } }, 'permanent', 'model-too-long'],
    [
      'too long, in bare words',
      400,
      { object: 'error', message: "This model's maximum context length is 8192 tokens.", code: 400 },
      'permanent',
      'model-too-long',
    ],
    [
      'too long, in a list',
      400,
      [
        {
          error: { code: 400, message: 'The input token count exceeds the maximum number of tokens allowed' },
        },
      ],
      'permanent',
      'model-too-long',
    ],
    [
      'a customer’s words that a filter refuses',
      400,
      { error: { code: 'content_filter' } },
      'permanent',
      'model-refused',
    ],
    ['a malformed question', 400, { error: 'invalid' }, 'permanent', 'model-request-refused'],
    ['another refusal', 422, '<html>', 'permanent', 'model-request-refused'],
    ['an address that moved', 301, '', 'permanent', 'model-request-refused'],
  ])('%s', async (_name, status, body, kind, reason) => {
    expect(await refused(status, body)).toMatchObject({ class: kind, reason });
  });

  it('says what the server said', async () => {
    const error = { message: 'The model `m` does not exist', code: 'model_not_found' };
    expect((await refused(404, { error })).detail).toBe('HTTP 404: The model `m` does not exist');
  });

  it.each([
    ['without a model', { messages: [{ role: 'user', content: 'هلو' }] }],
    ['without messages', { model: 'm' }],
    ['with an empty list of tools', { model: 'm', messages: [{ role: 'user', content: 'هلو' }], tools: [] }],
  ])('is given by the double to a question %s', async (_name, body) => {
    const response = await fetch(`${double.url}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}` },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(400);
    expect(double.asked).toEqual([]);
  });

  it('is known of a tool’s answer that nobody asked for', async () => {
    const stray: ChatMessage = { role: 'tool', call: 'call_9', text: '[]' };
    const failure = classifyModelFailure(await errorOf(KEY, [...QUESTION, stray]));
    expect(failure).toMatchObject({ class: 'permanent', reason: 'model-request-refused' });
    expect(failure.detail).toContain('call_9');
  });
});

describe('how long a throttled question waits', () => {
  const inAMinute = (): string => new Date(Date.now() + 60_000).toUTCString();
  it.each([
    ['seconds', () => ({ 'retry-after': '20' }), [20_000, 20_000]],
    ['a date', () => ({ 'retry-after': inAMinute() }), [55_000, 60_000]],
    [
      'milliseconds, which are more exact',
      () => ({ 'retry-after': '2', 'retry-after-ms': '1250.5' }),
      [1_251, 1_251],
    ],
    ['parts of a second', () => ({ 'retry-after': '1.5' }), [1_500, 1_500]],
    ['milliseconds that are none', () => ({ 'retry-after': '2', 'retry-after-ms': 'soon' }), [2_000, 2_000]],
  ] as const)('%s', async (_name, headers, [least, most]) => {
    const { class: kind, retryAfterMs = 0 } = await refused(429, {}, headers());
    expect(kind).toBe('throttled');
    expect(retryAfterMs).toBeGreaterThanOrEqual(least);
    expect(retryAfterMs).toBeLessThanOrEqual(most);
  });

  it('nobody says', async () => {
    expect(await refused(429)).not.toHaveProperty('retryAfterMs');
  });

  it('a server that is down may say it, too', async () => {
    expect(await refused(503, {}, { 'retry-after': '7' })).toMatchObject({
      class: 'retryable',
      retryAfterMs: 7_000,
    });
  });
});

describe('the key', () => {
  const leaks = (error: unknown): string =>
    JSON.stringify([serialiseError(error), classifyModelFailure(error)]);

  it('that the server refuses and half repeats stands in no failure', async () => {
    const other = 'sk-proj-canaryZ9Y8X7W6V5U4-TUVW';
    const error = await errorOf(other);
    expect(classifyModelFailure(error)).toMatchObject({ class: 'auth', reason: 'model-key-refused' });
    expect(leaks(error)).toContain('Incorrect API key provided');
    expect(leaks(error)).not.toMatch(/canary|sk-proj|TUVW/);
  });

  it.each([
    ['whole', `bad key ${KEY}!`],
    ['in a header', `Authorization: Bearer ${KEY}`],
    ['cut short', `bad key ${KEY.slice(0, 14)}`],
    ['without its beginning', `bad key ${KEY.slice(8)}`],
    ['by its middle', `no key ${KEY.slice(10, 20)} here`],
    ['by its end', 'the key ending in WXYZ'],
    ['with dots', 'bad key sk-p...WXYZ'],
    ['at the end of what is kept of a long text', `${'x '.repeat(145)} ${KEY}`],
  ])('repeated %s stands in no failure', async (_name, message) => {
    double.fault({ kind: 'status', status: 400, body: { error: { message } } });
    expect(leaks(await errorOf())).not.toMatch(/canary|A1B2|WXYZ/);
  });

  it('of somebody else is cut, too', async () => {
    double.fault({
      kind: 'status',
      status: 400,
      body: { error: { message: 'gateway used sk-abcdefgh1234' } },
    });
    expect(leaks(await errorOf())).not.toContain('abcdefgh');
  });

  it('with letters that no key has is refused before it leaves', async () => {
    const error = await errorOf(`“${KEY}”`);
    expect(classifyModelFailure(error)).toMatchObject({ class: 'auth', reason: 'model-key-refused' });
    expect(leaks(error)).not.toContain('canary');
    expect(double.asked).toEqual([]);
  });
});
