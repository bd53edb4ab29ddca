import { isNoValue } from '../domain/cell-error.ts';
import { customerPhone, type CountryCode, type PhoneCell } from '../domain/phone.ts';
import type { OrderFields, OrderRow } from '../domain/order.ts';
import { sheetFields, type SheetField } from '../domain/sheet-columns.ts';
import { textAt, type Cell, type Columns, type SheetRow } from './source.ts';
import { totalText } from './total-cell.ts';

/** Whose text is looked at by rules of their own, also where it is an error. */
const AS_IT_STANDS: ReadonlySet<SheetField> = new Set(['orderId', 'status', 'phone', 'whatsapp']);

/** What a row says of its order: the fields as typed, the numbers read by the phone rules of the merchant's country. */
export function orderRow(row: Pick<SheetRow, 'cells'>, columns: Columns, country: CountryCode): OrderRow {
  const fields: Record<string, string> = {};
  for (const field of sheetFields()) {
    const text = fieldText(row, columns, field);
    if (text !== '' && field !== 'messageState') fields[field] = text;
  }
  const phone = customerPhone(phoneCell(row, columns.whatsapp), phoneCell(row, columns.phone), country);
  return {
    fields: fields satisfies OrderFields,
    status: textAt(row, columns.status),
    ...(phone.kind === 'valid'
      ? { phones: phone.candidates, problem: null }
      : { phones: [], problem: { problem: phone.problem, raw: phone.raw, from: phone.from } }),
  };
}

/** What the sheet could not compute is no value: a message then goes without it, or waits for it. */
function fieldText(row: Pick<SheetRow, 'cells'>, columns: Columns, field: SheetField): string {
  const column = columns[field];
  const cell = column === undefined ? undefined : row.cells[column];
  if (cell === undefined) return '';
  const text = (field === 'total' ? totalText(cell) : cell.formatted).trim();
  return AS_IT_STANDS.has(field) || !isNoValue(text) ? text : '';
}

function phoneCell({ cells }: Pick<SheetRow, 'cells'>, column: number | undefined): PhoneCell | null {
  const cell: Cell | undefined = column === undefined ? undefined : cells[column];
  if (cell === undefined) return null;
  const { formatted, unformatted, formula } = cell;
  return {
    formatted,
    unformatted: typeof unformatted === 'boolean' ? null : unformatted,
    ...(formula === undefined ? {} : { formula }),
  };
}
