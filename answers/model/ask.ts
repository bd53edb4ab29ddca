/** What is said to a model and what it says, in no provider's own format. Pure data. */
export type ChatMessage =
  | { readonly role: 'system' | 'user'; readonly text: string }
  | { readonly role: 'assistant'; readonly text: string; readonly calls: readonly ToolCall[] }
  /** What a tool gave, for the call of this id. */
  | { readonly role: 'tool'; readonly call: string; readonly text: string };

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** As the model wrote it: it may be anything, also no JSON. */
  readonly argumentsText: string;
}

export interface Tool {
  readonly name: string;
  readonly description: string;
  /** JSON schema of the arguments. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface Said {
  readonly text: string;
  readonly calls: readonly ToolCall[];
}

/** One exchange with the model. It never repeats itself; what went wrong comes out as the error that it was. */
export type AskModel = (messages: readonly ChatMessage[], tools: readonly Tool[]) => Promise<Said>;
