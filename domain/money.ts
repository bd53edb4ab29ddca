import { CURRENCIES, currencyName, placesOf, SHARED_NAMES } from './currencies.ts';
import { asciiDigits, normalise, stripInvisible } from './text.ts';

/** An amount of money as a decimal string (`1250`, `1250.50`): never a float, so nothing is rounded unseen. */
export interface Amount {
  readonly amount: string;
  /** ISO 4217, when the text names one. */
  readonly currency?: string;
}

/** `25 الف` is how Iraq writes a price. */
const MULTIPLIERS: Readonly<Record<string, number>> = { الف: 3, الاف: 3, k: 3, مليون: 6 };
/** May stand beside an amount without changing it. */
const FILLERS = ['فقط', 'لا غير', 'شامل الشحن', 'شامل', 'الإجمالي', 'اجمالي', 'السعر', 'only', 'total'];

const CURRENCY_OF = new Map(
  Object.entries(CURRENCIES).flatMap(([code, { words }]) => words.map((word) => [plain(word), code])),
);
const IGNORED = new Set([...SHARED_NAMES, ...FILLERS].map(plain));
const NUMBER = /\d+(?:[.,'’]\d+)*/g;
/** A longer cell is a story, not a price. */
const LONGEST_TEXT = 100;
/** Less than nothing (`-5`, `(5)`) and parts of something (`5 %`) are no prices. */
const NOT_A_PRICE = /(?:^|\s)[-\u2212]\s*\d|\(\s*\d|[%٪]/;

/**
 * Reads an amount as people write one: `1,250`, `٥٠٠`, `500 جنيه`, `١٬٢٥٠٫٥٠`, `1.250,00`, `25 الف`. Null when the text
 * holds none, several, or words that may change what the number means. `usual` decides what `1.250` is: a thousand
 * and more in most currencies, a bit over one dinar where coins have three places.
 */
export function readAmount(text: string, usual?: string): Amount | null {
  const typed = stripInvisible(asciiDigits(text))
    // A space that doesn't break groups digits; any other one may stand between two numbers.
    .replace(/(?<=\d)[\u00A0\u2009\u202F](?=\d{3}(?!\d))/gu, "'")
    .replace(/\s+/gu, ' ')
    // The Arabic comma between digits groups them; `/-` and `.-` after a price close it.
    .replace(/(?<=\d)،(?=\d)/g, ',')
    .replace(/(?<=\d)(?:[/.,]-|\/=)/g, '')
    .trim();
  if (typed.length > LONGEST_TEXT || NOT_A_PRICE.test(typed)) return null;
  const numbers = typed.match(NUMBER) ?? [];
  const [number] = numbers;
  if (number === undefined || numbers.length > 1) return null;

  const [before = '', after = ''] = typed.split(number);
  const named = readWords(before, after);
  if (named === null) return null;
  const currency = named.currency;
  const decimal = readDecimal(number, currency ?? usual);
  if (decimal === null) return null;
  const amount = shiftLeft(decimal, named.tenfolds);
  return currency === undefined ? { amount } : { amount, currency };
}

/** What is left of a total after a discount of so many percent, rounded half up to the currency's own places. */
export function discounted(total: string, percent: number, currency?: string): string {
  const { units, places } = unitsOf(total);
  const kept = unitsOf(String(percent));
  if (percent < 0 || percent > 100) throw new RangeError(`not a discount: ${percent} %`);
  const hundred = 100n * 10n ** BigInt(kept.places);
  const target = placesOf(currency);
  const numerator = units * (hundred - kept.units) * 10n ** BigInt(target);
  const denominator = hundred * 10n ** BigInt(places);
  return fromUnits((2n * numerator + denominator) / (2n * denominator), target);
}

/** An amount for a customer to read, `1,250.50 جنيه`; without a currency (null) only the number. */
export function formatAmount(amount: string, currency: string | null, language: string): string {
  const [whole = '0', fraction] = amount.split('.');
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',');
  const number = fraction === undefined || /^0*$/.test(fraction) ? grouped : `${grouped}.${fraction}`;
  return currency === null ? number : `${number} ${currencyName(currency, language)}`;
}

/** The words around a number: a currency at most, and nothing that may change the meaning. */
function readWords(before: string, after: string): { currency?: string; tenfolds: number } | null {
  let currency: string | undefined;
  let tenfolds = 0;
  for (const side of [before, after]) {
    let left = plain(side);
    while (left !== '') {
      const start = longestKnown(left, side === after);
      if (start === null) return null;
      const code = CURRENCY_OF.get(start);
      if (code !== undefined && currency !== undefined && code !== currency) return null;
      currency = code ?? currency;
      tenfolds += MULTIPLIERS[start] ?? 0;
      left = left.slice(start.length).replace(/^[\s:،,.()\-=]+/u, '');
    }
  }
  return { ...(currency === undefined ? {} : { currency }), tenfolds };
}

/** The longest known name at the start of a text, as whole words. */
function longestKnown(text: string, mayMultiply: boolean): string | null {
  for (let end = text.length; end > 0; end--) {
    if (/[\p{L}\p{N}]/u.test(text[end] ?? '') && /[\p{L}\p{N}]/u.test(text[end - 1] ?? '')) continue;
    const name = text.slice(0, end);
    if (CURRENCY_OF.has(name) || IGNORED.has(name) || (mayMultiply && Object.hasOwn(MULTIPLIERS, name)))
      return name;
  }
  return null;
}

/** Digits with separators as a plain decimal: the last separator is the decimal one when it can't be grouping. */
function readDecimal(number: string, currency: string | undefined): string | null {
  const marks = number.replace(/\d/g, '');
  const last = marks.at(-1);
  if (last === undefined) return canonical(number, '');
  const at = number.lastIndexOf(last);
  const whole = number.slice(0, at);
  const fraction = number.slice(at + 1);
  const others = new Set(marks.slice(0, -1));
  const sameThroughout = others.size === 0 || (others.size === 1 && others.has(last));
  if (sameThroughout && isGrouped(number, last) && !readsAsDecimal(whole, last, marks.length, currency)) {
    return canonical(number.replaceAll(last, ''), '');
  }
  if (others.has(last) || others.size > 1 || last === "'" || last === '’') return null;
  const [grouping] = others;
  if (grouping !== undefined && !isGrouped(whole, grouping)) return null;
  return canonical(grouping === undefined ? whole : whole.replaceAll(grouping, ''), fraction);
}

const isGrouped = (number: string, mark: string): boolean => {
  const [first = '', ...groups] = number.split(mark);
  return /^\d{1,3}$/.test(first) && groups.every((group) => /^\d{3}$/.test(group));
};

/** `0.250` in any currency, `1.250` where three places are in daily use. */
const readsAsDecimal = (whole: string, mark: string, marks: number, currency: string | undefined): boolean =>
  marks === 1 && (/^0+$/.test(whole) || (mark === '.' && placesOf(currency) === 3));

function canonical(whole: string, fraction: string): string {
  const digits = whole.replace(/^0+(?=\d)/, '');
  // No money has more than three places; zeros behind them say nothing.
  return /^0*$/.test(fraction) ? digits : `${digits}.${fraction.replace(/(?<=^\d{3}\d*?)0+$/, '')}`;
}

function unitsOf(decimal: string): { units: bigint; places: number } {
  if (!/^\d+(?:\.\d+)?$/.test(decimal)) throw new RangeError(`not a decimal amount: ${decimal.slice(0, 40)}`);
  const [whole = '', fraction = ''] = decimal.split('.');
  return { units: BigInt(whole + fraction), places: fraction.length };
}

function fromUnits(units: bigint, places: number): string {
  const digits = units.toString().padStart(places + 1, '0');
  return canonical(digits.slice(0, digits.length - places), digits.slice(digits.length - places));
}

function shiftLeft(decimal: string, tenfolds: number): string {
  const { units, places } = unitsOf(decimal);
  return fromUnits(units * 10n ** BigInt(tenfolds), places);
}

function plain(text: string): string {
  const normal = normalise(text);
  // `normalise` drops a currency sign between words' edges; alone it stays.
  return /^[\s:،,.()\-=]*$/u.test(normal) ? '' : normal;
}
