import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { problem } from '../../api/schemas/problem.ts';
import { brought, merchantWithLine, startApi, type ApiUnderTest } from './api-installation.ts';

/** The part of JSON Schema that the document uses; what else it says narrows only what is sent. */
interface Schema {
  readonly $ref?: string | undefined;
  readonly type?: string | readonly string[] | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly const?: unknown;
  readonly pattern?: string | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly items?: Schema | undefined;
  readonly anyOf?: readonly Schema[] | undefined;
  readonly oneOf?: readonly Schema[] | undefined;
}
const schema: z.ZodType<Schema> = z.lazy(() =>
  z.looseObject({
    $ref: z.string().optional(),
    type: z.union([z.string(), z.array(z.string())]).optional(),
    enum: z.array(z.unknown()).optional(),
    pattern: z.string().optional(),
    properties: z.record(z.string(), schema).optional(),
    required: z.array(z.string()).optional(),
    items: schema.optional(),
    anyOf: z.array(schema).optional(),
    oneOf: z.array(schema).optional(),
  }),
);
const operation = z.looseObject({
  operationId: z.string(),
  parameters: z
    .array(z.looseObject({ name: z.string(), in: z.string(), schema: schema.optional() }))
    .default([]),
  requestBody: z
    .looseObject({ content: z.record(z.string(), z.looseObject({ schema: schema.optional() })) })
    .optional(),
  responses: z.record(z.string(), z.unknown()),
});
const document = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({ schemas: z.record(z.string(), schema).default({}) }),
});
type Operation = z.infer<typeof operation>;

const HOSTILE = [
  '',
  ' ',
  '\0',
  '\ud83d',
  '../../etc/passwd',
  "'; drop table messages; --",
  '%00',
  '١٢٣',
  'x'.repeat(300),
  '-1',
  '1e309',
  '{"a":1}',
  '__proto__',
];
/** What is there, so that the calls get further than the door. */
const KNOWN = ['shop', 'sim', 'simulator', 'whatsapp', '201000000001', 'nothing-of-that-name'];
const anyText = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.constantFrom(...KNOWN),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 20 }),
);
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  anyText,
  fc.constantFrom(null, true, -0, 1e308, -1, 2 ** 53, [], {}),
);

let api: ApiUnderTest;
let described: z.infer<typeof document>;
beforeAll(async () => {
  api = await startApi();
  await merchantWithLine(api, 'shop');
  await api.ask('POST', '/api/simulator/shop/sim/messages', {
    body: { from: '201000000001', text: 'hello' },
  });
  described = document.parse(JSON.parse((await api.ask('GET', '/openapi.json')).text));
}, 180_000);
afterAll(() => api.stop());

/** Mostly what the document asks for, sometimes something else in its place. */
function valueOf(of: Schema | undefined, depth = 0): fc.Arbitrary<unknown> {
  if (of === undefined || depth > 5) return anything;
  return fc.oneof({ weight: 5, arbitrary: asAsked(of, depth) }, { weight: 1, arbitrary: anything });
}

function asAsked(of: Schema, depth: number): fc.Arbitrary<unknown> {
  if (of.$ref !== undefined)
    return valueOf(described.components.schemas[of.$ref.split('/').at(-1) ?? ''], depth + 1);
  if (of.const !== undefined) return fc.constant(of.const);
  if (of.enum !== undefined && of.enum.length > 0) return fc.constantFrom(...of.enum);
  const choices = of.anyOf ?? of.oneOf;
  if (choices !== undefined && choices.length > 0)
    return fc.oneof(...choices.map((choice) => valueOf(choice, depth + 1)));
  switch (Array.isArray(of.type) ? of.type[0] : of.type) {
    case 'object': {
      const fields = Object.entries(of.properties ?? {}).map(([name, field]) => [
        name,
        valueOf(field, depth + 1),
      ]);
      return fc.record(
        z.record(z.string(), z.custom<fc.Arbitrary<unknown>>()).parse(Object.fromEntries(fields)),
        {
          requiredKeys: (of.required ?? []).filter((name) => name in (of.properties ?? {})),
        },
      );
    }
    case 'array':
      return fc.array(valueOf(of.items, depth + 1), { maxLength: 4 });
    case 'integer':
    case 'number':
      return fc.oneof(fc.integer(), fc.double());
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return of.pattern === undefined ? anyText : fc.oneof(anyText, matching(of.pattern));
  }
}

