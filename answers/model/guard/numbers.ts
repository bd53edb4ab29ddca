import { words } from '../../../domain/text.ts';
import { clockIn, decimalIn, gluedDigits, plainDecimal, unreadable, type SaidNumber } from './digits.ts';
import { COURTESY, DAYS_AND_WATER, KURDISH_ONLY, ONE_WORDS, VALUES } from './number-words.ts';
import { asSeen, lineOf, saidFrom, type Line, type Token } from './tokens.ts';

interface Term {
  readonly value: number;
  readonly digits: Token | null;
  /** An `and` stands before it, or on it. */
  readonly joined: boolean;
}

const ONES = new Set(ONE_WORDS.flatMap((entry) => words(entry)));
const ONLY_KURDISH = new Set(words(KURDISH_ONLY));
const KURDISH_LETTERS = /[ێۆەڕڵ]/u;
const BESIDE_COURTESY = new Set(words(COURTESY));
const NO_NUMBERS = new Set(words(DAYS_AND_WATER));
const AND = new Set(['و', 'and']);
/** Numerals that only a lone letter stands for; read when digits are right before it (`25k`). */
const LETTERS = new Set(['k']);
/** Two of a unit in one word, and the unit. */
const DUALS = new Map([
  [2000, 1000],
  [2_000_000, 1_000_000],
]);
const TIMES_A_HUNDRED_OR_MORE = new Set([100, 1000, 1_000_000]);

/** The numbers of a text. */
export const numbersIn = (text: string): SaidNumber[] =>
  asSeen(text)
    .split('\n')
    .flatMap((line) => numbersOf(lineOf(line)));

/** The numbers of a line. `isNamed`: tokens of a fact as it is written, which are no claim. */
export function numbersOf(line: Line, isNamed: (at: number) => boolean = () => false): SaidNumber[] {
  const kurdish = KURDISH_LETTERS.test(line.text);
  const found: SaidNumber[] = [];
  for (let at = 0; at < line.tokens.length;) {
    const number = isNamed(at) ? null : numberAt(line, at, kurdish, isNamed);
    if (number !== null) found.push(number);
    at = number?.end ?? at + 1;
  }
  return found;
}

function numberAt(
  line: Line,
  at: number,
  kurdish: boolean,
  isNamed: (at: number) => boolean,
): SaidNumber | null {
  const first = line.tokens[at];
  if (first === undefined) return null;
  if (first.kind === 'unreadable') return unreadable(line, at, at + 1);
  if (first.kind === 'digits') {
    const glued = gluedDigits(line, at);
    if (glued !== null) return unreadable(line, glued.at, glued.end);
  }
  const terms: Term[] = [];
  let end = at;
  for (let next = at; next < line.tokens.length && !isNamed(next);) {
    const place: number = terms.length > 0 && AND.has(line.tokens[next]?.word ?? '') ? next + 1 : next;
    const joined = place > next;
    if (place > at && (line.tokens[place]?.clause !== first.clause || isNamed(place))) break;
    const term = termAt(line, place, kurdish, terms, joined);
    if (term === null || !belongs(terms, term)) break;
    terms.push(term);
    next = place + 1;
    end = next;
  }
  const [only] = terms;
  if (only === undefined || isCourtesy(line, at, end)) return null;
  const said = saidFrom(line, at, end - 1);
  const token = only.digits;
  if (token !== null && terms.length === 1) {
    const clock = clockIn(token.raw);
    return {
      at,
      end,
      said,
      value: (currency) => (clock === null ? decimalIn(token.raw, currency) : null),
      clock,
    };
  }
  return { at, end, said, value: (currency) => inDigits(terms, currency), clock: null };
}

