import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { classifyModelFailure } from '../../activities/model/classify.ts';
import { createModelEndpoint } from '../../activities/model/endpoint.ts';
import type { ChatMessage, Said, Tool } from '../../answers/model/ask.ts';
import { startModelDouble, type ModelDouble } from '../doubles/model-api/double.ts';
import { until } from './listener.ts';
import { failureOf, within } from './outgoing.ts';

const QUESTION: readonly ChatMessage[] = [
  { role: 'system', text: 'أنت بائع في متجر «ليالي».' },
  { role: 'user', text: 'شكد سعره؟ 🖤' },
];
const SEARCH: Tool = {
  name: 'search_products',
  description: 'Finds products',
  parameters: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
};

let double: ModelDouble;
beforeAll(async () => {
  double = await startModelDouble();
});
afterEach(() => double.reset());
afterAll(() => double.close());

const asking = (baseUrl: string | URL = double.url, apiKey: string | null = null) =>
  createModelEndpoint({ baseUrl, apiKey, model: 'gpt-4o-mini' });
const ask = (messages = QUESTION, tools: readonly Tool[] = []): Promise<Said> =>
  asking()(messages, tools, within(5_000));
const failure = async (timeoutMs = 5_000) =>
  classifyModelFailure(await failureOf(asking()(QUESTION, [], within(timeoutMs))));
/** An answer in another server's own form. */
const saying = (message: unknown, finish_reason = 'stop') =>
  double.answer({ body: { choices: [{ message, finish_reason }] } });

describe('a question to a model', () => {
  it('is put with its model, its rules and no tools, and its answer comes back byte-true', async () => {
    const text = 'سعره ٢٥٬٠٠٠ د.ع، «عباية ليلى» 🖤\n— التوصيل مجاني';
    double.answer({ text });
    expect(await ask()).toEqual({ text, calls: [] });
    expect(double.asked).toEqual([
      {
        authorization: null,
        model: 'gpt-4o-mini',
        messages: [
          { role: 'system', content: 'أنت بائع في متجر «ليالي».' },
          { role: 'user', content: 'شكد سعره؟ 🖤' },
        ],
        temperature: 0.2,
        max_tokens: 2_000,
      },
    ]);
  });

  it('goes to the same place with and without a slash at the end of the base URL', async () => {
    double.answer({ text: 'هلا' });
    for (const base of [double.url, `${double.url}/`, new URL(double.url), new URL(`${double.url}//`)])
      expect(await asking(base)(QUESTION, [], within(5_000))).toMatchObject({ text: 'هلا' });
  });

  it('carries a key only where there is one', async () => {
    await asking()(QUESTION, [], within(5_000));
    await asking(double.url, 'sk-1')(QUESTION, [], within(5_000));
    expect(double.asked.map(({ authorization }) => authorization)).toEqual([null, 'Bearer sk-1']);
  });

  it('that wants tools gets their results back under its own ids', async () => {
    double.answer([
      {
        calls: [
          { name: 'search_products', arguments: { text: 'عباية' } },
          { name: 'search_products', arguments: { text: 'حجاب' } },
        ],
      },
      { text: 'عندنا عباية ليلى بـ٢٥ ألف.' },
    ]);
    const wants = await ask(QUESTION, [SEARCH]);
    expect(wants).toMatchObject({ text: '', calls: [{ argumentsText: '{"text":"عباية"}' }, {}] });
    const history: readonly ChatMessage[] = [
      ...QUESTION,
      { role: 'assistant', ...wants },
      ...wants.calls.map(({ id }) => ({ role: 'tool', call: id, text: '[]' }) as const),
    ];
    expect(await ask(history, [SEARCH])).toEqual({ text: 'عندنا عباية ليلى بـ٢٥ ألف.', calls: [] });
    expect(double.asked[1]).toMatchObject({
      tools: [{ type: 'function', function: SEARCH }],
      messages: [{}, {}, { role: 'assistant', content: null }, { role: 'tool' }, { role: 'tool' }],
    });
  });

  it('that wrote arguments nobody can read is not refused for them the next time', async () => {
    double.answer([{ calls: [{ name: 'search_products', arguments: '{"text": "عبا' }] }, { text: 'تمام' }]);
    const wants = await ask(QUESTION, [SEARCH]);
    expect(wants.calls).toMatchObject([{ argumentsText: '{"text": "عبا' }]);
    const result = { role: 'tool', call: wants.calls[0]?.id ?? '', text: 'unreadable' } as const;
    await ask([...QUESTION, { role: 'assistant', ...wants }, result], [SEARCH]);
    expect(double.asked[1]?.messages[2]).toMatchObject({ tool_calls: [{ function: { arguments: '{}' } }] });
  });
});

