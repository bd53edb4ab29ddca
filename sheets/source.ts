import type { Failure } from '../domain/errors.ts';
import type { ColumnProblem, SheetColumns } from '../domain/sheet-columns.ts';
import type { SheetMemory } from './memory.ts';

/**
 * The one shape of every place that orders come from. A source owns how its sheet is reached, read and written;
 * the rest of the house sees only these types. A source never imports the store: what Zajel remembers of the
 * sheet (`SheetMemory`) is handed in, and comes back new from `compare`.
 */
export interface SheetSource {
  readonly kind: 'google' | 'file';
  /** One batched read of the tab: headers, rows, and which order each row is. */
  read(options: ReadOptions): Promise<SheetRead>;
  /**
   * Gives an identity to rows that have none yet. The keys count from the moment the caller stores them: a crash
   * in between costs nothing, the next reading offers the same rows again.
   */
  pin(rows: readonly SheetRow[], signal: AbortSignal): Promise<Pinning>;
  /** Compare-and-set of the two columns that are Zajel's to write. */
  writeBack(change: WriteBack, memory: SheetMemory, signal: AbortSignal): Promise<WriteBackOutcome>;
  classify(error: unknown): Failure;
}

export interface ReadOptions {
  readonly signal: AbortSignal;
  /**
   * What was known after the last comparison (`EMPTY_MEMORY` at the first connection), or how to get it: a sheet in which
   * nothing has changed needs none, and that is nearly every poll.
   */
  readonly memory: SheetMemory | (() => Promise<SheetMemory>);
  /** The marker of the last reading: a source that can tell that nothing has changed since answers `unchanged`. */
  readonly unlessModified?: string;
}

export type SheetRead = SheetReading | { readonly kind: 'unchanged'; readonly modified: string };

export interface SheetReading {
  readonly kind: 'reading';
  /** To be handed in as `unlessModified` next time; null where the source can't tell. */
  readonly modified: string | null;
  /** Google's tab. Its id is to be stored and handed in from then on: "the first tab" is another one tomorrow. */
  readonly tab: { readonly id: number; readonly title: string } | null;
  readonly headers: readonly string[];
  readonly columns: Columns;
  /** What the headers leave open. With one that pauses no row has a key, and `compare` believes nothing. */
  readonly columnProblems: readonly ColumnProblem[];
  readonly rows: readonly SheetRow[];
  readonly problems: readonly RowProblem[];
}

export interface SheetRow {
  /** Which order this is, for ever. Null: not known yet (`pin` it), or not to be acted upon (see `problems`). */
  readonly rowKey: RowKey | null;
  /** The row's number as a person sees it today. For showing only: row numbers are never identity. */
  readonly place: number;
  readonly cells: readonly Cell[];
  /** The key that the sheet itself carries on the row; absent where sheets can't. May be another order's, after a sort. */
  readonly pinned?: RowKey | null;
}

export interface Pinning {
  readonly rows: readonly PinnedRow[];
  /** The sheet would not keep the ids (Google limits them to some 30,000 characters): memory alone tells the rows apart. */
  readonly refused: Failure | null;
}

export interface PinnedRow extends SheetRow {
  readonly rowKey: RowKey;
}

export interface Cell {
  /** As a person sees it. */
  readonly formatted: string;
  /** The value behind it: a number has all its digits here. */
  readonly unformatted: string | number | boolean | null;
  /** Only of broken phone cells: what the person typed. */
  readonly formula?: string;
}

/** `id:<the merchant's order id>` or `row:<an id that Zajel gave>`. */
export type RowKey = string;

/** Rows that are held: neither acted upon nor taken for gone. `places` are for showing. */
export type RowProblem =
  | { readonly kind: 'duplicate-order-id'; readonly rowKey: RowKey; readonly places: readonly number[] }
  | { readonly kind: 'missing-order-id'; readonly place: number };

/** Where each field stands today: an index into `headers` and into every row's `cells`. */
export type Columns = SheetColumns['columns'];

export interface WriteBack {
  readonly rowKey: RowKey;
  /** The status as it was when the decision was made. Another one in the sheet means that a person was faster. */
  readonly expect: { readonly status: string };
  readonly set: { readonly status?: string; readonly messageState?: string };
}

export type WriteBackOutcome =
  | { readonly written: true }
  /** `formula`: the cell is computed by the sheet itself, so it is not ours to replace. */
  | { readonly written: false; readonly why: 'changed' | 'gone' | 'formula' | 'no-column' };

export const textAt = (row: Pick<SheetRow, 'cells'>, column: number | undefined): string =>
  column === undefined ? '' : (row.cells[column]?.formatted ?? '');

export const isBlank = (row: Pick<SheetRow, 'cells'>): boolean =>
  row.cells.every((cell) => cell.formatted.trim() === '');
