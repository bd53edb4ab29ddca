import { z } from 'zod';
import { EMPTY, isEmptyRow, setCell, typed, type Row, type Spreadsheet, type Tab } from './grid.ts';
import { recalculate } from './recalculate.ts';

/**
 * What a person does to a sheet by hand. Rows and columns count from 0, row 0 being the header.
 *
 * `carry` says whether what hangs on the rows (developer metadata) goes along with sorted or pasted cells. Google
 * documents that it follows rows that are inserted, deleted and dragged; for sorted ranges and pasted cells it
 * promises nothing, so both are offered and the safe reading must hold in both.
 */
export const personEdit = z.discriminatedUnion('do', [
  z.object({ do: z.literal('edit'), row: z.number(), column: z.number(), text: z.string() }),
  z.object({ do: z.literal('insert-row'), row: z.number(), texts: z.array(z.string()).default([]) }),
  z.object({ do: z.literal('append'), texts: z.array(z.string()) }),
  z.object({ do: z.literal('delete-row'), row: z.number() }),
  z.object({ do: z.literal('duplicate-row'), row: z.number(), to: z.number() }),
  z.object({ do: z.literal('drag-row'), row: z.number(), to: z.number() }),
  /** The cells of a row are cut and pasted over another row. */
  z.object({
    do: z.literal('cut-paste'),
    row: z.number(),
    to: z.number(),
    carry: z.boolean().default(false),
  }),
  z.object({
    do: z.literal('sort'),
    column: z.number(),
    descending: z.boolean().default(false),
    carry: z.boolean().default(false),
  }),
  z.object({ do: z.literal('insert-column'), column: z.number(), header: z.string() }),
  z.object({ do: z.literal('delete-column'), column: z.number() }),
  z.object({ do: z.literal('move-column'), column: z.number(), to: z.number() }),
  z.object({ do: z.literal('rename-header'), column: z.number(), text: z.string() }),
  z.object({ do: z.literal('rename-tab'), title: z.string() }),
  /** Another tab is put first. */
  z.object({ do: z.literal('reorder-tabs') }),
  z.object({ do: z.literal('clear') }),
]);
export type PersonEdit = z.input<typeof personEdit>;

export function edit(spreadsheet: Spreadsheet, sheetId: number, wanted: PersonEdit): void {
  const tab = spreadsheet.tabs.find((one) => one.sheetId === sheetId);
  if (tab === undefined) throw new RangeError(`no tab ${sheetId}`);
  const change = personEdit.parse(wanted);
  if (change.do === 'reorder-tabs') spreadsheet.tabs = spreadsheet.tabs.toReversed();
  else {
    editTab(tab, change);
    recalculate(tab);
  }
  spreadsheet.modified += 1;
  spreadsheet.version += 1;
}

function editTab(tab: Tab, change: Exclude<z.output<typeof personEdit>, { do: 'reorder-tabs' }>): void {
  const { rows } = tab;
  switch (change.do) {
    case 'edit': {
      setCell(tab, change.row, change.column, typed(change.text));
      return;
    }
    case 'insert-row':
      rows.splice(change.row, 0, { cells: change.texts.map(typed), metadata: [] });
      return;
    case 'append': {
      const last = rows.findLastIndex((row) => !isEmptyRow(row));
      rows.splice(last + 1, 0, { cells: change.texts.map(typed), metadata: [] });
      return;
    }
    case 'delete-row':
      rows.splice(change.row, 1);
      return;
    case 'duplicate-row': {
      const original = rows[change.row];
      if (original !== undefined) rows.splice(change.to, 0, { cells: [...original.cells], metadata: [] });
      return;
    }
    case 'drag-row':
      rows.splice(change.to, 0, ...rows.splice(change.row, 1));
      return;
    case 'cut-paste': {
      cutPaste(rows, change.row, change.to, change.carry);
      return;
    }
    case 'sort': {
      sort(rows, change.column, change.descending, change.carry);
      return;
    }
    case 'insert-column':
      for (const [index, row] of rows.entries())
        row.cells.splice(change.column, 0, index === 0 ? typed(change.header) : EMPTY);
      return;
    case 'delete-column':
      for (const row of rows) row.cells.splice(change.column, 1);
      return;
    case 'move-column':
      for (const row of rows) {
        while (row.cells.length <= Math.max(change.column, change.to)) row.cells.push(EMPTY);
        row.cells.splice(change.to, 0, ...row.cells.splice(change.column, 1));
      }
      return;
    case 'rename-header': {
      setCell(tab, 0, change.column, typed(change.text));
      return;
    }
    case 'rename-tab':
      tab.title = change.title;
      return;
    case 'clear':
      for (const row of rows) row.cells = [];
      return;
  }
}

function cutPaste(rows: Row[], from: number, to: number, carry: boolean): void {
  const source = rows[from];
  while (rows.length <= to) rows.push({ cells: [], metadata: [] });
  const target = rows[to];
  if (source === undefined || target === undefined || from === to) return;
  target.cells = source.cells;
  source.cells = [];
  if (carry) [target.metadata, source.metadata] = [source.metadata, []];
}

function sort(rows: Row[], column: number, descending: boolean, carry: boolean): void {
  const [header, ...body] = rows;
  if (header === undefined) return;
  const sorted = body.toSorted(
    (a, b) =>
      (a.cells[column]?.shown ?? '').localeCompare(b.cells[column]?.shown ?? '') * (descending ? -1 : 1),
  );
  const moved = carry
    ? sorted
    : sorted.map((row, index) => ({ cells: row.cells, metadata: body[index]?.metadata ?? [] }));
  rows.splice(0, rows.length, header, ...moved);
}
