import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Api } from '../../console/api.ts';
import { isRefused } from '../../console/http.ts';
import { LANGUAGES, WORDS } from '../../console/words/words.ts';

const talk = { platform: 'simulator', customer: '201000000001' };
const problem = (status: number, code: string) => () =>
  Response.json({ code, detail: '', requestId: 'r' }, { status });
const taken = () => Response.json({ id: 'x' }, { status: 202 });
const lost = (): never => {
  throw new TypeError('Failed to fetch');
};

/** The keys under which the calls went, and what the next ones are answered. */
const keys: (string | null)[] = [];
const answers: (() => Response)[] = [];
const { fetch } = globalThis;

beforeEach(() => {
  keys.length = 0;
  answers.length = 0;
  vi.stubGlobal('fetch', (_: string, { headers }: RequestInit) => {
    keys.push(new Headers(headers).get('Idempotency-Key'));
    const answer = answers.shift() ?? taken;
    return Promise.resolve().then(answer);
  });
});
afterEach(() => vi.stubGlobal('fetch', fetch));

const shop = () => new Api('key').of('demo');
const settled = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);

describe('what adds something, tried again', () => {
  it.each([
    ['a lost reply', lost],
    ['an engine that is away', problem(503, 'temporal-unavailable')],
    ['something that went wrong inside', problem(500, 'internal')],
    ['a first attempt that is still worked on', problem(409, 'idempotency-in-progress')],
    ['a page of somebody in between', () => new Response('<p>Sign in to this network', { status: 200 })],
    ['too many calls, which says nothing of the earlier ones', problem(429, 'too-many-requests')],
  ])('after %s is the same call to the API', async (_, outcome) => {
    const demo = shop();
    answers.push(outcome, outcome, taken);
    for (let attempt = 0; attempt < 3; attempt += 1) await settled(demo.answer(talk, 'hello'));
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
  });

  it.each([
    ['it was taken', taken],
    ['it was refused for good', problem(404, 'not-found')],
  ])('after %s is a new one', async (_, outcome) => {
    const demo = shop();
    answers.push(lost, outcome);
    for (let attempt = 0; attempt < 3; attempt += 1) await settled(demo.answer(talk, 'hello'));
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it('is a new call where another was taken meanwhile, or when it says something else, or goes to somebody else', async () => {
    const demo = shop();
    answers.push(lost, lost, lost);
    await settled(demo.answer(talk, 'yes'));
    await settled(demo.answer(talk, 'no'));
    await settled(demo.answer({ ...talk, customer: '201000000002' }, 'yes'));
    await demo.answer(talk, 'never mind');
    await demo.answer(talk, 'yes');
    expect(new Set(keys).size).toBe(5);
  });

  it('holds for a message of the test phone, and for one of an order', async () => {
    const demo = shop();
    answers.push(lost, lost, lost, lost);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await settled(demo.writeAsCustomer('sim', '201000000001', 'hello'));
      await settled(demo.orders.resend('1', ''));
    }
    expect([keys[2], keys[3]]).toEqual([keys[0], keys[1]]);
    expect(keys[0]).not.toBe(keys[1]);
  });

  it('is forgotten in the end, so that a tab that is never closed does not grow', async () => {
    const demo = shop();
    answers.push(...Array.from({ length: 51 }, () => lost));
    for (let n = 0; n <= 50; n += 1) await settled(demo.answer(talk, `message ${n}`));
    answers.push(lost, lost);
    await settled(demo.answer(talk, 'message 1'));
    await settled(demo.answer(talk, 'message 0'));
    expect(keys[51]).toBe(keys[1]);
    expect(keys[52]).not.toBe(keys[0]);
  });
});

it('what only says how things shall be is asked anew each time: a kept answer would not do it', async () => {
  const demo = shop();
  answers.push(lost);
  await settled(demo.act(talk, 'take-over'));
  await demo.act(talk, 'hand-back');
  await demo.act(talk, 'take-over');
  expect(new Set(keys).size).toBe(3);
});

it('a refusal reaches the page as it was given', async () => {
  answers.push(problem(503, 'temporal-unavailable'));
  expect(isRefused(await settled(shop().answer(talk, 'hello')), 503)).toBe(true);
});

it('nobody is told that nothing was changed where a message may have been kept', () => {
  for (const language of LANGUAGES)
    for (const key of [
      'refusal.temporal-unavailable',
      'refusal.database-unavailable',
      'problem.unavailable',
      'problem.offline',
    ] as const)
      expect(WORDS[language][key]).toMatch(language === 'en' ? /does not do it twice/ : /فلن يُنفّذ مرتين/);
});
