import { textAt, type Columns, type SheetRow } from '../source.ts';
import type { TracedRow } from './grid.ts';

/** Which order a row is and for whom, and the status that was decided upon. */
const TELLING = ['orderId', 'phone', 'whatsapp', 'name', 'status'] as const;

/**
 * Whether the order that was read stands in this row now. Cells that no person typed are left out: a commission that
 * the sheet computes from the status says something else as soon as the status is written, and it is the same order.
 * What tells which order it is counts also where a formula fetches it: an id that changes with the status is no id.
 */
export const sameOrder = (
  was: Pick<SheetRow, 'cells'>,
  now: TracedRow,
  columns: Columns,
  ours: ReadonlySet<number> = new Set(),
): boolean => same(was, now, columns, new Set(TELLING.map((field) => columns[field])), ours);

/** Whether the columns stand where they were read. A header without a meaning may count the orders below it. */
export const sameHeader = (was: Pick<SheetRow, 'cells'>, now: TracedRow, columns: Columns): boolean =>
  same(was, now, columns, new Set(Object.values(columns)), new Set());

function same(
  was: Pick<SheetRow, 'cells'>,
  now: TracedRow,
  columns: Columns,
  telling: ReadonlySet<number | undefined>,
  ours: ReadonlySet<number>,
): boolean {
  const named = new Set(Object.values(columns));
  const count = Math.max(was.cells.length, now.cells.length);
  return Array.from({ length: count }).every((_, column) => {
    if (ours.has(column) || textAt(was, column) === textAt(now, column)) return true;
    if (telling.has(column)) return false;
    const origin = now.origins[column] ?? 'empty';
    // A formula that spills may leave a cell as empty as if nobody had ever used it. Where the column is part of an order,
    // that is rather the row of another order, which lacks something.
    return origin === 'computed' || (origin === 'empty' && !named.has(column));
  });
}
