import { refusal } from '../failures.ts';
import { brokenPhones } from '../place-columns.ts';
import { textAt, type Columns, type SheetRow } from '../source.ts';
import type { GoogleClient } from './client.ts';
import {
  GRID_FIELDS,
  gridRows,
  gridSchema,
  ORIGIN_FIELDS,
  tracedRows,
  type GridRow,
  type TracedRow,
} from './grid.ts';

/** Which tab: by the id that survives renaming and reordering, else by its name, else the first. */
export interface TabChoice {
  readonly id: number | null;
  readonly title: string | null;
}

export interface ReadTab {
  readonly id: number;
  readonly title: string;
  readonly rows: readonly GridRow[];
}

/** The whole tab in one request: values, bare values and pinned ids of the same instant. */
export async function readTab(
  { sheets }: GoogleClient,
  spreadsheetId: string,
  tab: TabChoice,
  signal: AbortSignal,
): Promise<ReadTab> {
  if (tab.id === null) tab = { ...tab, id: await findTab({ sheets }, spreadsheetId, tab.title, signal) };
  const { data } = await sheets.spreadsheets.getByDataFilter(
    {
      spreadsheetId,
      fields: GRID_FIELDS,
      requestBody: { dataFilters: [{ gridRange: { sheetId: tab.id } }] },
    },
    { signal },
  );
  const found = gridSchema.parse(data).sheets.find(({ properties }) => properties.sheetId === tab.id);
  if (found === undefined) throw tabNotFound(String(tab.id));
  return { id: found.properties.sheetId, title: found.properties.title, rows: found.data.flatMap(gridRows) };
}

/** Asked once, at the first reading: from then on the tab is known by its id. */
export async function findTab(
  { sheets }: Pick<GoogleClient, 'sheets'>,
  spreadsheetId: string,
  title: string | null,
  signal: AbortSignal,
): Promise<number> {
  const { data } = await sheets.spreadsheets.get(
    { spreadsheetId, fields: 'sheets(properties(sheetId,title,index))' },
    { signal },
  );
  const tabs = gridSchema.parse(data).sheets.map(({ properties }) => properties);
  const wanted =
    title === null ? tabs.toSorted((a, b) => a.index - b.index)[0] : tabs.find((one) => one.title === title);
  if (wanted === undefined) throw tabNotFound(title ?? 'first');
  return wanted.sheetId;
}

const ROW_FIELDS = `sheets(properties(sheetId,title),data(startRow,rowData(values(${ORIGIN_FIELDS}))))`;

/** A tab's name and some of its rows as they are now. What is past the sheet's end is not there. */
export async function readRows(
  { sheets }: GoogleClient,
  spreadsheetId: string,
  sheetId: number,
  places: readonly number[],
  signal: AbortSignal,
): Promise<{ readonly title: string; readonly rows: readonly TracedRow[] }> {
  const dataFilters = places.map((place) => ({
    gridRange: { sheetId, startRowIndex: place - 1, endRowIndex: place },
  }));
  const { data } = await sheets.spreadsheets.getByDataFilter(
    { spreadsheetId, fields: ROW_FIELDS, requestBody: { dataFilters } },
    { signal },
  );
  const found = gridSchema.parse(data).sheets.find(({ properties }) => properties.sheetId === sheetId);
  if (found === undefined) throw tabNotFound(String(sheetId));
  return { title: found.properties.title, rows: found.data.flatMap(tracedRows) };
}

const FORMULA_FIELDS =
  'sheets(properties(sheetId),data(startRow,rowData(values(formattedValue,userEnteredValue(formulaValue)))))';

/**
 * What was typed into broken phone cells, in one more request for their rows only. A row that does not read exactly
 * as it did a moment ago has moved or was edited in between: its formula may be another customer's and is left out,
 * the next poll sees the row again.
 */
export async function withFormulas<Row extends Pick<SheetRow, 'place' | 'cells'>>(
  { sheets }: GoogleClient,
  spreadsheetId: string,
  sheetId: number,
  rows: readonly Row[],
  columns: Columns,
  signal: AbortSignal,
): Promise<Row[]> {
  const broken = new Map(
    rows
      .map((row) => [row.place, brokenPhones(row, columns)] as const)
      .filter(([, cells]) => cells.length > 0),
  );
  if (broken.size === 0) return [...rows];
  const dataFilters = [...broken.keys()].map((place) => ({
    gridRange: { sheetId, startRowIndex: place - 1, endRowIndex: place },
  }));
  const { data } = await sheets.spreadsheets.getByDataFilter(
    { spreadsheetId, fields: FORMULA_FIELDS, requestBody: { dataFilters } },
    { signal },
  );
  const typed = new Map(
    gridSchema
      .parse(data)
      .sheets.flatMap((one) => one.data.flatMap(gridRows))
      .map((row) => [row.place, row]),
  );
  return rows.map((row) => {
    const now = typed.get(row.place);
    const cells = broken.get(row.place);
    if (cells === undefined || now === undefined || !sameText(row, now)) return row;
    return {
      ...row,
      cells: row.cells.map((cell, column) =>
        cells.includes(column) ? { ...cell, ...formulaOf(now, column) } : cell,
      ),
    };
  });
}

/** Strictly, what the sheet computes too: a number is never taken from a row that may be another customer's. */
function sameText(one: Pick<SheetRow, 'cells'>, other: Pick<SheetRow, 'cells'>): boolean {
  const count = Math.max(one.cells.length, other.cells.length);
  return Array.from({ length: count }).every((_, column) => textAt(one, column) === textAt(other, column));
}

function formulaOf(row: Pick<SheetRow, 'cells'>, column: number): { formula?: string } {
  const formula = row.cells[column]?.formula;
  return formula === undefined ? {} : { formula };
}

const tabNotFound = (which: string): Error =>
  refusal({
    class: 'permanent',
    reason: 'tab-not-found',
    detail: `the spreadsheet has no tab ${JSON.stringify(which)}`,
  });