function matching(pattern: string): fc.Arbitrary<string> {
  try {
    return fc.stringMatching(new RegExp(pattern, 'u'), { size: 'xsmall' });
  } catch (unsupported) {
    // A pattern with something that can't be turned round, such as a look-ahead.
    return unsupported instanceof Error ? anyText : anyText;
  }
}

interface Sent {
  readonly path: string;
  readonly body: unknown;
  readonly hasBody: boolean;
}

function callOf(path: string, { parameters, requestBody }: Operation): fc.Arbitrary<Sent> {
  const query = parameters.filter((one) => one.in === 'query');
  const body = requestBody?.content['application/json']?.schema;
  return fc
    .record({
      names: fc.array(fc.oneof(fc.constantFrom(...KNOWN), fc.constantFrom(...HOSTILE), anyText), {
        minLength: 5,
        maxLength: 5,
      }),
      merchant: fc.oneof({ weight: 6, arbitrary: fc.constant('shop') }, anyText),
      asked: fc.array(fc.tuple(fc.constantFrom(...query.map(({ name }) => name), 'limit'), anyText), {
        maxLength: 3,
      }),
      body: valueOf(body),
    })
    .map(({ names, merchant, asked, body: sent }) => {
      let index = 0;
      const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
        encoded(name === 'merchant' ? merchant : (names[index++] ?? '')),
      );
      const search = asked.map(([name, value]) => `${name}=${encoded(value)}`).join('&');
      return {
        path: search === '' ? filled : `${filled}?${search}`,
        body: sent,
        hasBody: body !== undefined,
      };
    });
}

/** Half a character has no encoding: it goes as the bytes that a careless client sends. */
const encoded = (text: string): string =>
  text.isWellFormed() ? encodeURIComponent(text).replaceAll('.', '%2E') : '%ED%A0%BD';

/** The stream never ends; the shop is needed by the other calls. */
const LEFT_OUT = new Set(['get /api/events', 'delete /api/merchants/{merchant}']);

describe('every call that the document describes', () => {
  test('answers whatever it is sent with what the document says, and never breaks', async () => {
    const wrong: string[] = [];
    const answered = new Map<number, number>();
    for (const [path, operations] of Object.entries(described.paths)) {
      for (const [method, one] of Object.entries(operations)) {
        if (LEFT_OUT.has(`${method} ${path}`)) continue;
        // Its own seed each, so that a failure is the same when it is looked for.
        for (const sent of fc.sample(callOf(path, one), { numRuns: 20, seed: 7 })) {
          const answer = await brought(() =>
            api.ask(method.toUpperCase(), sent.path, sent.hasBody ? { body: sent.body } : {}),
          );
          answered.set(answer.status, (answered.get(answer.status) ?? 0) + 1);
          const told = `${method} ${sent.path} ${JSON.stringify(sent.body ?? null).slice(0, 200)} → ${answer.status} ${answer.text.slice(0, 200)}`;
          if (answer.status >= 500) wrong.push(`broke: ${told}`);
          else if (answer.status < 400 && !(String(answer.status) in one.responses))
            wrong.push(`undocumented: ${told}`);
          else if (answer.status >= 400 && !problem.safeParse(answer.body).success)
            wrong.push(`no problem: ${told}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    // The calls got past the door, and were not merely turned away for being many.
    expect(answered.get(200) ?? 0).toBeGreaterThan(100);
    expect(answered.get(422) ?? 0).toBeGreaterThan(50);
    expect(answered.get(429) ?? 0).toBe(0);
    expect(api.log()).not.toContain('[object Object]');
  });
});
