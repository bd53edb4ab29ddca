/** In front of the file: spreadsheet programs then read Arabic as it is. */
export const BYTE_ORDER_MARK = '\uFEFF';

/** A cell that a spreadsheet program would compute is made text: `=HYPERLINK(…)` in a customer's name runs nowhere. */
export function csvCell(value: string): string {
  const inert =
    /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/u.test(value.trimStart()) || /^[\t\r\n]/.test(value)
      ? `'${value}`
      : value;
  return /[",\r\n]/.test(inert) || inert !== inert.trim() ? `"${inert.replaceAll('"', '""')}"` : inert;
}

export const csvRow = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`;