function termAt(
  line: Line,
  at: number,
  kurdish: boolean,
  before: readonly Term[],
  and: boolean,
): Term | null {
  const token = line.tokens[at];
  if (token === undefined) return null;
  // Only the first digits, or those that follow a thousand, are part of one number.
  if (token.kind === 'digits')
    return { value: Number(decimalIn(token.raw, 'EGP') ?? NaN), digits: token, joined: and };
  if (token.kind !== 'word') return null;
  const { word } = token;
  if (NO_NUMBERS.has(word)) return null;
  const joined = and || word.startsWith('و');
  const forms = [word, word.replace(/^و/u, ''), word.replace(/^و?(?:ب|ل|ف|ك)?(?:ال|لل)?/u, '')];
  if (forms.some((form) => LETTERS.has(form))) return lettersAt(token, before);
  if (!kurdish && forms.slice(0, 2).some((form) => ONLY_KURDISH.has(form))) return null;
  if (ONES.has(word.replace(/^و/u, '')))
    return isBesideNumber(line, at) ? { value: 1, digits: null, joined } : null;
  const form = forms.find((candidate) => VALUES.has(candidate));
  const value = form === undefined ? undefined : VALUES.get(form);
  return value === undefined || (form !== word && form === 'ست') ? null : { value, digits: null, joined };
}

function lettersAt(token: Token, before: readonly Term[]): Term | null {
  const last = before.at(-1);
  return last === undefined || last.digits === null || !token.glued
    ? null
    : { value: VALUES.get(token.word) ?? NaN, digits: null, joined: false };
}

/** `واحد وعشرين`, `one hundred`; alone it says nothing. */
function isBesideNumber(line: Line, at: number): boolean {
  const next = line.tokens[at + 1]?.word ?? '';
  const after = AND.has(next) ? (line.tokens[at + 2]?.word ?? '') : next;
  const value = VALUES.get(after) ?? VALUES.get(after.replace(/^و/u, ''));
  return value !== undefined && value >= 10 && (next !== after || after.startsWith('و') || value >= 100);
}

/** Whether a term goes on with the number before it: `خمس` `الاف`, `ميتين` `وخمسين`, `25` `الف`; `250 و 300` are two. */
function belongs(terms: readonly Term[], term: Term): boolean {
  const last = terms.at(-1);
  if (last === undefined) return true;
  if (term.digits !== null) return last.value >= 1000 && last.digits === null && term.value < last.value;
  if (TIMES_A_HUNDRED_OR_MORE.has(term.value) && term.value > last.value && !term.joined) return true;
  if (last.digits !== null) return false;
  // A word for a number right behind another that it can't be added to is one number, said in a way we don't read.
  return !term.joined || last.value > term.value || (last.value < 10 && term.value >= 20 && term.value < 100);
}

/** What the terms amount to; NaN where people would hear different things (`two fifty`, `الف ونص`). */
function total(terms: readonly Omit<Term, 'digits'>[]): number {
  let [sum, group, last] = [0, 0, Infinity];
  for (const { value, joined } of terms) {
    const dual = DUALS.get(value);
    if (dual !== undefined && group === 0) {
      sum += value;
      last = dual;
    } else if (value === 1000 || value === 1_000_000) {
      sum += (group === 0 ? 1 : group) * value;
      group = 0;
      last = value;
    } else if (value === 100 && group > 0 && group < 10) {
      group *= 100;
      last = 100;
    } else if (joined && last < 10 && value >= 20 && value < 100) {
      group += value;
      last = 1;
    } else if (value < last && last >= 20 && (value >= 1 || terms.length === 1)) {
      group += value;
      last = value;
    } else return NaN;
  }
  return Math.round((sum + group) * 1000) / 1000;
}

function inDigits(terms: readonly Term[], currency: string): string | null {
  const sum = total(
    terms.map(({ value, digits, joined }) => ({
      value: digits === null ? value : Number(decimalIn(digits.raw, currency) ?? NaN),
      joined,
    })),
  );
  return Number.isFinite(sum) ? plainDecimal(String(sum)) : null;
}

const isCourtesy = ({ tokens }: Line, at: number, end: number): boolean =>
  end === at + 1 && tokens[at]?.kind === 'word' && BESIDE_COURTESY.has(tokens[end]?.word ?? '');
