import { z } from 'zod';
import { EMPTY, setCell, typed, type Spreadsheet } from './grid.ts';
import { gridRange, tabById } from './view.ts';

export interface Quirks {
  /** Whether find-and-replace by pattern finds empty cells. The documentation does not say. */
  blankCellsMatch: boolean;
  /** How many characters of developer metadata a tab keeps. */
  metadataCharacters: number;
}

export const findReplace = z.object({
  find: z.string(),
  replacement: z.string().default(''),
  matchCase: z.boolean().default(false),
  matchEntireCell: z.boolean().default(false),
  searchByRegex: z.boolean().default(false),
  includeFormulas: z.boolean().default(false),
  range: gridRange,
});

export function findAndReplace(
  sheet: Spreadsheet,
  wanted: z.output<typeof findReplace>,
  quirks: Quirks,
): Record<string, number> {
  const tab = tabById(sheet, wanted.range.sheetId);
  const source = wanted.searchByRegex ? wanted.find : wanted.find.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = new RegExp(
    wanted.matchEntireCell ? `^(?:${source})$` : source,
    wanted.matchCase ? 'u' : 'iu',
  );
  const replacement = wanted.searchByRegex
    ? wanted.replacement.replace(/\\([\\$])/g, '$1')
    : wanted.replacement;
  let changed = 0;
  const endRow = wanted.range.endRowIndex ?? tab.rows.length;
  for (let row = wanted.range.startRowIndex; row < endRow; row += 1) {
    const endColumn = wanted.range.endColumnIndex ?? tab.rows[row]?.cells.length ?? 0;
    for (let column = wanted.range.startColumnIndex; column < endColumn; column += 1) {
      const cell = tab.rows[row]?.cells[column] ?? EMPTY;
      if ((cell.formula !== undefined && !wanted.includeFormulas) || cell.spilled === true) continue;
      if (cell.shown === '' && !quirks.blankCellsMatch) continue;
      if (!pattern.test(cell.shown)) continue;
      setCell(tab, row, column, typed(replacement));
      changed += 1;
    }
  }
  return changed === 0 ? {} : { occurrencesChanged: changed, valuesChanged: changed };
}
