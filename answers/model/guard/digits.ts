import { readAmount } from '../../../domain/money.ts';
import { words } from '../../../domain/text.ts';
import { isNumberWord } from './number-words.ts';
import { saidFrom, UNREADABLE, type Line } from './tokens.ts';

/** A number in a line, in digits or in words. */
export interface SaidNumber {
  /** The first token, and the first one after it. */
  readonly at: number;
  readonly end: number;
  readonly said: string;
  /** Plain decimal texts it can be read as, by what `1.250` is; none: it can't be read, and is in no fact. */
  readonly value: (currency: string) => string | null;
  /** `9:30`, where it is written so. */
  readonly clock: { readonly hour: number; readonly minute: number } | null;
}

/** Written onto a number. */
const PARTICLES = new Set(['ب', 'و', 'ل', 'ف', 'ك', 'ال', 'بال', 'لل', 'وال', 'ه', 'no', 'n', 'x']);
/** Digits with letters or more digits written onto them (`2OO`, `2 5 0`), which the eye reads as another number. */
export function gluedDigits(line: Line, at: number): { readonly at: number; readonly end: number } | null {
  const { tokens, text } = line;
  const before = tokens[at - 1];
  const after = tokens[at + 1];
  const here = tokens[at];
  if (
    here?.glued === true &&
    before?.kind === 'word' &&
    !PARTICLES.has(before.word) &&
    !MAY_TOUCH.has(before.word)
  )
    return { at: at - 1, end: at + 1 };
  if (here?.glued === true && before?.kind === 'unreadable') return { at: at - 1, end: at + 1 };
  if (after?.glued === true && after.kind === 'unreadable') return { at, end: at + 2 };
  if (
    after?.glued === true &&
    after.kind === 'word' &&
    !MAY_TOUCH.has(after.word) &&
    !isNumberWord(after.word)
  )
    return { at, end: at + 2 };
  let end = at + 1;
  while (
    tokens[end]?.kind === 'digits' &&
    /^[ \t\u00A0\u2009\u202F_*·~]+$/u.test(text.slice(tokens[end - 1]?.end, tokens[end]?.start))
  )
    end += 1;
  if (end === at + 1) return null;
  return { at, end };
}

/** What may be written onto digits without changing them: units, currencies, halves of the day. */
const MAY_TOUCH = new Set(
  words(
    'egp iqd sar aed kwd usd le جنيه جنيها دينار ريال درهم دولار ج م د ع س ر am pm ص st nd rd th pcs قطعه قطع ml cm مل سم مم غ كغ kg g gb كيلو ي ی mm l لتر دانه پارچه x',
  ),
);

export function unreadable(line: Line, at: number, end: number): SaidNumber {
  const said = saidFrom(line, at, end - 1).replaceAll(UNREADABLE, '?');
  const spaced = /^\d{1,3}(?:[ \u00A0\u2009\u202F]\d{3})+$/u.test(said) ? said.replace(/\D/gu, '') : null;
  return { at, end, said, value: () => spaced, clock: null };
}

export const clockIn = (raw: string): { hour: number; minute: number } | null => {
  const match = /^(\d{1,2}):(\d{2})$/u.exec(raw);
  return match === null ? null : { hour: Number(match[1]), minute: Number(match[2]) };
};

/** As the products' prices themselves are read; `1.250` is a thousand and more where nobody counts thousandths. */
export function decimalIn(raw: string, currency: string): string | null {
  const amount = raw.includes(':') ? null : readAmount(raw, currency);
  return amount === null ? null : plainDecimal(amount.amount);
}

/** `19.50` and `19.5` are one amount. */
export function plainDecimal(decimal: string): string {
  const [whole = '', fraction = ''] = decimal.split('.');
  const kept = fraction.replace(/0+$/u, '');
  return (whole.replace(/^0+(?=\d)/u, '') || '0') + (kept === '' ? '' : `.${kept}`);
}
