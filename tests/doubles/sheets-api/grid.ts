/** A spreadsheet as Google keeps it, as far as an order sheet shows: cells, and metadata that hangs on rows, not on cells. */
export interface Spreadsheet {
  readonly id: string;
  tabs: Tab[];
  modified: number;
  version: number;
}

export interface Tab {
  readonly sheetId: number;
  title: string;
  rows: Row[];
}

/** Cells are never changed in place, so that a copy of the rows is a copy of the sheet. */
export interface Row {
  cells: Cell[];
  metadata: Metadata[];
}

export interface Cell {
  readonly value: string | number | boolean | null;
  readonly shown: string;
  readonly formula?: string;
  readonly error?: boolean;
  /** Shown here by an array formula that stands in a cell above. */
  readonly spilled?: true;
}

export interface Metadata {
  readonly metadataId: number;
  readonly metadataKey: string;
  readonly metadataValue: string;
  readonly visibility: string;
}

export const EMPTY: Cell = { value: null, shown: '' };

/** What Google makes of what a person types. `+20 10…` is taken for a formula and becomes `#ERROR!`. */
export function typed(text: string): Cell {
  if (text === '') return EMPTY;
  if (text.startsWith("'")) return { value: text.slice(1), shown: text.slice(1) };
  const formula = text.startsWith('=') ? text : /^\+\d/.test(text) && /\s/.test(text) ? `=${text}` : null;
  if (formula !== null) return { value: null, shown: '#ERROR!', formula, error: true };
  if (/^\d{1,15}$/.test(text) && !/^0\d/.test(text)) return { value: Number(text), shown: text };
  return { value: text, shown: text };
}

/** A number that the column's format shows in its own way: `1.01E+09`, `٥٠٠`. */
export const shownAs = (value: number, shown: string): Cell => ({ value, shown });
/** A cell that the sheet computes itself. */
export const computed = (formula: string, shown: string): Cell => ({ value: shown, shown, formula });

export const rowOf = (texts: readonly (string | Cell)[]): Row => ({
  cells: texts.map((text) => (typeof text === 'string' ? typed(text) : text)),
  metadata: [],
});

export const copyTab = (tab: Tab): Tab => ({
  ...tab,
  rows: tab.rows.map((row) => ({ cells: [...row.cells], metadata: [...row.metadata] })),
});

export function setCell(tab: Tab, row: number, column: number, cell: Cell): void {
  while (tab.rows.length <= row) tab.rows.push({ cells: [], metadata: [] });
  const cells = tab.rows[row]?.cells;
  if (cells === undefined) return;
  while (cells.length <= column) cells.push(EMPTY);
  cells[column] = cell;
}

export const isEmptyRow = (row: Row): boolean => row.cells.every(({ shown }) => shown === '');
