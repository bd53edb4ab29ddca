import { getCountryCallingCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { CountryCode } from 'libphonenumber-js/max';
import exampleMobiles from 'libphonenumber-js/mobile/examples';

export type { CountryCode };

/** Why a phone cell gives nobody to write to: stable, for programs and for the translation table. */
export type PhoneProblem =
  | 'empty'
  | 'not-a-number'
  | 'incomplete'
  | 'too-long'
  | 'no-such-number'
  | 'landline'
  | 'not-mobile'
  | 'ambiguous'
  | 'precision-lost'
  | 'error-cell';

/** One number that exists in some country's numbering plan. */
export interface KnownNumber {
  readonly kind: 'number';
  /** E.164 without the plus, as WhatsApp addresses it. */
  readonly digits: string;
  /** Null where a calling code belongs to no country. */
  readonly country: CountryCode | null;
  readonly line: 'mobile' | 'landline' | 'other';
}
/** One run of digits understood, or why not. */
export type NumberReading = KnownNumber | { readonly kind: 'problem'; readonly problem: PhoneProblem };

/** A run of digits as it stood in a text; `plus`: with a `+` before it, or after it as right-to-left text shows it. */
export interface DigitRun {
  readonly digits: string;
  readonly plus: boolean;
}

/** The longest number of any plan (E.164), and the shortest worth taking for one. */
export const LONGEST = 15;
export const SHORTEST = 7;
const EXAMPLES: Partial<Record<CountryCode, string>> = exampleMobiles;
/** What may stand between a calling code and the number: the trunk prefixes people leave in, `+20 010…`, `+36 06…`. */
const TRUNK_LEFT_IN = /^(?:0|01|06|8)?$/;

/** The two-letter country a merchant set, when the numbering plans know it; null otherwise. */
export function countryCode(text: string): CountryCode | null {
  const upper = text.trim().toUpperCase();
  return isSupportedCountry(upper) ? upper : null;
}

/** Reads one run of digits as one number: with its own country code as that country's, else as the default country's. */
export function readNumber(run: DigitRun, country: CountryCode): NumberReading {
  const { digits, abroad } = withoutDialling(run);
  // Room for a trunk zero and a slip; the library is slow on what is longer.
  if (digits.length > LONGEST + 4) return problem('too-long');
  if (abroad) return international(digits) ?? problem(sizeProblem(`+${digits}`, country));
  return (
    national(digits, country) ?? foreignWithoutPlus(digits, country) ?? problem(sizeProblem(digits, country))
  );
}

/**
 * Takes away what only says "a country code follows": the plus, 00, or both. A plus before a single zero says
 * nothing, as no country code begins with zero: `+010…` is the number at home.
 */
function withoutDialling({ digits, plus }: DigitRun): { digits: string; abroad: boolean } {
  if (digits.startsWith('00')) return { digits: digits.slice(2), abroad: true };
  return { digits, abroad: plus && !digits.startsWith('0') };
}

function international(digits: string): KnownNumber | null {
  const parsed = parsePhoneNumberFromString(`+${digits}`, { extract: false });
  if (parsed?.isValid() !== true) return null;
  const { countryCallingCode: code, nationalNumber } = parsed;
  // Some plans rewrite what was typed (Argentina's 15 becomes a 9): such a number is not in the cell.
  if (!digits.startsWith(code) || !digits.endsWith(nationalNumber)) return null;
  if (!TRUNK_LEFT_IN.test(digits.slice(code.length, digits.length - nationalNumber.length))) return null;
  return known(code + nationalNumber, parsed.country ?? null, parsed.getType());
}

function national(digits: string, country: CountryCode): KnownNumber | null {
  const parsed = parsePhoneNumberFromString(digits, { defaultCountry: country, extract: false });
  if (parsed?.isValid() === true && digits.endsWith(parsed.nationalNumber)) {
    const { nationalNumber, countryCallingCode } = parsed;
    const before = digits.slice(0, digits.length - nationalNumber.length);
    if (TRUNK_LEFT_IN.test(before)) {
      return known(countryCallingCode + nationalNumber, parsed.country ?? null, parsed.getType());
    }
  }
  // `20 10…` without its plus, and `020 10…` with one of its two zeros.
  const code = getCountryCallingCode(country);
  const whole = digits.replace(/^0/, '');
  return whole.startsWith(code) ? international(whole) : null;
}

/**
 * `966501234567` with no plus is a Saudi number. But `12123456789` in Egypt is 012… with a digit too many, not
 * somebody in New York: what begins with a whole number of the default country is a slip, never a foreigner.
 */
function foreignWithoutPlus(digits: string, country: CountryCode): KnownNumber | null {
  if (digits.startsWith('0')) return null;
  for (let extra = 1; extra <= 3; extra++) {
    if (national(digits.slice(0, -extra), country)?.line === 'mobile') return null;
  }
  return international(digits);
}

/** Too short, too long, or of the right length and still nobody's, measured by the country's own mobiles. */
function sizeProblem(typed: string, country: CountryCode): PhoneProblem {
  const digits = typed.replace('+', '');
  if (digits.length < SHORTEST) return 'incomplete';
  if (digits.length > LONGEST) return 'too-long';
  const parsed = typed.startsWith('+') ? parsePhoneNumberFromString(typed, { extract: false }) : undefined;
  const from = typed.startsWith('+') ? parsed?.country : country;
  const usual = from === undefined ? undefined : EXAMPLES[from]?.length;
  if (usual === undefined) return 'no-such-number';
  const length = (parsed?.nationalNumber ?? withoutOwnCode(digits, country, usual)).length;
  if (length === usual) return 'no-such-number';
  return length < usual ? 'incomplete' : 'too-long';
}

function withoutOwnCode(digits: string, country: CountryCode, usual: number): string {
  const bare = digits.replace(/^0/, '');
  const code = getCountryCallingCode(country);
  return bare.startsWith(code) && bare.length > usual ? bare.slice(code.length).replace(/^0/, '') : bare;
}

function known(digits: string, country: CountryCode | null, type: string | undefined): KnownNumber {
  return { kind: 'number', digits, country, line: lineOf(type) };
}

function lineOf(type: string | undefined): KnownNumber['line'] {
  // Where a plan doesn't tell the two apart (North America), the number may well be a mobile.
  if (type === 'MOBILE' || type === 'FIXED_LINE_OR_MOBILE') return 'mobile';
  return type === 'FIXED_LINE' ? 'landline' : 'other';
}

const problem = (why: PhoneProblem): NumberReading => ({ kind: 'problem', problem: why });
