import { refusal } from '../failures.ts';
import type { Cell, SheetRow } from '../source.ts';
import { decodeCsv, parseCsv, replaceCell } from './csv.ts';
import { repack, replaceTabCell } from './edit-tab.ts';
import type { FileFormat } from './sheet-path.ts';
import { tabRows } from './tab-cells.ts';
import { openWorkbook, unpack } from './workbook.ts';

/** One tab of a file, opened: its rows, header included, and a way to have the file's bytes with cells replaced. */
export interface OpenTab {
  readonly rows: readonly Pick<SheetRow, 'place' | 'cells'>[];
  edited(place: number, edits: readonly CellEdit[]): Uint8Array;
}

export interface CellEdit {
  readonly column: number;
  readonly value: string;
}

/** Whether the bytes can be a finished file of this format. */
export function isWhole(format: FileFormat, bytes: Uint8Array): boolean {
  if (format === 'xlsx') return unpack(bytes) !== null;
  const text = decodeCsv(bytes);
  return text === null || parseCsv(text).whole;
}

export const openTab = (format: FileFormat, bytes: Uint8Array, tab: string | undefined): OpenTab =>
  format === 'csv' ? openCsv(bytes) : openXlsx(bytes, tab);

function openCsv(bytes: Uint8Array): OpenTab {
  const text = decodeCsv(bytes);
  if (text === null)
    throw refusal({
      class: 'permanent',
      reason: 'not-utf8',
      detail: 'the file is not UTF-8: save it as "CSV UTF-8"',
    });
  const csv = parseCsv(text);
  const rows = csv.records.map((record, index) => ({
    place: index + 1,
    cells: record.cells.map(({ value }) => ({ formatted: value, unformatted: value })),
  }));
  // Excel's own first line that names the delimiter is no row of the sheet.
  const declares = /^sep=.$/i.test(csv.records[0]?.cells.map(({ value }) => value).join(csv.delimiter) ?? '');
  return {
    rows: declares ? rows.slice(1) : rows,
    edited: (place, edits) =>
      new TextEncoder().encode(
        edits.reduce((now, { column, value }) => replaceCell(parseCsv(now), place - 1, column, value), text),
      ),
  };
}

const EMPTY: Cell = { formatted: '', unformatted: null };

function openXlsx(bytes: Uint8Array, tab: string | undefined): OpenTab {
  const parts = unpack(bytes);
  if (parts === null)
    throw refusal({ class: 'permanent', reason: 'file-format', detail: 'this is not an .xlsx workbook' });
  const workbook = openWorkbook(parts, tab);
  const rows = tabRows(workbook);
  return {
    rows: rows.map(({ number, cells }) => ({
      place: number,
      cells: Array.from(cells, (cell): Cell => {
        if (cell === undefined) return EMPTY;
        const { element: _, ...value } = cell;
        return value;
      }),
    })),
    edited: (place, edits) => {
      const row = rows.find(({ number }) => number === place);
      if (row === undefined) throw new RangeError(`no row ${place}`);
      // From the right to the left, so that the places of the cells still to be replaced stay true.
      const fromRight = edits.toSorted((a, b) => b.column - a.column);
      return repack(
        workbook,
        fromRight.reduce(
          (xml, { column, value }) => replaceTabCell(xml, row, column, value),
          workbook.tabXml,
        ),
      );
    },
  };
}
