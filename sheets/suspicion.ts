import type { ColumnProblem } from '../domain/sheet-columns.ts';
import type { RememberedRow, SheetMemory } from './memory.ts';
import { otherCustomer } from './resemblance.ts';
import type { RowKey } from './source.ts';

/** Why a reading is not believed. All numbers are for the operator's sentence. */
export type Suspicion =
  /** A required column is missing, or two could be meant: a person must say which. */
  | { readonly reason: 'unclear-columns'; readonly problems: readonly ColumnProblem[] }
  | { readonly reason: 'sheet-empty'; readonly before: number }
  | { readonly reason: 'much-shorter'; readonly before: number; readonly now: number }
  | { readonly reason: 'other-columns'; readonly missing: readonly string[] }
  /** As many rows as before, but other orders: another tab's contents, another month's file. */
  | { readonly reason: 'replaced'; readonly before: number; readonly gone: number }
  /** One column was sorted without the others: the order ids stand beside other customers. */
  | { readonly reason: 'scrambled'; readonly rows: number };

/** A person may delete a few rows of a short sheet, or clear out old ones of a long sheet; not both at once in 30 s. */
const SHARE = 0.3;
const ROWS = 5;
/** Without these nothing can be told about an order, so their absence is never an ordinary edit. */
const ESSENTIAL = ['phone', 'whatsapp', 'status', 'name', 'orderId'];

export function suspicion(
  memory: SheetMemory,
  headers: readonly string[],
  rowCount: number,
  rows: ReadonlyMap<RowKey, { readonly now: RememberedRow }>,
  held: ReadonlySet<RowKey>,
): Suspicion | null {
  const before = memory.rows.filter(({ missing }) => missing === 0);
  const missing = lostColumns(memory.headers ?? [], headers);
  if (missing.length > 0) return { reason: 'other-columns', missing };
  const fewer = before.length - rowCount;
  if (fewer > ROWS && fewer > before.length * SHARE)
    return { reason: 'much-shorter', before: before.length, now: rowCount };
  const gone = before.filter(({ rowKey }) => !rows.has(rowKey) && !held.has(rowKey)).length;
  if (gone > ROWS && gone > before.length * SHARE) return { reason: 'replaced', before: before.length, gone };
  const strangers = before.filter((row) =>
    otherCustomer(row.cells, rows.get(row.rowKey)?.now.cells ?? {}),
  ).length;
  if (strangers > ROWS && strangers > before.length * SHARE) return { reason: 'scrambled', rows: strangers };
  return null;
}

/** One unknown column renamed or removed is everyday work; an essential one, or more than half of all, is not. */
function lostColumns(before: readonly string[], now: readonly string[]): string[] {
  const lost = before.filter((key) => !now.includes(key));
  const gained = now.filter((key) => !before.includes(key));
  const ids = gained.includes('orderId') ? ['orderId'] : [];
  const essential = [...lost.filter((key) => ESSENTIAL.includes(key)), ...ids];
  return essential.length > 0 ? essential : lost.length * 2 > before.length ? lost : [];
}