describe('an answer of a server that words it differently', () => {
  it.each([
    [
      'in parts',
      { content: [{ type: 'text', text: 'هلا ' }, { type: 'thinking' }, { text: 'بيك' }] },
      'هلا بيك',
    ],
    ['without content', { tool_calls: null }, ''],
    ['with fields of tomorrow', { content: 'هلا', reasoning: 'hm', annotations: [] }, 'هلا'],
    ['that thinks aloud', { content: '<think>He greets me.</think>\n\nهلا' }, 'هلا'],
  ])('%s is read', async (_name, message, text) => {
    saying(message);
    expect(await ask()).toEqual({ text, calls: [] });
  });

  it.each([
    ['an object', { text: 'عباية' }, '{"text":"عباية"}'],
    ['nothing', undefined, '{}'],
    ['an empty text', '', '{}'],
    ['no JSON', 'text=عباية', 'text=عباية'],
  ])('and gives %s as arguments is read', async (_name, given, argumentsText) => {
    saying({ content: null, tool_calls: [{ id: 'a', function: { name: 'f', arguments: given } }] });
    expect((await ask()).calls).toEqual([{ id: 'a', name: 'f', argumentsText }]);
  });

  it('and gives its calls no ids, or all the same one, leaves each with an id of its own', async () => {
    const called = { function: { name: 'f', arguments: '{}' } };
    saying({ tool_calls: [called, { ...called, id: '' }, { ...called, id: 'f' }, { ...called, id: 'f' }] });
    const ids = (await ask()).calls.map(({ id }) => id);
    expect(new Set(ids).size).toBe(4);
    expect(ids).toContain('f');
    expect(ids).not.toContain('');
  });

  it('and was cut off in the middle of calling tools still calls them', async () => {
    double.answer({ calls: [{ name: 'f', arguments: {} }], finish: 'length' });
    expect((await ask()).calls).toHaveLength(1);
  });
});

describe('no answer for a customer', () => {
  it.each([
    ['no choices', { object: 'chat.completion' }],
    ['an empty list of them', { choices: [] }],
    ['a choice without a message', { choices: [{ finish_reason: 'stop' }] }],
    ['an error in a good answer', { error: { code: 502, message: 'upstream' } }],
  ])('%s: asked again', async (_name, body) => {
    double.answer({ body });
    expect(await failure()).toMatchObject({ class: 'retryable', reason: 'model-answer-unreadable' });
  });

  it('an answer that stopped at the longest a model may write is not half told', async () => {
    double.answer({ text: 'عندنا خمسة ألوان: أسود و', finish: 'length' });
    expect(await failure()).toMatchObject({ class: 'permanent', reason: 'model-cut-off' });
  });

  it('a model that will not answer', async () => {
    saying({ content: null, refusal: 'I can’t help with that.' });
    expect(await failure()).toEqual({
      class: 'permanent',
      reason: 'model-refused',
      detail: 'I can’t help with that.',
    });
    double.answer({ text: 'نصف جواب', finish: 'content_filter' });
    expect(await failure()).toMatchObject({ class: 'permanent', reason: 'model-refused' });
  });
});

describe('a far end that fails', () => {
  it.each([
    ['a reset', { kind: 'reset' }, 'connection-reset'],
    ['half a body', { kind: 'half-body' }, 'connection-reset'],
    ['silence', { kind: 'hang' }, 'timed-out'],
    ['an answer too late', { kind: 'slow', delayMs: 2_000 }, 'timed-out'],
    ['a page of a hotel', { kind: 'not-json' }, 'model-answer-unreadable'],
  ] as const)('%s: asked again', async (_name, fault, reason) => {
    double.fault(fault);
    expect(await failure(500)).toMatchObject({ class: 'retryable', reason });
    double.heal();
    expect(await ask()).toMatchObject({ calls: [] });
  });

  it.each([408, 500, 502, 503, 504, 529])('HTTP %i: asked again', async (status) => {
    double.fault({ kind: 'status', status });
    expect(await failure()).toMatchObject({ class: 'retryable', reason: 'model-unavailable' });
  });

  it('a refused connection, and a name that leads nowhere: asked again', async () => {
    await double.down();
    expect(await failure()).toMatchObject({ class: 'retryable', reason: 'connection-refused' });
    await double.up();
    const lost = asking('https://model.invalid/v1')(QUESTION, [], within(60_000));
    expect(classifyModelFailure(await failureOf(lost))).toMatchObject({ class: 'retryable' });
  });

  it('a question that is called off is no failure of the far end', async () => {
    const caller = new AbortController();
    double.fault({ kind: 'hang' });
    const hanging = failureOf(asking()(QUESTION, [], within(5_000, caller.signal)));
    await until(() => double.asked.length === 1);
    caller.abort();
    const late = failureOf(asking()(QUESTION, [], within(5_000, caller.signal)));
    for (const error of [await hanging, await late])
      expect(classifyModelFailure(error)).toMatchObject({ class: 'retryable', reason: 'interrupted' });
    expect(double.asked).toHaveLength(1);
  });

  it('is asked once: repeating is not for the endpoint to decide', async () => {
    double.fault({ kind: 'status', status: 503 }, Infinity);
    await failure();
    expect(double.asked).toHaveLength(1);
  });

  it('a mistake of ours does not go on being made', () => {
    expect(classifyModelFailure(new TypeError('x is not a function'))).toMatchObject({ class: 'permanent' });
  });

  it('that takes neither a temperature nor a limit is asked without them, from then on', async () => {
    const message = "Unsupported parameter: 'max_tokens' is not supported with this model.";
    double.answer({ text: 'أهلاً' });
    double.fault({
      kind: 'status',
      status: 400,
      body: { error: { message, code: 'unsupported_parameter' } },
    });
    const ask = asking();
    expect((await ask(QUESTION, [], within(5_000))).text).toBe('أهلاً');
    await ask(QUESTION, [], within(5_000));
    expect(double.asked.map(({ temperature, max_tokens }) => [temperature, max_tokens])).toEqual([
      [0.2, 2_000],
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });
});
