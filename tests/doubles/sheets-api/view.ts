import { z } from 'zod';
import { isEmptyRow, type Cell, type Metadata, type Spreadsheet, type Tab } from './grid.ts';

/** A rectangle of one tab; ends are exclusive, a missing end is open. */
export const gridRange = z.object({
  sheetId: z.number().default(0),
  startRowIndex: z.number().default(0),
  endRowIndex: z.number().optional(),
  startColumnIndex: z.number().default(0),
  endColumnIndex: z.number().optional(),
});
export type GridRange = z.output<typeof gridRange>;

export const dimensionRange = z.object({
  sheetId: z.number().default(0),
  dimension: z.enum(['ROWS', 'COLUMNS']),
  startIndex: z.number().default(0),
  endIndex: z.number(),
});

export const metadataLookup = z.object({
  metadataId: z.number().optional(),
  metadataKey: z.string().optional(),
  metadataValue: z.string().optional(),
  locationMatchingStrategy: z.enum(['EXACT_LOCATION', 'INTERSECTING_LOCATION']).optional(),
  metadataLocation: z
    .object({ dimensionRange: dimensionRange.optional(), sheetId: z.number().optional() })
    .optional(),
});
export type MetadataLookup = z.output<typeof metadataLookup>;

export const dataFilter = z.union([
  z.object({ gridRange }),
  z.object({ developerMetadataLookup: metadataLookup }),
  z.object({ a1Range: z.string() }),
]);
export type DataFilter = z.output<typeof dataFilter>;

export class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface Place {
  readonly tab: Tab;
  readonly row: number;
}

export function placesOf(
  spreadsheet: Spreadsheet,
  lookup: MetadataLookup,
): (Place & { metadata: Metadata })[] {
  const { metadataKey: key, metadataValue: value, metadataId: id, metadataLocation: location } = lookup;
  const within = location?.dimensionRange;
  return spreadsheet.tabs.flatMap((tab) =>
    tab.rows.flatMap(({ metadata }, row) =>
      metadata
        .filter(
          (one) =>
            (key === undefined || one.metadataKey === key) &&
            (value === undefined || one.metadataValue === value) &&
            (id === undefined || one.metadataId === id) &&
            (within === undefined ||
              (within.sheetId === tab.sheetId && row >= within.startIndex && row < within.endIndex)) &&
            (location?.sheetId === undefined || location.sheetId === tab.sheetId),
        )
        .map((one) => ({ tab, row, metadata: one })),
    ),
  );
}

export function rangesOf(spreadsheet: Spreadsheet, filters: readonly DataFilter[]): GridRange[] {
  return filters.flatMap((filter): GridRange[] => {
    if ('gridRange' in filter) return [filter.gridRange];
    if ('a1Range' in filter) return [a1(spreadsheet, filter.a1Range)];
    return placesOf(spreadsheet, filter.developerMetadataLookup).map(({ tab, row }) => ({
      sheetId: tab.sheetId,
      startRowIndex: row,
      endRowIndex: row + 1,
      startColumnIndex: 0,
    }));
  });
}

export const tabById = (spreadsheet: Spreadsheet, sheetId: number): Tab => {
  const tab = spreadsheet.tabs.find((one) => one.sheetId === sheetId);
  if (tab === undefined) throw new Refused(400, `Invalid dataFilter: No grid with id: ${sheetId}`);
  return tab;
};

/** `'Tab'!A1:B2`, `'Tab'!3:3`, `Tab!A:C`, `Tab`. */
export function a1(spreadsheet: Spreadsheet, text: string): GridRange {
  const [, quoted, plain, cells] = /^(?:'((?:[^']|'')+)'|([^'!]+))(?:!(.+))?$/.exec(text) ?? [];
  const title = quoted?.replaceAll("''", "'") ?? plain;
  const tab = spreadsheet.tabs.find((one) => one.title === title);
  if (tab === undefined) throw new Refused(400, `Unable to parse range: ${text}`);
  const whole = { sheetId: tab.sheetId, startRowIndex: 0, startColumnIndex: 0 };
  if (cells === undefined) return whole;
  const [, fromColumn = '', fromRow = '', toColumn = fromColumn, toRow = fromRow] =
    /^([A-Z]*)(\d*)(?::([A-Z]*)(\d*))?$/.exec(cells) ?? [];
  return {
    ...whole,
    ...(fromRow === '' ? {} : { startRowIndex: Number(fromRow) - 1 }),
    ...(toRow === '' ? {} : { endRowIndex: Number(toRow) }),
    ...(fromColumn === '' ? {} : { startColumnIndex: columnIndex(fromColumn) }),
    ...(toColumn === '' ? {} : { endColumnIndex: columnIndex(toColumn) + 1 }),
  };
}

const columnIndex = (letters: string): number =>
  [...letters.matchAll(/[A-Z]/g)].reduce((sum, [letter]) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;

/** The spreadsheet as `spreadsheets.get` words it. Rows after the last that says anything are not sent, as at Google. */
export function resource(
  spreadsheet: Spreadsheet,
  ranges: readonly GridRange[] | null,
): Record<string, unknown> {
  const wanted = ranges === null ? null : new Set(ranges.map(({ sheetId }) => sheetId));
  return {
    spreadsheetId: spreadsheet.id,
    sheets: spreadsheet.tabs.flatMap((tab, index) => {
      if (wanted !== null && !wanted.has(tab.sheetId)) return [];
      const properties = {
        sheetId: tab.sheetId,
        title: tab.title,
        index,
        gridProperties: { rowCount: tab.rows.length },
      };
      return [
        {
          properties,
          data: (ranges ?? [])
            .filter(({ sheetId }) => sheetId === tab.sheetId)
            .map((range) => gridData(tab, range)),
        },
      ];
    }),
  };
}

function gridData(tab: Tab, range: GridRange): Record<string, unknown> {
  const rows = tab.rows.slice(range.startRowIndex, range.endRowIndex);
  const last = rows.findLastIndex((row) => !isEmptyRow(row));
  return {
    ...(range.startRowIndex === 0 ? {} : { startRow: range.startRowIndex }),
    rowData: rows.slice(0, last + 1).map(({ cells }) => ({
      values: cells.slice(range.startColumnIndex, range.endColumnIndex).map(cellData),
    })),
    rowMetadata: rows.map(({ metadata }) => ({
      pixelSize: 21,
      ...(metadata.length === 0 ? {} : { developerMetadata: metadata }),
    })),
  };
}

function cellData(cell: Cell): Record<string, unknown> {
  if (cell.value === null && cell.error !== true)
    return cell.formula === undefined ? {} : { userEnteredValue: { formulaValue: cell.formula } };
  const value =
    cell.error === true
      ? { errorValue: { type: 'ERROR', message: 'Formula parse error.' } }
      : typeof cell.value === 'number'
        ? { numberValue: cell.value }
        : typeof cell.value === 'boolean'
          ? { boolValue: cell.value }
          : { stringValue: cell.value };
  const computed = { ...(cell.shown === '' ? {} : { formattedValue: cell.shown }), effectiveValue: value };
  if (cell.spilled === true) return computed;
  return {
    ...computed,
    userEnteredValue: cell.formula === undefined ? value : { formulaValue: cell.formula },
  };
}
