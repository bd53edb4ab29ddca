import { z } from 'zod';

/** What a real server takes; anything it does not know it refuses, as OpenAI does. */
const call = z.strictObject({
  id: z.string().min(1),
  type: z.literal('function'),
  function: z.strictObject({ name: z.string().min(1), arguments: z.string() }),
});
const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('system'), content: z.string() }),
  z.strictObject({ role: z.literal('user'), content: z.string() }),
  z
    .strictObject({
      role: z.literal('assistant'),
      content: z.string().nullable(),
      tool_calls: z.array(call).min(1).optional(),
    })
    .refine(({ content, tool_calls }) => content !== null || tool_calls !== undefined, 'content expected'),
  z.strictObject({ role: z.literal('tool'), tool_call_id: z.string(), content: z.string() }),
]);
const tool = z.strictObject({
  type: z.literal('function'),
  function: z.strictObject({
    name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
    description: z.string().max(1_024).optional(),
    parameters: z.record(z.string(), z.unknown()).optional(),
  }),
});
const request = z.strictObject({
  model: z.string().min(1),
  messages: z.array(message).min(1),
  tools: z.array(tool).min(1).optional(),
  temperature: z.number().min(0).max(2).optional(),
  max_tokens: z.number().int().positive().optional(),
});
export type Request = z.infer<typeof request>;

/** The request, or why it is refused. */
export function readRequest(json: unknown): Request | string {
  const read = request.safeParse(json);
  return read.success ? (toolsOutOfPlace(read.data.messages) ?? read.data) : z.prettifyError(read.error);
}

/** Every call of an assistant is followed by the tools' answers to it, and by nothing else before. */
function toolsOutOfPlace(messages: Request['messages']): string | null {
  let open = new Set<string>();
  for (const said of messages) {
    if (said.role === 'tool') {
      if (!open.delete(said.tool_call_id)) return `no tool call '${said.tool_call_id}' before its answer`;
      continue;
    }
    if (open.size > 0) break;
    if (said.role === 'assistant') open = new Set(said.tool_calls?.map(({ id }) => id));
  }
  return open.size === 0 ? null : `tool calls without an answer: ${[...open].join(', ')}`;
}

export interface Reply {
  readonly text?: string;
  /** Arguments that are text stand there as they are. */
  readonly calls?: readonly { readonly name: string; readonly arguments: unknown }[];
  /** @default `tool_calls` where there are calls, else `stop` */
  readonly finish?: string;
}

export const completionOf = (
  model: string,
  number: number,
  { text, calls = [], finish }: Reply,
): unknown => ({
  id: `chatcmpl-${number}`,
  object: 'chat.completion',
  created: Math.floor(Date.now() / 1_000),
  model,
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: text ?? null,
        refusal: null,
        ...(calls.length === 0
          ? {}
          : {
              tool_calls: calls.map(({ name, arguments: given }, index) => ({
                id: `call_${number}_${index}`,
                type: 'function',
                function: { name, arguments: typeof given === 'string' ? given : JSON.stringify(given) },
              })),
            }),
      },
      logprobs: null,
      finish_reason: finish ?? (calls.length === 0 ? 'stop' : 'tool_calls'),
    },
  ],
  usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
});
