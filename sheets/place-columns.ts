import { needsFormula } from '../domain/phone.ts';
import { findColumns, type HeaderAliases, type SheetColumns } from '../domain/sheet-columns.ts';
import { isBlank, type Cell, type Columns, type SheetRow } from './source.ts';

/** A title, a logo's row or a note may stand above the headers; what is further down is an order. */
const HEADER_WITHIN = 10;

/**
 * The header row is the first that names phone and status; people leave empty rows and banners above it. Where none
 * does, the first that says anything is shown to the operator as the headers that lack them.
 */
export function splitHeader<Row extends Pick<SheetRow, 'cells'>>(
  rows: readonly Row[],
  aliases: HeaderAliases,
): { headers: string[]; found: SheetColumns; header: Row | null; body: Row[] } {
  let first: ReturnType<typeof splitHeader<Row>> | null = null;
  let looked = 0;
  for (const [at, row] of rows.entries()) {
    if (isBlank(row)) continue;
    const headers = row.cells.map(({ formatted }) => formatted);
    const found = findColumns(headers, aliases);
    const split = { headers, found, header: row, body: rows.slice(at + 1) };
    // Two candidates for one field are headers all the same: a person is asked which is meant.
    if (found.problems.every(({ code }) => code !== 'missing')) return split;
    first ??= split;
    looked += 1;
    if (looked === HEADER_WITHIN) break;
  }
  return first ?? { headers: [], found: findColumns([], aliases), header: null, body: [] };
}

/** Whether a phone of this row can only be understood from what the person typed (`#ERROR!` for `+20 10…`). */
export const brokenPhones = (row: Pick<SheetRow, 'cells'>, columns: Columns): number[] =>
  [columns.whatsapp, columns.phone]
    .filter((column) => column !== undefined)
    .filter((column) => isBrokenPhone(row.cells[column]));

const isBrokenPhone = (cell: Cell | undefined): boolean =>
  cell !== undefined && needsFormula(phoneCell(cell));

const phoneCell = ({
  formatted,
  unformatted,
}: Cell): { formatted: string; unformatted: string | number | null } => ({
  formatted,
  unformatted: typeof unformatted === 'boolean' ? null : unformatted,
});

/** Formulas are kept of broken phone cells only: everywhere else the value is what counts. */
export const withoutFormulas = <Row extends Pick<SheetRow, 'cells'>>(row: Row, columns: Columns): Row => {
  const broken = new Set(brokenPhones(row, columns));
  return {
    ...row,
    cells: row.cells.map((cell, column) =>
      broken.has(column) ? cell : { formatted: cell.formatted, unformatted: cell.unformatted },
    ),
  };
};
