import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { ChatMessage, Said, Tool, ToolCall } from '../../answers/model/ask.ts';
import { ClassifiedError } from '../../domain/errors.ts';
import { jsonOf } from '../../channels/http.ts';

/** The only place that knows the field names of chat completions. */

/** Close to the facts, and yet not the same sentence for every customer. */
const TEMPERATURE = 0.2;
/** A chat answer has a few lines; in Arabic, which takes more tokens a word, this is still ten of them. It ends a model that can't. */
const MOST_TOKENS = 2_000;
/** A model's words stand in a failure for whoever debugs: one look, no page. */
const LONGEST_DETAIL = 300;

/** What a model is held to, where it can be. */
export const LIMITS: Readonly<Record<string, number>> = { temperature: TEMPERATURE, max_tokens: MOST_TOKENS };
export const NO_LIMITS: typeof LIMITS = {};

export const questionOf = (model: string, messages: readonly ChatMessage[], tools: readonly Tool[]) => ({
  model,
  messages: messages.map(messageOf),
  // An empty list is refused.
  ...(tools.length === 0
    ? {}
    : {
        tools: tools.map(({ name, description, parameters }) => ({
          type: 'function',
          function: { name, description, parameters },
        })),
      }),
});

function messageOf(message: ChatMessage) {
  const { role, text } = message;
  switch (role) {
    case 'system':
    case 'user':
      return { role, content: text };
    case 'tool':
      return { role, tool_call_id: message.call, content: text };
    case 'assistant':
      return message.calls.length === 0
        ? { role, content: text }
        : { role, content: text === '' ? null : text, tool_calls: message.calls.map(callOf) };
  }
}

const callOf = ({ id, name, argumentsText }: ToolCall) => ({
  id,
  type: 'function',
  function: { name, arguments: repeatable(argumentsText) },
});

/** Ollama and vLLM refuse a history with arguments that are no JSON object; what was wrong with them the tool's answer says. */
const repeatable = (argumentsText: string): string =>
  z.record(z.string(), z.unknown()).safeParse(jsonOf(Buffer.from(argumentsText))).success
    ? argumentsText
    : '{}';

const textPart = z.looseObject({ type: z.literal('text').optional(), text: z.string() });
const toolCall = z.looseObject({
  id: z.string().nullish().catch(null),
  function: z.looseObject({ name: z.string().min(1), arguments: z.unknown().optional() }),
});
const choice = z.looseObject({
  finish_reason: z.string().nullish(),
  message: z.looseObject({
    content: z.union([z.string(), z.array(z.unknown())]).nullish(),
    refusal: z.string().nullish(),
    tool_calls: z.array(toolCall).nullish(),
  }),
});
const completion = z.looseObject({ choices: z.tuple([choice]).rest(z.unknown()) });

/** Tolerant of what compatible servers vary in. `undefined`: the body was no JSON. */
export function saidOf(body: unknown): Said {
  const read = completion.safeParse(body);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new ClassifiedError({
      class: 'retryable',
      reason: 'model-answer-unreadable',
      detail: body === undefined ? 'no JSON' : `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
    });
  }
  const [{ finish_reason: finish, message }] = read.data.choices;
  const calls = callsOf(message.tool_calls ?? []);
  if (finish === 'content_filter' || (message.refusal ?? '') !== '')
    throw new ClassifiedError({
      class: 'permanent',
      reason: 'model-refused',
      detail: (message.refusal ?? 'content_filter').slice(0, LONGEST_DETAIL),
    });
  if (finish === 'length' && calls.length === 0)
    throw new ClassifiedError({
      class: 'permanent',
      reason: 'model-cut-off',
      detail: 'the answer is longer than the model may write',
    });
  return { text: spoken(message.content ?? ''), calls };
}

/** What is meant for the customer: models that think aloud (DeepSeek R1, Qwen) close that part with this tag. */
function spoken(content: string | readonly unknown[]): string {
  const text = typeof content === 'string' ? content : content.map(textOf).join('');
  const [thought, ...said] = text.split('</think>');
  return said.length === 0 ? (thought ?? '') : (said.at(-1) ?? '').trimStart();
}

const textOf = (part: unknown): string => textPart.safeParse(part).data?.text ?? '';

/** Each call has an id of its own: some servers give none, or the same one to all. */
function callsOf(calls: readonly z.infer<typeof toolCall>[]): ToolCall[] {
  const taken = new Set<string>();
  return calls.map(({ id, function: { name, arguments: given } }) => {
    const own = id == null || id === '' || taken.has(id) ? freshId() : id;
    taken.add(own);
    return { id: own, name, argumentsText: argumentsOf(given) };
  });
}

/** Nine letters and digits: Mistral takes no others, and nobody minds these. */
const freshId = (): string => randomBytes(5).toString('hex').slice(0, 9);

const argumentsOf = (given: unknown): string =>
  given == null || given === '' ? '{}' : typeof given === 'string' ? given : JSON.stringify(given);
