import { z } from 'zod';
import { setCell, typed, type Cell, type Spreadsheet } from './grid.ts';
import { recalculate } from './recalculate.ts';
import { a1, dataFilter, rangesOf, tabById, type GridRange } from './view.ts';

/** `spreadsheets.values`: plain rows of values, in one of three renderings. */
export const rendering = z
  .enum(['FORMATTED_VALUE', 'UNFORMATTED_VALUE', 'FORMULA'])
  .default('FORMATTED_VALUE');

export function valuesOf(sheet: Spreadsheet, range: GridRange, how: z.output<typeof rendering>): unknown[][] {
  const rows = tabById(sheet, range.sheetId).rows.slice(range.startRowIndex, range.endRowIndex);
  return rows.map(({ cells }) =>
    cells.slice(range.startColumnIndex, range.endColumnIndex).map((cell) => rendered(cell, how)),
  );
}

const rendered = (cell: Cell, how: z.output<typeof rendering>): unknown => {
  if (how === 'FORMULA' && cell.formula !== undefined) return cell.formula;
  return how === 'FORMATTED_VALUE' || cell.error === true ? cell.shown : (cell.value ?? '');
};

const written = z.array(z.array(z.union([z.string(), z.number(), z.null()])));
export const valuesUpdate = z.object({
  valueInputOption: z.enum(['RAW', 'USER_ENTERED']),
  data: z.array(
    z.union([z.object({ range: z.string(), values: written }), z.object({ dataFilter, values: written })]),
  ),
});

/** `null` leaves a cell as it is. */
export function updateValues(sheet: Spreadsheet, body: z.output<typeof valuesUpdate>): number {
  let count = 0;
  for (const one of body.data) {
    const [range] = 'range' in one ? [a1(sheet, one.range)] : rangesOf(sheet, [one.dataFilter]);
    if (range === undefined) continue;
    const tab = tabById(sheet, range.sheetId);
    for (const [down, row] of one.values.entries()) {
      for (const [right, value] of row.entries()) {
        if (value === null) continue;
        const cell = body.valueInputOption === 'RAW' ? { value, shown: String(value) } : typed(String(value));
        setCell(tab, range.startRowIndex + down, range.startColumnIndex + right, cell);
        count += 1;
      }
    }
  }
  sheet.tabs.forEach(recalculate);
  sheet.modified += 1;
  sheet.version += 1;
  return count;
}
