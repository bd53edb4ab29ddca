/** Comma-separated text with the place of every cell in it, so that one can be replaced and the rest stay byte for byte. */
export interface Csv {
  readonly text: string;
  readonly delimiter: string;
  readonly records: readonly CsvRecord[];
  /** False when a quote is still open at the end: the file was cut off. */
  readonly whole: boolean;
}

export interface CsvRecord {
  readonly cells: readonly CsvCell[];
  /** Where the record's text ends, before its line end. */
  readonly end: number;
}

export interface CsvCell {
  readonly value: string;
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
}

const DELIMITERS = [',', ';', '\t'];
const BOM = '\uFEFF';

/** Null when the bytes are not UTF-8: another encoding would give another customer's name without notice. */
export function decodeCsv(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (notUtf8) {
    if (notUtf8 instanceof TypeError) return null;
    throw notUtf8;
  }
}

export function parseCsv(text: string): Csv {
  const delimiter = delimiterOf(text);
  const records: CsvRecord[] = [];
  let at = text.startsWith(BOM) ? 1 : 0;
  let whole = true;
  while (at < text.length) {
    const cells: CsvCell[] = [];
    for (;;) {
      const cell = readCell(text, at, delimiter);
      cells.push(cell);
      whole &&= cell.closed;
      at = cell.end;
      if (text[at] !== delimiter) break;
      at += 1;
    }
    records.push({ cells, end: at });
    if (text[at] === '\r') at += 1;
    if (text[at] === '\n') at += 1;
  }
  return { text, delimiter, records, whole };
}

/** The same text with one cell's value replaced. A cell beyond the record's end is appended to it. */
export function replaceCell(csv: Csv, record: number, column: number, value: string): string {
  const line = csv.records[record];
  if (line === undefined) throw new RangeError(`no record ${record}`);
  const cell = line.cells[column];
  const start = cell?.start ?? line.end;
  const missing = cell === undefined ? csv.delimiter.repeat(column - line.cells.length + 1) : '';
  return (
    csv.text.slice(0, start) +
    missing +
    quote(value, csv.delimiter, cell?.quoted ?? false) +
    csv.text.slice(cell?.end ?? line.end)
  );
}

const quote = (value: string, delimiter: string, always: boolean): string =>
  always || value.includes(delimiter) || /["\r\n]|^\s|\s$/.test(value)
    ? `"${value.replaceAll('"', '""')}"`
    : value;

function readCell(text: string, start: number, delimiter: string): CsvCell & { closed: boolean } {
  const endOfBare = (from: number): number => {
    let end = from;
    while (end < text.length && text[end] !== delimiter && text[end] !== '\n' && text[end] !== '\r') end += 1;
    return end;
  };
  if (text[start] !== '"') {
    const end = endOfBare(start);
    return { value: text.slice(start, end), start, end, quoted: false, closed: true };
  }
  let value = '';
  let at = start + 1;
  for (;;) {
    const quoteAt = text.indexOf('"', at);
    if (quoteAt === -1)
      return { value: value + text.slice(at), start, end: text.length, quoted: true, closed: false };
    value += text.slice(at, quoteAt);
    if (text[quoteAt + 1] !== '"') {
      // What stands between the closing quote and the delimiter belongs to the cell, as spreadsheet programs have it.
      const end = endOfBare(quoteAt + 1);
      return { value: value + text.slice(quoteAt + 1, end), start, end, quoted: true, closed: true };
    }
    value += '"';
    at = quoteAt + 2;
  }
}

/** The one that the header line has most of, outside quotes. `sep=;` on the first line is Excel's own way to say it. */
function delimiterOf(text: string): string {
  const firstLine = /^\uFEFF?(?:"(?:[^"]|"")*"|[^"\r\n])*/.exec(text)?.[0] ?? '';
  const bare = firstLine.replace(/"(?:[^"]|"")*"/g, '');
  const declared = /^\uFEFF?sep=(.)$/i.exec(firstLine)?.[1];
  if (declared !== undefined) return declared;
  return DELIMITERS.toSorted((a, b) => bare.split(b).length - bare.split(a).length)[0] ?? ',';
}
