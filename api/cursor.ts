import type { z } from 'zod';
import { Problem } from './problem.ts';

/** A position in a list, opaque to the caller. */
export const cursorOf = (position: unknown): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url');

export function readCursor<T>(schema: z.ZodType<T>, cursor: string | undefined): T | null {
  if (cursor === undefined) return null;
  const read = schema.safeParse(jsonIn(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (!read.success)
    throw new Problem(400, 'bad-cursor', 'This is not a cursor that this list has given out.');
  return read.data;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Not JSON, so not ours: the schema above refuses it.
    return error instanceof SyntaxError ? undefined : null;
  }
}

/** A page of a list that was asked for one item more than fits, which is how it knows that there is more. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  position: (last: Row) => unknown,
  show: (row: Row) => Item,
): { items: Item[]; next: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(show),
    next: rows.length > limit && last !== undefined ? cursorOf(position(last)) : null,
  };
}
