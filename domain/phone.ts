import { isErrorText } from './cell-error.ts';
import { readNumber, SHORTEST } from './phone-number.ts';
import type { CountryCode, PhoneProblem } from './phone-number.ts';
import { phoneText, readPhoneText } from './phone-text.ts';
import type { TextReading } from './phone-text.ts';

export { countryCode } from './phone-number.ts';
export type { CountryCode, PhoneProblem } from './phone-number.ts';

/** One cell as a sheet gives it: as it is shown, its bare value, and what was typed when that is a formula. */
export interface PhoneCell {
  readonly formatted: string;
  readonly unformatted?: string | number | null;
  readonly formula?: string | null;
}

/** What a phone cell says: the numbers to try, in order, as E.164 digits; or why there is none, with the cell as shown. */
export type PhoneReading =
  | {
      readonly kind: 'valid';
      readonly numbers: readonly [string, ...string[]];
      readonly country: CountryCode | null;
    }
  | { readonly kind: 'problem'; readonly problem: PhoneProblem; readonly raw: string };

/** One number at which a customer may be reached, and the column it came from. */
export interface PhoneCandidate {
  readonly number: string;
  readonly from: 'whatsapp' | 'phone';
}
/** Where an order's customer may be reached, best first; or what is wrong, and in which column. */
export type CustomerPhone =
  | { readonly kind: 'valid'; readonly candidates: readonly [PhoneCandidate, ...PhoneCandidate[]] }
  | {
      readonly kind: 'problem';
      readonly problem: PhoneProblem;
      readonly raw: string;
      readonly from: PhoneCandidate['from'];
    };

