import { isDigits, type Fingerprint } from './memory.ts';
import { resemblance, whoCells } from './resemblance.ts';
import type { RowKey } from './source.ts';

export interface KnownRow {
  readonly rowKey: RowKey;
  readonly cells: Fingerprint;
  /** Not there at the last reading. It comes back only as it was: a cut row that is pasted, a deletion undone. */
  readonly missing?: boolean;
}

export interface CurrentRow {
  readonly cells: Fingerprint;
  /**
   * The id that the sheet itself carries on this row (developer metadata). A witness, not a judge: sorting a range
   * or pasting over a row may leave it behind on another order's row.
   */
  readonly hint?: RowKey;
}

/**
 * Which known order each row of a new reading is; null for a row that is nobody's yet.
 *
 * The rows may have been inserted, deleted, sorted, cut, pasted, edited and duplicated since. From the surest
 * evidence to the weakest:
 * 1. every cell is as it was;
 * 2. every cell but the status and the notes is as it was (they change without making another order of it);
 * 3. the sheet's own id, or the same place between the same neighbours, and the row still resembles the order;
 * 4. moved and edited at once: all but one cell is as it was, and no other row comes as close.
 *
 * A row is never taken for an order with whose customer it shares neither number nor name: in doubt it is a new
 * row, and the operator sees one order gone and one come, which harms nobody. Only `columns`, those that both
 * readings have, are compared: a new column makes no other orders of the old ones. A column is there also where no
 * row says anything in it any more: the rows have lost what they said.
 */
export function matchRows(
  previous: readonly KnownRow[],
  current: readonly CurrentRow[],
  columns: ReadonlySet<string>,
): (RowKey | null)[] {
  const [before, now] = [digitsIn(previous), digitsIn(current)];
  const inBoth = (key: string): boolean => columns.has(key) || (before.has(key) && now.has(key));
  const compared = (cells: Fingerprint): Fingerprint =>
    Object.fromEntries(Object.entries(cells).filter(([key]) => inBoth(key)));
  const match = new Matching(
    previous
      .map((row) => ({ ...row, cells: compared(row.cells) }))
      .toSorted((a, b) => Number(a.missing ?? false) - Number(b.missing ?? false)),
    current.map((row) => ({ ...row, cells: compared(row.cells) })),
  );
  match.pairEqual(new Set());
  match.pairEqual(CHANGING);
  match.pairShown();
  match.pairHinted();
  match.pairInPlace();
  match.pairMoved();
  return match.result();
}

/** Columns that people change in the life of an order. */
const CHANGING: ReadonlySet<string> = new Set(['status', 'notes']);
/** Below this share of what a row says being as it was, it is another order. */
const ALIKE = 0.5;

class Matching {
  readonly #previous: readonly KnownRow[];
  readonly #current: readonly CurrentRow[];
  readonly #rowOf: (number | undefined)[];
  readonly #knownOf: (number | undefined)[];
  readonly #indexOfKey: ReadonlyMap<RowKey, number>;
  /** Known rows from here on were missing already, so they have no place. */
  readonly #present: number;

  constructor(previous: readonly KnownRow[], current: readonly CurrentRow[]) {
    this.#previous = previous;
    this.#current = current;
    this.#present = previous.filter(({ missing }) => missing !== true).length;
    this.#rowOf = previous.map(() => undefined);
    this.#knownOf = current.map(() => undefined);
    this.#indexOfKey = new Map(previous.map(({ rowKey }, index) => [rowKey, index]));
  }

