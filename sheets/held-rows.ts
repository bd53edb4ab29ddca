import { matchRows } from './match-rows.ts';
import {
  FORGET_AFTER_POLLS,
  fingerprint,
  inBoth,
  type Fingerprint,
  type HeldRow,
  type SheetMemory,
} from './memory.ts';
import { whoCells } from './resemblance.ts';
import type { RowKey, SheetReading } from './source.ts';

/**
 * The rows of a first reading that have no key: they share an order id, lack one, or nobody can be written to. They were
 * there all the same, so none of them may become a new order on the day its id or its number is put right.
 */
export const heldAtFirst = (reading: SheetReading, keys: readonly (string | null)[]): HeldRow[] =>
  present(reading, keys)
    .filter(({ rowKey }) => rowKey === null)
    .map(({ id, cells }) => ({ rowKey: id, cells, missing: 0 }))
    .filter(({ rowKey, cells }) => rowKey !== null || Object.keys(cells).length > 0);

/**
 * Which rows with a key that nobody knew are rows that were held: the same order id, or the same row by what it says.
 * The others are kept as they are now, for people edit them while they are held.
 */
export function foundAgain(
  { held, headers }: Pick<SheetMemory, 'held' | 'headers'>,
  reading: SheetReading,
  keys: readonly (string | null)[],
  known: { has: (rowKey: RowKey) => boolean },
): { found: ReadonlySet<RowKey>; held: HeldRow[] } {
  if (held.length === 0) return { found: new Set(), held: [] };
  const rows = present(reading, keys).filter(({ rowKey }) => rowKey === null || !known.has(rowKey));
  const matched = pair(held, rows, inBoth(headers, keys));
  const found = new Set<RowKey>();
  const still: HeldRow[] = [];
  for (const [index, one] of held.entries()) {
    const row = matched.get(index);
    if (row === undefined) {
      if (one.missing < FORGET_AFTER_POLLS) still.push({ ...one, missing: one.missing + 1 });
    } else if (row.rowKey === null) still.push({ rowKey: row.id, cells: row.cells, missing: 0 });
    else found.add(row.rowKey);
  }
  return { found, held: still };
}

interface PresentRow {
  readonly rowKey: RowKey | null;
  /** Its order id as a key, also where another row has the same one. */
  readonly id: RowKey | null;
  readonly cells: Fingerprint;
}

/** The order id is what people put right, so it says nothing about which row this is; nor does a row that is for nobody. */
function present(reading: SheetReading, keys: readonly (string | null)[]): PresentRow[] {
  const shared = new Map(
    reading.problems.flatMap((problem) =>
      problem.kind === 'duplicate-order-id'
        ? problem.places.map((place) => [place, problem.rowKey] as const)
        : [],
    ),
  );
  const telling = keys.map((key) => (key === 'orderId' ? null : key));
  return reading.rows.map((row) => {
    const cells = fingerprint(row, telling);
    return {
      rowKey: row.rowKey,
      id: row.rowKey ?? shared.get(row.place) ?? null,
      cells: whoCells(cells).length === 0 ? {} : cells,
    };
  });
}

/** By the place in `held`. A row that is still held is taken first: its copy with an id of its own is another order. */
function pair(
  held: readonly HeldRow[],
  rows: readonly PresentRow[],
  columns: ReadonlySet<string>,
): Map<number, PresentRow> {
  const matched = new Map<number, PresentRow>();
  const left = new Set(rows);
  const take = (index: number, row: PresentRow): void => {
    matched.set(index, row);
    left.delete(row);
  };
  const free = (): number[] => [...held.keys()].filter((index) => !matched.has(index));

  const unkeyed = Map.groupBy(
    rows.filter(({ rowKey }) => rowKey === null),
    ({ id, cells }) => digest(id, cells),
  );
  for (const [index, { rowKey, cells }] of held.entries()) {
    const same = unkeyed.get(digest(rowKey, cells))?.shift();
    if (same !== undefined) take(index, same);
  }

  const open = free();
  const others = [...left];
  const matches = matchRows(
    open.map((index) => ({
      rowKey: String(index),
      cells: held[index]?.cells ?? {},
      missing: (held[index]?.missing ?? 0) > 0,
    })),
    others.map(({ cells }) => ({ cells })),
    columns,
  );
  for (const [at, row] of others.entries()) {
    const index = matches[at] ?? null;
    if (index !== null) take(Number(index), row);
  }

  for (const index of free()) {
    const id = held[index]?.rowKey ?? null;
    const same = id === null ? undefined : [...left].find((row) => row.id === id);
    if (same !== undefined) take(index, same);
  }
  return matched;
}

const digest = (id: RowKey | null, cells: Fingerprint): string =>
  JSON.stringify([id, Object.entries(cells).toSorted(([one], [other]) => (one < other ? -1 : 1))]);
