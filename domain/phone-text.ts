import { LONGEST, readNumber, SHORTEST } from './phone-number.ts';
import type { CountryCode, KnownNumber, PhoneProblem } from './phone-number.ts';
import { asciiDigits, stripInvisible } from './text.ts';

/** What the numbers in a text are: all that exist, in order, or why there is none. */
export type TextReading =
  | { readonly kind: 'numbers'; readonly numbers: readonly KnownNumber[] }
  | { readonly kind: 'problem'; readonly problem: PhoneProblem };

/** May stand inside one number. All else (letters, `/`, `,`, `:`, a new line, an emoji) ends it. */
const BETWEEN_NUMBERS = /(?:[^\d+\s\-\u2010-\u2015\u2212_.()[\]*~'"`’‘ʼ·•]|[\n\r\u2028\u2029])+/u;
/** `10-12-2026 10` would otherwise be 010 12 20 26 10. */
const DATE =
  /^[^\d+]{0,3}(?:(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|[12]\d|3[01])[-/.](?:19|20)\d\d|(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01]))(?=\s|$)/;
const THOUSANDS = /^\d{1,3}(?:,\d{3})+(?:\.0+)?$/;
/**
 * A number that went through a spreadsheet's arithmetic: `01012345678.0`. Where some digits more come after it, as in
 * `+20 0100000.0 00`, the zeros are the number's own.
 */
const DECIMAL_TAIL = /(\d{8,})\.0{1,2}(?!\d)(?![\s\-\u2010-\u2015\u2212_.()[\]*~'"`’‘ʼ·•]*\d{1,7}(?!\d))/g;
/** Two numbers with every digit set apart. More gaps than that can be cut in ever more ways. */
const MOST_GROUPS = 24;
/** A phone cell with a note is shorter. A novel is not searched for numbers. */
const LONGEST_CELL = 500;

/** A text with ASCII digits and without the marks nobody sees: how every reading of a phone begins. */
export const phoneText = (text: string): string =>
  stripInvisible(asciiDigits(text))
    // The wide forms of East Asian keyboards.
    .replace(/[\uFF0B\uFF10-\uFF19]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/\u20E3/g, '')
    .trim();

/** Finds the numbers in a text that is `phoneText` already. Digits are never reordered, added or left out inside a number. */
export function readPhoneText(text: string, country: CountryCode): TextReading {
  if (text.length > LONGEST_CELL || !/\d/.test(text)) return { kind: 'problem', problem: 'not-a-number' };
  if (DATE.test(text)) return { kind: 'problem', problem: 'not-a-number' };
  const plain = THOUSANDS.test(text) ? text.replace(/,/g, '') : text;
  const readings = pieces(plain.replace(DECIMAL_TAIL, '$1'))
    .flatMap(runs)
    .map((run) => ({ size: run.groups.join('').length, reading: readRun(run, country) }));
  const numbers = readings.flatMap(({ reading }) => (reading.kind === 'numbers' ? reading.numbers : []));
  if (numbers.length > 0) return { kind: 'numbers', numbers };
  // The longest run is what the cell was meant to say; the others are house numbers and the like.
  const [longest] = readings.toSorted((a, b) => b.size - a.size);
  return longest?.reading ?? { kind: 'problem', problem: 'not-a-number' };
}

/** Digits with the places where they were separated: `+20 10 1234` is plus, [20, 10, 1234]. */
interface Run {
  readonly plus: boolean;
  readonly groups: readonly string[];
}

function pieces(text: string): string[] {
  const parts = text.split(new RegExp(`(${BETWEEN_NUMBERS.source})`, 'u'));
  const found: string[] = [];
  for (let at = 0; at < parts.length; at += 2) {
    const part = parts[at] ?? '';
    if (!/\d/.test(part)) continue;
    const last = found.at(-1);
    if (last !== undefined && belongsToNext(last, parts[at - 1] ?? '', part))
      found[found.length - 1] = `${last} ${part}`;
    else found.push(part);
  }
  return found;
}

/** `+966: 50…` and `010/12345678` are one number: cut off from its beginning, the rest would become somebody else's. */
function belongsToNext(start: string, separator: string, rest: string): boolean {
  const digits = start.replace(/\D/g, '');
  if (/^[\s(['"]*(?:\+|00)/.test(start) && digits.replace(/^00/, '').length <= 4) return true;
  return separator.trim() === '/' && /^0\d{1,3}$/.test(digits) && /^\s*[1-9]/.test(rest);
}

function runs(piece: string): Run[] {
  const found: { plus: boolean; groups: string[] }[] = [];
  for (const [token] of piece.matchAll(/\+|\d+/g)) {
    const last = found.at(-1);
    if (token !== '+') {
      if (last === undefined) found.push({ plus: false, groups: [token] });
      else last.groups.push(token);
    } else if (last === undefined || (last.groups.length > 0 && last.groups.join('') !== '00')) {
      found.push({ plus: true, groups: [] });
    }
  }
  const trailing = found.at(-1);
  if (trailing?.groups.length !== 0) return found;
  // `966501234567+`: right-to-left text often has the plus at the other end.
  const before = found.at(-2);
  return before === undefined ? [] : [...found.slice(0, -2), { plus: true, groups: before.groups }];
}

function readRun(run: Run, country: CountryCode): TextReading {
  const whole = readNumber({ digits: run.groups.join(''), plus: run.plus }, country);
  if (whole.kind === 'number') return { kind: 'numbers', numbers: [whole] };
  const size = run.groups.join('').length;
  if (run.groups.length < 2 || run.groups.length > MOST_GROUPS || size < 2 * SHORTEST) return whole;
  return readSeveral(run, country) ?? whole;
}

/**
 * Several numbers with only spaces or dashes between them: cut where every part is a number. Where that can't be,
 * a part may be broken, but only one that visibly begins a number, so that a digit too many never makes a number
 * out of the rest. Two ways to cut that give different numbers are a person's to decide.
 */
function readSeveral(run: Run, country: CountryCode): TextReading | null {
  const ways = cuts(run, 0, country);
  const whole = ways.filter((way) => way.broken === 0);
  const usable = whole.length > 0 ? whole : ways.filter((way) => way.numbers.length > 0);
  const distinct = new Map(usable.map((way) => [way.numbers.map((number) => number.digits).join(), way]));
  const [only] = distinct.values();
  if (only === undefined) return null;
  return distinct.size === 1
    ? { kind: 'numbers', numbers: only.numbers }
    : { kind: 'problem', problem: 'ambiguous' };
}

interface Cut {
  readonly numbers: readonly KnownNumber[];
  readonly broken: number;
}

function cuts(run: Run, from: number, country: CountryCode): Cut[] {
  if (from === run.groups.length) return [{ numbers: [], broken: 0 }];
  const found: Cut[] = [];
  for (let to = from + 1; to <= run.groups.length; to++) {
    const digits = run.groups.slice(from, to).join('');
    const plus = run.plus && from === 0;
    if (digits.length > LONGEST + 2) break;
    if (digits.length < SHORTEST) continue;
    const reading = readNumber({ digits, plus }, country);
    const begun = plus || digits.startsWith('0');
    if (reading.kind === 'problem' && !begun) continue;
    for (const rest of cuts(run, to, country)) {
      found.push(
        reading.kind === 'number'
          ? { numbers: [reading, ...rest.numbers], broken: rest.broken }
          : { numbers: rest.numbers, broken: rest.broken + 1 },
      );
    }
  }
  return found;
}
