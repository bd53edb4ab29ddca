/**
 * Customers' text is kept byte-true. PostgreSQL's `text` refuses NUL and lone surrogates, which people's
 * phones do send: then the exact UTF-16 goes beside a readable rendering.
 */
export interface StoredText {
  readonly text: string;
  readonly exact: Buffer | null;
}

export function toStored(text: string): StoredText {
  if (text.isWellFormed() && !text.includes('\0')) return { text, exact: null };
  return { text: text.toWellFormed().replaceAll('\0', '\u2400'), exact: Buffer.from(text, 'utf16le') };
}

export const fromStored = ({ text, exact }: StoredText): string => exact?.toString('utf16le') ?? text;
