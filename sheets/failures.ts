import { causes, ClassifiedError, networkCode, type Failure } from '../domain/errors.ts';

/** What a source knows for sure about its own refusals; everything else is classified by what the wire threw. */
export const refusal = (failure: Failure, cause?: unknown): ClassifiedError =>
  new ClassifiedError(failure, cause === undefined ? undefined : { cause });

/** The failure that some link of the chain already carries. */
export function carried(error: unknown): Failure | null {
  for (const link of causes(error)) if (link instanceof ClassifiedError) return link.failure;
  return null;
}

/** Reading is harmless and writing is compare-and-set, so whatever the network did, trying again is safe. */
export function networkFailure(error: unknown): Failure | null {
  const code = networkCode(error);
  return code === null
    ? null
    : { class: 'retryable', reason: 'sheet-unreachable', detail: `${code}: ${messageOf(error)}` };
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A value that a spreadsheet program would compute instead of show is refused: only plain words are written. */
export function plainText(text: string): string {
  if (/^[=+\-@\t\r]/.test(text))
    throw new RangeError(`would be taken for a formula: ${JSON.stringify(text.slice(0, 40))}`);
  return text;
}