const NO_CELL: PhoneCell = { formatted: '' };
const COLUMN_TOO_NARROW = /^#+$/;
/** `=+20-102-…` is a subtraction to a spreadsheet: its negative result is nobody's number. */
const NEGATIVE = /^[-\u2212][1-9][\d,]*(?:\.\d+)?$/;
const SCIENTIFIC = /^(\d+)(?:[.,](\d+))?\s*e\s*\+?(\d{1,2})$/i;
/** A number typed into a cell that the sheet took for a formula: nothing but it, so that no arithmetic is guessed at. */
const TYPED_NUMBER = /^=([\s(]{0,9}\+?[\d\s().\-\u2010-\u2015]+)$/;

/** Whether the cell must be read once more with its formula before it can be understood. */
export function needsFormula(cell: PhoneCell): boolean {
  return isBroken(phoneText(cell.formatted), cell.unformatted ?? null);
}

/** Reads one phone cell. A number that is not in the cell is never the answer: what is doubtful goes to a person. */
export function readPhoneCell(cell: PhoneCell, country: CountryCode): PhoneReading {
  const shown = phoneText(cell.formatted);
  const value =
    typeof cell.unformatted === 'string' ? phoneText(cell.unformatted) : (cell.unformatted ?? null);
  const problem = (why: PhoneProblem): PhoneReading => ({
    kind: 'problem',
    problem: why,
    raw: cell.formatted,
  });

  if (isBroken(shown, value)) {
    const typed = TYPED_NUMBER.exec(phoneText(cell.formula ?? ''))?.[1];
    if (typed === undefined) return problem('error-cell');
    const reading = readPhoneText(typed, country);
    const single = reading.kind === 'problem' || reading.numbers.length === 1;
    return single ? toReading(reading, cell.formatted) : problem('error-cell');
  }
  const source = SCIENTIFIC.test(shown) ? withAllDigits(shown, value) : numericCell(shown, value);
  if (source === null) return problem('precision-lost');
  if (source === '') return problem('empty');
  return toReading(readPhoneText(source, country), cell.formatted);
}

/**
 * Where to write to an order's customer: the WhatsApp column first, the phone column after it. Both are kept, for
 * when the first turns out not to be on WhatsApp. Give `null` for a column the sheet doesn't have.
 */
export function customerPhone(
  whatsappCell: PhoneCell | null,
  phoneCell: PhoneCell | null,
  country: CountryCode,
): CustomerPhone {
  const candidates = new Map<string, PhoneCandidate>();
  let refused: CustomerPhone = { kind: 'problem', problem: 'empty', raw: '', from: 'phone' };
  for (const [from, cell] of [
    ['whatsapp', whatsappCell],
    ['phone', phoneCell],
  ] as const) {
    const reading = readPhoneCell(cell ?? NO_CELL, country);
    if (reading.kind === 'problem') {
      if (refused.problem === 'empty') refused = { ...reading, from };
      continue;
    }
    for (const number of reading.numbers)
      if (!candidates.has(number)) candidates.set(number, { number, from });
  }
  const [first, ...others] = candidates.values();
  return first === undefined ? refused : { kind: 'valid', candidates: [first, ...others] };
}

/**
 * The one address of a customer, digits only, whichever way a person or a program writes the number; null when it
 * is no number. Numbers no plan knows (test numbers, plans newer than the library) stay what they are, if whole.
 * Not for addresses that a provider sent: those are addresses already.
 */
export function asAddress(text: string, country: CountryCode): string | null {
  const typed = phoneText(text);
  if (!/^(?:tel:)?[\d\s+().\-\u2010-\u2015]+$/i.test(typed) || typed.lastIndexOf('+') > typed.search(/\d/))
    return null;
  const run = { digits: typed.replace(/\D/g, ''), plus: typed.includes('+') };
  const reading = readNumber(run, country);
  if (reading.kind === 'number') return reading.digits;
  const digits = run.digits.replace(/^00/, '');
  return /^[1-9]\d{7,14}$/.test(digits) ? digits : null;
}

function isBroken(shown: string, value: string | number | null): boolean {
  if (typeof value === 'number')
    return value < 0 || (Number.isFinite(value) && !Number.isInteger(value)) || isErrorText(shown);
  return isErrorText(shown) || COLUMN_TOO_NARROW.test(shown) || NEGATIVE.test(shown);
}

/**
 * A cell that holds a number holds one: what its format shows counts only as far as it shows the same digits, with a prefix
 * before them. A format that would add the number itself to a small value is not believed.
 */
function numericCell(shown: string, value: string | number | null): string | null {
  if (typeof value === 'string') return shown === '' ? value : shown;
  if (value === null) return shown;
  if (!Number.isSafeInteger(value)) return null;
  const digits = shown.replace(/[.,]0{1,2}$/, '').replace(/\D/g, '');
  const bare = String(value);
  if (!digits.endsWith(bare) || bare.length < SHORTEST) return bare;
  return shown.trim().startsWith('+') ? `+${digits}` : digits;
}

/**
 * `2.01013E+11` stands for many numbers. The bare value is believed only when it says more than what is shown: a
 * file that was saved as `2.01013E+11` comes back as 201013000000, which is some stranger's number.
 */
function withAllDigits(shown: string, value: string | number | null): string | null {
  const [, whole = '', decimals = '', power = ''] = SCIENTIFIC.exec(shown) ?? [];
  const places = Number(power);
  if (decimals.length > places) return null;
  const expanded = (whole + decimals).padEnd(whole.length + places, '0');
  if (decimals.length === places) return expanded;
  const bare =
    typeof value === 'number' && !Number.isSafeInteger(value) ? '' : String(value ?? '').replace(/\.0$/, '');
  return /^\+?\d{8,}$/.test(bare) && bare !== expanded ? bare : null;
}

function toReading(reading: TextReading, raw: string): PhoneReading {
  if (reading.kind === 'problem') return { kind: 'problem', problem: reading.problem, raw };
  const mobiles = reading.numbers.filter((number) => number.line === 'mobile');
  const [first, ...others] = new Set(mobiles.map((number) => number.digits));
  if (first !== undefined)
    return { kind: 'valid', numbers: [first, ...others], country: mobiles[0]?.country ?? null };
  const landline = reading.numbers.some((number) => number.line === 'landline');
  return { kind: 'problem', problem: landline ? 'landline' : 'not-mobile', raw };
}
