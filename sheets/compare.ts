import { foundAgain, heldAtFirst } from './held-rows.ts';
import {
  columnKeys,
  FORGET_AFTER_POLLS,
  remember,
  sameCell,
  type RememberedRow,
  type SheetMemory,
} from './memory.ts';
import { suspicion, type Suspicion } from './suspicion.ts';
import { textAt, type RowKey, type SheetReading, type SheetRow } from './source.ts';

export type Comparison =
  /** The first reading: its rows are known from now on, and nothing is said about them. */
  | { readonly kind: 'baseline'; readonly rows: readonly SheetRow[]; readonly next: SheetMemory }
  /** Not believed. Nothing follows from it and nothing is remembered of it; the operator is told. */
  | { readonly kind: 'suspicious'; readonly suspicion: Suspicion }
  | { readonly kind: 'changes'; readonly changes: readonly Change[]; readonly next: SheetMemory };

export type Change =
  | { readonly kind: 'new-order'; readonly rowKey: RowKey; readonly row: SheetRow }
  /** It was there at the first reading, but held until now: nothing is said about it either. */
  | { readonly kind: 'old-order'; readonly rowKey: RowKey; readonly row: SheetRow }
  | {
      readonly kind: 'status';
      readonly rowKey: RowKey;
      readonly from: string;
      readonly to: string;
      readonly row: SheetRow;
    }
  /** Anything else that a person edited: the fields, or the headers of columns that are no field. */
  | {
      readonly kind: 'edit';
      readonly rowKey: RowKey;
      readonly fields: readonly string[];
      readonly row: SheetRow;
    }
  | { readonly kind: 'disappeared'; readonly rowKey: RowKey }
  | { readonly kind: 'reappeared'; readonly rowKey: RowKey; readonly row: SheetRow };

/**
 * What has happened in a sheet since it was last believed. Every row that is to count must have its key: rows
 * without one (`pin` them first, or see the reading's problems) are held, which is not the same as gone.
 */
export function compare(memory: SheetMemory, reading: SheetReading): Comparison {
  const keys = columnKeys(reading.columns, reading.headers);
  const headers = keys.filter((key) => key !== null);
  const rows = keyedRows(reading, keys);
  const before = memory.rows.filter(({ missing }) => missing === 0).length;
  // An empty tab has no headers either: "it is empty" is what the operator can do something with.
  if (before > 0 && reading.rows.length === 0)
    return { kind: 'suspicious', suspicion: { reason: 'sheet-empty', before } };
  const unclear = reading.columnProblems.filter(({ pauses }) => pauses);
  if (unclear.length > 0)
    return { kind: 'suspicious', suspicion: { reason: 'unclear-columns', problems: unclear } };
  if (memory.headers === null) {
    return {
      kind: 'baseline',
      rows: [...rows.values()].map(({ row }) => row),
      next: {
        headers,
        rows: [...rows.values()].map(({ now }) => now),
        held: heldAtFirst(reading, keys),
      },
    };
  }
  const held = new Set(
    reading.problems.flatMap((problem) => (problem.kind === 'duplicate-order-id' ? [problem.rowKey] : [])),
  );
  const doubt = suspicion(memory, headers, reading.rows.length, rows, held);
  if (doubt !== null) return { kind: 'suspicious', suspicion: doubt };

  const known = new Map(memory.rows.map((row) => [row.rowKey, row]));
  const old = foundAgain(memory, reading, keys, known);
  const changes: Change[] = [];
  for (const [rowKey, { row, now }] of rows) {
    const before = known.get(rowKey);
    if (before === undefined)
      changes.push({ kind: old.found.has(rowKey) ? 'old-order' : 'new-order', rowKey, row });
    else
      changes.push(
        ...changesOf(before, now, row, new Set(memory.headers.filter((key) => headers.includes(key)))),
      );
  }
  const absent: RememberedRow[] = [];
  for (const row of memory.rows) {
    if (rows.has(row.rowKey)) continue;
    if (held.has(row.rowKey)) absent.push(row);
    else if (row.missing < FORGET_AFTER_POLLS) absent.push({ ...row, missing: row.missing + 1 });
    if (row.missing === 0 && !held.has(row.rowKey)) changes.push({ kind: 'disappeared', rowKey: row.rowKey });
  }
  return {
    kind: 'changes',
    changes,
    next: { headers, rows: [...[...rows.values()].map(({ now }) => now), ...absent], held: old.held },
  };
}

function changesOf(
  before: RememberedRow,
  now: RememberedRow,
  row: SheetRow,
  shared: ReadonlySet<string>,
): Change[] {
  const { rowKey } = now;
  const fields = [...shared].filter((key) => key !== 'status' && !sameCell(before.cells, now.cells, key));
  return [
    ...(before.missing > 0 ? [{ kind: 'reappeared', rowKey, row } as const] : []),
    ...(before.cells['status'] === now.cells['status']
      ? []
      : [{ kind: 'status', rowKey, from: before.status, to: now.status, row } as const]),
    ...(fields.length === 0 ? [] : [{ kind: 'edit', rowKey, fields, row } as const]),
  ];
}

function keyedRows(
  reading: SheetReading,
  keys: readonly (string | null)[],
): Map<RowKey, { row: SheetRow; now: RememberedRow }> {
  const keyed = new Map<RowKey, { row: SheetRow; now: RememberedRow }>();
  for (const row of reading.rows) {
    if (row.rowKey === null) continue;
    keyed.set(row.rowKey, { row, now: remember(row, row.rowKey, reading.columns, keys) });
  }
  return keyed;
}

/** The reading with the rows that `pin` has just given their keys. */
export function withPinned(reading: SheetReading, pinned: readonly SheetRow[]): SheetReading {
  const keys = new Map(pinned.map(({ place, rowKey }) => [place, rowKey]));
  return {
    ...reading,
    rows: reading.rows.map((row) =>
      row.rowKey === null ? { ...row, rowKey: keys.get(row.place) ?? null } : row,
    ),
  };
}

/**
 * The rows of a reading that want pinning: those that are nobody's yet and have a number to write to, and those on
 * which the sheet carries another order's id. With a column of order ids there is nothing to pin.
 */
export function unpinned(reading: SheetReading): SheetRow[] {
  const { columns } = reading;
  if (columns.orderId !== undefined || reading.columnProblems.some(({ pauses }) => pauses)) return [];
  const reachable = (row: SheetRow): boolean =>
    [columns.phone, columns.whatsapp].some((column) => textAt(row, column).trim() !== '');
  return reading.rows.filter((row) =>
    row.rowKey === null ? reachable(row) : row.pinned !== undefined && row.pinned !== row.rowKey,
  );
}
