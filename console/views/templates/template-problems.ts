import { CallError } from '../../http.ts';
import { templateProblem, type TemplateProblem } from '../../template-problem.ts';

/** Null when the refusal is about something else than the text. */
export function problemsIn(error: unknown): TemplateProblem[] | null {
  if (!(error instanceof CallError) || error.failure.kind !== 'refused') return null;
  const found = error.failure.fields
    .filter(({ path }) => path === 'text')
    .flatMap(({ message }): TemplateProblem[] => {
      const said = templateProblem(message);
      if (said !== null) return [said];
      // The API's schema comes before its parser: an empty text is too small for it.
      if (/^Too small/.test(message)) return [{ code: 'empty', variable: '', at: 1 }];
      return /^Too big/.test(message) ? [{ code: 'too-long', variable: '', at: 1 }] : [];
    });
  return found.length === 0 ? null : found;
}
