import { needsFormula } from '../domain/phone.ts';
import { isBlank, type Cell, type Columns, type SheetRow } from './source.ts';

/** The header row is the first that says anything; people leave empty rows and frozen banners above it. */
export function splitHeader<Row extends Pick<SheetRow, 'cells'>>(
  rows: readonly Row[],
): { headers: string[]; header: Row | null; body: Row[] } {
  const at = rows.findIndex((row) => !isBlank(row));
  const header = rows[at] ?? null;
  return {
    headers: header === null ? [] : header.cells.map(({ formatted }) => formatted),
    header,
    body: header === null ? [] : rows.slice(at + 1),
  };
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
