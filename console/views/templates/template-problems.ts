import { CallError } from '../../http.ts';

/** What is wrong with a template, as the API's parser says it: `unknown-variable at 5: {nme}`. */
export interface TemplateProblem {
  readonly code: 'unknown-variable' | 'unclosed' | 'stray-brace' | 'empty' | 'too-long';
  readonly variable: string;
  /** Counted from one, as people count. */
  readonly at: number;
}

const SAID = /^(unknown-variable|unclosed|stray-brace|empty) at (\d+)(?:: \{([\s\S]*)\})?$/;
const CODES = ['unknown-variable', 'unclosed', 'stray-brace', 'empty'] as const;

/** Null when the refusal is about something else than the text. */
export function problemsIn(error: unknown): TemplateProblem[] | null {
  if (!(error instanceof CallError) || error.failure.kind !== 'refused') return null;
  const found = error.failure.fields
    .filter(({ path }) => path === 'text')
    .flatMap(({ message }): TemplateProblem[] => {
      const [, said, at, variable = ''] = SAID.exec(message) ?? [];
      const code = CODES.find((one) => one === said);
      if (code !== undefined) return [{ code, variable, at: Number(at) + 1 }];
      // The API's schema comes before its parser: an empty text is too small for it.
      if (/^Too small/.test(message)) return [{ code: 'empty', variable: '', at: 1 }];
      return /^Too big/.test(message) ? [{ code: 'too-long', variable: '', at: 1 }] : [];
    });
  return found.length === 0 ? null : found;
}
