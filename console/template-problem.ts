/** What is wrong with a template, as the API's parser says it: `unknown-variable at 5: {nme}`. */
export interface TemplateProblem {
  readonly code: 'unknown-variable' | 'unclosed' | 'stray-brace' | 'empty' | 'too-long';
  readonly variable: string;
  /** Counted from one, as people count. */
  readonly at: number;
}

const SAID = /^(unknown-variable|unclosed|stray-brace|empty) at (\d+)(?:: \{([\s\S]*)\})?$/;
const CODES = ['unknown-variable', 'unclosed', 'stray-brace', 'empty'] as const;

/** Null when the message is not the parser's. */
export function templateProblem(message: string): TemplateProblem | null {
  const [, said, at, variable = ''] = SAID.exec(message) ?? [];
  const code = CODES.find((one) => one === said);
  return code === undefined ? null : { code, variable, at: Number(at) + 1 };
}
