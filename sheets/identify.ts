import type { SheetColumns } from '../domain/sheet-columns.ts';
import { normalise } from '../domain/text.ts';
import { matchRows } from './match-rows.ts';
import { columnKeys, fingerprint, inBoth, type SheetMemory } from './memory.ts';
import {
  isBlank,
  textAt,
  type Cell,
  type Columns,
  type RowKey,
  type RowProblem,
  type SheetRow,
} from './source.ts';

/** A row as it came from the wire, before anybody knows which order it is. */
export interface RawRow {
  readonly place: number;
  readonly cells: readonly Cell[];
  /** The key that the sheet itself carries on the row, if any. */
  readonly hint?: RowKey | null;
}

/**
 * Gives every row of a reading the key of its order: the merchant's own order id where the sheet has that column,
 * else the best match with what is remembered. Rows that only look like rows (all blank) are left out.
 */
export function identify(
  raw: readonly RawRow[],
  headers: readonly string[],
  { columns, problems }: SheetColumns,
  memory: SheetMemory,
): { rows: SheetRow[]; problems: RowProblem[] } {
  const rows = raw.filter((row) => !isBlank(row));
  // With a required column missing or in doubt nothing is told apart: the sheet pauses, and no row is anybody's.
  if (problems.some(({ pauses }) => pauses))
    return { rows: rows.map((row) => keyed(row, null)), problems: [] };
  return columns.orderId === undefined
    ? byMemory(rows, headers, columns, memory)
    : byOrderId(rows, columns.orderId);
}

/** `رقم ١٢` and `رقم 12` are one id, because people type both. */
export const orderIdKey = (id: string): RowKey | null => {
  const text = normalise(id);
  return text === '' ? null : `id:${text}`;
};

function byOrderId(raw: readonly RawRow[], column: number): { rows: SheetRow[]; problems: RowProblem[] } {
  const places = new Map<RowKey, number[]>();
  const problems: RowProblem[] = [];
  for (const row of raw) {
    const rowKey = orderIdKey(textAt(row, column));
    if (rowKey === null) problems.push({ kind: 'missing-order-id', place: row.place });
    else places.set(rowKey, [...(places.get(rowKey) ?? []), row.place]);
  }
  for (const [rowKey, at] of places) {
    if (at.length > 1) problems.push({ kind: 'duplicate-order-id', rowKey, places: at });
  }
  const rows = raw.map((row) => {
    const rowKey = orderIdKey(textAt(row, column));
    return keyed(row, rowKey !== null && places.get(rowKey)?.length === 1 ? rowKey : null);
  });
  return { rows, problems };
}

function byMemory(
  raw: readonly RawRow[],
  headers: readonly string[],
  columns: Columns,
  memory: SheetMemory,
): { rows: SheetRow[]; problems: RowProblem[] } {
  const keys = columnKeys(columns, headers);
  const matched = matchRows(
    memory.rows
      .filter(({ rowKey }) => rowKey.startsWith('row:'))
      .map(({ rowKey, cells, missing }) => ({ rowKey, cells, missing: missing > 0 })),
    raw.map((row) => ({
      cells: fingerprint(row, keys),
      ...(typeof row.hint === 'string' ? { hint: row.hint } : {}),
    })),
    inBoth(memory.headers, keys),
  );
  // A pin that is not remembered was made just before a crash: it is taken up, unless a copied row carries it twice.
  const taken = new Set([...memory.rows.map(({ rowKey }) => rowKey), ...matched]);
  const rows = raw.map((row, index) => {
    const known = matched[index] ?? null;
    if (known !== null || typeof row.hint !== 'string' || taken.has(row.hint)) return keyed(row, known);
    taken.add(row.hint);
    return keyed(row, row.hint);
  });
  return { rows, problems: [] };
}

const keyed = ({ place, cells, hint }: RawRow, rowKey: RowKey | null): SheetRow => ({
  rowKey,
  place,
  cells,
  ...(hint === undefined ? {} : { pinned: hint }),
});