  /**
   * Pairs rows that say the same. Among several equals the sheet's own id decides, then standing beside the old
   * neighbour (so that a copy is taken for the copy), then the order of the rows.
   */
  pairEqual(except: ReadonlySet<string>, among: readonly number[] = this.#freeKnown()): void {
    const groups = new Map<string, { known: Set<number>; rows: number[] }>();
    for (const known of among) {
      const key = digest(this.#cellsOfKnown(known), except);
      if (key === '') continue;
      const group = groups.get(key) ?? { known: new Set(), rows: [] };
      groups.set(key, group);
      group.known.add(known);
    }
    for (const row of this.#freeRows()) groups.get(digest(this.#cellsOfRow(row), except))?.rows.push(row);
    for (const { known, rows } of groups.values()) if (rows.length > 0) this.#pairAmongEquals(known, rows);
  }

  /** Rows remembered before the digits behind long numbers were: what was shown is all that can be asked for. */
  pairShown(): void {
    const digits = new Set(this.#current.flatMap(({ cells }) => Object.keys(cells).filter(isDigits)));
    if (digits.size === 0) return;
    this.pairEqual(
      new Set([...CHANGING, ...digits]),
      this.#freeKnown().filter((known) => !Object.keys(this.#cellsOfKnown(known)).some(isDigits)),
    );
  }

  #pairAmongEquals(known: ReadonlySet<number>, rows: readonly number[]): void {
    const take = (row: number, one: number | undefined): void => {
      if (one !== undefined && known.has(one) && this.#free(one, row)) this.#pair(one, row);
    };
    for (const row of rows) take(row, this.#hinted(row));
    if (known.size !== rows.length) {
      const equal = new Set(rows);
      for (const one of known) for (const row of this.#placesOf(one)) if (equal.has(row)) take(row, one);
    }
    const left = [...known].filter((one) => this.#rowOf[one] === undefined);
    for (const row of rows) if (this.#knownOf[row] === undefined) take(row, left.shift());
  }

  pairHinted(): void {
    for (const row of this.#freeRows()) {
      const known = this.#hinted(row);
      if (known !== undefined && this.#free(known, row) && this.#compare(known, row).likeness >= ALIKE)
        this.#pair(known, row);
    }
  }

  pairInPlace(): void {
    const free = this.#freeKnown().filter((known) => known < this.#present);
    // Downwards, then upwards: a block of edited rows is entered from whichever end has a neighbour to vouch for it.
    for (const known of [...free, ...free.toReversed()]) {
      const row = this.#placesOf(known).find(
        (at) => this.#free(known, at) && this.#compare(known, at).likeness >= ALIKE,
      );
      if (row !== undefined) this.#pair(known, row);
    }
  }

  pairMoved(): void {
    const rowsOf = new Map<string, number[]>();
    for (const row of this.#freeRows()) {
      for (const cell of whoCells(this.#cellsOfRow(row)))
        rowsOf.set(cell, [...(rowsOf.get(cell) ?? []), row]);
    }
    const candidates = this.#freeKnown().flatMap((known) => {
      if (known >= this.#present) return [];
      const near = new Set(whoCells(this.#cellsOfKnown(known)).flatMap((cell) => rowsOf.get(cell) ?? []));
      return [...near]
        .filter((row) => this.#compare(known, row).differing <= 1)
        .map((row) => ({ known, row }));
    });
    const claimsOnKnown = countBy(candidates.map(({ known }) => known));
    const claimsOnRow = countBy(candidates.map(({ row }) => row));
    for (const { known, row } of candidates) {
      if (claimsOnKnown.get(known) === 1 && claimsOnRow.get(row) === 1) this.#pair(known, row);
    }
  }

  result(): (RowKey | null)[] {
    return this.#knownOf.map((known) =>
      known === undefined ? null : (this.#previous[known]?.rowKey ?? null),
    );
  }

  #pair(known: number, row: number): void {
    this.#rowOf[known] = row;
    this.#knownOf[row] = known;
  }

  #hinted(row: number): number | undefined {
    const hint = this.#current[row]?.hint;
    return hint === undefined ? undefined : this.#indexOfKey.get(hint);
  }

  /** The rows right below the old upper neighbour and right above the old lower one. */
  #placesOf(known: number): number[] {
    if (known >= this.#present) return [];
    const above = known === 0 ? -1 : this.#rowOf[known - 1];
    const below = known === this.#present - 1 ? this.#current.length : this.#rowOf[known + 1];
    return [...(above === undefined ? [] : [above + 1]), ...(below === undefined ? [] : [below - 1])];
  }

  #free(known: number, row: number): boolean {
    return this.#rowOf[known] === undefined && row in this.#knownOf && this.#knownOf[row] === undefined;
  }

  #compare(known: number, row: number): { likeness: number; differing: number } {
    return resemblance(this.#cellsOfKnown(known), this.#cellsOfRow(row));
  }

  #cellsOfKnown = (known: number): Fingerprint => this.#previous[known]?.cells ?? {};
  #cellsOfRow = (row: number): Fingerprint => this.#current[row]?.cells ?? {};
  #freeKnown = (): number[] => [...this.#rowOf.keys()].filter((known) => this.#rowOf[known] === undefined);
  #freeRows = (): number[] => [...this.#knownOf.keys()].filter((row) => this.#knownOf[row] === undefined);
}

/** Of which columns some row has digits: a memory from before they were kept has none, and that says nothing. */
const digitsIn = (rows: readonly { readonly cells: Fingerprint }[]): Set<string> =>
  new Set(rows.flatMap(({ cells }) => Object.keys(cells).filter(isDigits)));

const digest = (cells: Fingerprint, except: ReadonlySet<string>): string =>
  Object.entries(cells)
    .filter(([key]) => !except.has(key))
    .map(([key, hash]) => `${key}=${hash}`)
    .toSorted()
    .join('&');

function countBy(items: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}
