import { createHash } from 'node:crypto';
import { normalise } from '../domain/text.ts';
import { sheetFields, type SheetField } from '../domain/sheet-columns.ts';
import { textAt, type Cell, type Columns, type RowKey, type SheetRow } from './source.ts';

/**
 * What Zajel remembers of a sheet between two polls: which rows there were and what they said, as fingerprints.
 * Plain JSON; the caller stores it with the effects of the comparison that made it. About 250 bytes a row.
 */
export interface SheetMemory {
  /** Null until the first comparison: the next reading is the baseline. */
  readonly headers: readonly string[] | null;
  readonly rows: readonly RememberedRow[];
  /** Rows of the first reading that are still nobody's. */
  readonly held: readonly HeldRow[];
}

export interface RememberedRow {
  readonly rowKey: RowKey;
  /** As typed, because the expected value of a write-back is compared with it and an operator sees it. */
  readonly status: string;
  readonly cells: Fingerprint;
  /** Polls since the row was last seen; 0 while it is there. A row that was cut may be pasted a poll later. */
  readonly missing: number;
}

export interface HeldRow {
  /** The order id that it shares with another row, if that is why it is held. */
  readonly rowKey: RowKey | null;
  /** Without the order id; empty where the row is for nobody. */
  readonly cells: Fingerprint;
  readonly missing: number;
}

/** A row that is gone is looked for this many polls more (a day of them, at one in 30 s), then forgotten. */
export const FORGET_AFTER_POLLS = 2_880;

/** One short hash per column that has a value. Keyed by field, else by header, so that moved columns change nothing. */
export type Fingerprint = Readonly<Record<string, string>>;

export const EMPTY_MEMORY: SheetMemory = { headers: null, rows: [], held: [] };

/** Zajel's own column says nothing about which order a row is, and its changes are not a person's. */
const OWN: ReadonlySet<SheetField> = new Set(['messageState']);

/** 48 bits: a collision inside one column of one sheet (10^4 rows) has a chance of about 10^-7. */
const HASH_LENGTH = 8;

/** `keys`: what `columnKeys` says of the reading. */
export function fingerprint(row: Pick<SheetRow, 'cells'>, keys: readonly (string | null)[]): Fingerprint {
  const cells: Record<string, string> = {};
  for (const [index, key] of keys.entries()) {
    if (key === null) continue;
    const text = textAt(row, index);
    const hash = text === '' ? '' : hashOf(text);
    if (hash !== '') cells[key] = hash;
    const digits = key === 'orderId' ? null : hiddenDigits(row.cells[index]);
    if (digits !== null) cells[digitsOf(key)] = hashOf(digits);
  }
  return cells;
}

/** Under which the digits of a number are kept that shows fewer than it has. */
export const digitsOf = (key: string): string => `#${key}`;

export const isDigits = (key: string): boolean => key.startsWith('#');

/**
 * `2.01021E+11` is what many numbers look like: a long one in a cell without a format. What is shown stays the first
 * evidence, so that a row remembered before its digits were is the same row. An order id is its shown text, for ever.
 */
const hiddenDigits = (cell: Cell | undefined): string | null =>
  Number.isSafeInteger(cell?.unformatted) && /^-?\d(?:\.\d+)?E\+\d+$/.test(cell?.formatted ?? '')
    ? String(cell?.unformatted)
    : null;

/** Whether a column says the same in both; digits that one of them does not remember say nothing. */
export function sameCell(one: Fingerprint, other: Fingerprint, key: string): boolean {
  const [digits, others] = [one[digitsOf(key)], other[digitsOf(key)]];
  return one[key] === other[key] && (digits === undefined || others === undefined || digits === others);
}

/** The field or the header that names each column; null for a column that is not compared. */
export function columnKeys(columns: Columns, headers: readonly string[]): (string | null)[] {
  const fieldAt = new Map(
    sheetFields().flatMap((field) => (columns[field] === undefined ? [] : [[columns[field], field]])),
  );
  const seen = new Set<string>();
  return headers.map((header, index) => {
    const field = fieldAt.get(index);
    if (field !== undefined) return OWN.has(field) ? null : field;
    const key = `:${normalise(header)}`;
    if (key === ':' || seen.has(key)) return null;
    seen.add(key);
    return key;
  });
}

/** The columns that a remembered reading and a new one both have. */
export const inBoth = (
  headers: SheetMemory['headers'],
  keys: readonly (string | null)[],
): ReadonlySet<string> => new Set(headers?.filter((key) => keys.includes(key)));

export const remember = (
  row: SheetRow,
  rowKey: RowKey,
  columns: Columns,
  keys: readonly (string | null)[],
): RememberedRow => ({
  rowKey,
  status: textAt(row, columns.status),
  cells: fingerprint(row, keys),
  missing: 0,
});

/**
 * Nearly every cell of a poll was in the poll before, and normalising is what a poll spends its time on. Emptied
 * when full: what a sheet of 3,000 orders says fits several times.
 */
const hashes = new Map<string, string>();
const MAX_HASHES = 50_000;

/** Empty for a cell that says nothing. */
function hashOf(text: string): string {
  const known = hashes.get(text);
  if (known !== undefined) return known;
  const comparable = normalise(text);
  const hash =
    comparable === '' ? '' : createHash('sha1').update(comparable).digest('base64url').slice(0, HASH_LENGTH);
  if (hashes.size >= MAX_HASHES) hashes.clear();
  hashes.set(text, hash);
  return hash;
}
