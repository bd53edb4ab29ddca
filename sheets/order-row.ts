import { customerPhone, type CountryCode, type PhoneCell } from '../domain/phone.ts';
import type { OrderFields, OrderRow } from '../domain/order.ts';
import { sheetFields } from '../domain/sheet-columns.ts';
import { textAt, type Cell, type Columns, type SheetRow } from './source.ts';

/** What a row says of its order: the fields as typed, the numbers read by the phone rules of the merchant's country. */
export function orderRow(row: Pick<SheetRow, 'cells'>, columns: Columns, country: CountryCode): OrderRow {
  const fields: Record<string, string> = {};
  for (const field of sheetFields()) {
    const text = textAt(row, columns[field]).trim();
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
