import type { CatalogueItem, OrderFact, TurnContext } from '../../answer.ts';
import { DECIDES, IN_STOCK, LEFT, ONE, PIECES, PRICE_WORDS, SENDS, TOTAL_WORDS } from './amount-words.ts';
import { hasBefore, hasNear, isDescribed, isPercent, near } from './company.ts';
import { currenciesIn, type SaidCurrency } from './currency-words.ts';
import type { Objection } from './guard.ts';
import { plainDecimal, type SaidNumber } from './digits.ts';
import { numbersOf } from './numbers.ts';
import { speaksOfOrders, subjectsAt, type ReadAnswer, type ReadLine } from './speaks.ts';
import { speaksOfHours } from './doors.ts';
import { isDayName, isInHours, timeSaid } from './times.ts';
import { saidFrom, UNREADABLE } from './tokens.ts';

/** Lists have no more lines. */
const LONGEST_LIST = 30;

/** A line with its numbers, read once. */
interface Sums {
  readonly answer: ReadAnswer;
  readonly line: ReadLine;
  readonly context: TurnContext;
  readonly numbers: readonly SaidNumber[];
  readonly currencies: ReadonlyMap<SaidNumber, SaidCurrency>;
  readonly aboutOrders: boolean;
}

/** The numbers and currencies of a line that no fact carries. */
export function wrongAmounts(answer: ReadAnswer, line: ReadLine, context: TurnContext): Objection[] {
  const numbers = numbersOf(line, line.isNamed).filter(
    (number) => !isListMark(line, number) && !isDay(line, number),
  );
  const said = currenciesIn(line.tokens).filter(({ at }) => !line.isNamed(at));
  const currencies = new Map<SaidNumber, SaidCurrency>();
  const taken = new Set<SaidCurrency>();
  const give = (fits: (currency: SaidCurrency, number: SaidNumber) => boolean): void => {
    for (const currency of said) {
      const number = numbers.find((candidate) => !currencies.has(candidate) && fits(currency, candidate));
      if (number === undefined || taken.has(currency)) continue;
      currencies.set(number, currency);
      taken.add(currency);
    }
  };
  give(({ at }, number) => number.end === at);
  give(({ end, at, doubtful }, number) => number.at === end && (!doubtful || isCapital(line, at)));
  const sums: Sums = {
    answer,
    line,
    context,
    numbers,
    currencies,
    aboutOrders: answer.lines.some(speaksOfOrders),
  };
  return [
    ...numbers.flatMap((number) => objectionTo(sums, number) ?? []),
    ...said
      .filter((currency) => !taken.has(currency) && !currency.doubtful && !isOnlyNamed(line, currency))
      .map((currency): Objection => ({
        kind: 'price',
        said: saidFrom(line, currency.at - 2, currency.end - 1),
      })),
    ...lastOnes(sums),
  ];
}

/** `LE 250`, and not `try 250`. */
const isCapital = ({ tokens }: ReadLine, at: number): boolean => /^\p{Lu}+$/u.test(tokens[at]?.raw ?? '');

/** A currency spoken of without an amount (`بالجنيه`, `in EGP`). With a word before it that we don't read it may be one. */
function isOnlyNamed({ tokens, spoken }: ReadLine, { at }: SaidCurrency): boolean {
  const before = tokens[at - 1]?.word ?? '';
  return (
    /^(?:بال|ال|وال)/u.test(tokens[at]?.word ?? '') ||
    ['in', 'به', 'له'].includes(before) ||
    spoken.some((mention) => mention.at <= at && at < mention.end)
  );
}

/** `1.`, `2-`, `3)` at the start of a line, before words. */
function isListMark(line: ReadLine, number: SaidNumber): boolean {
  const token = line.tokens[number.at];
  if (
    token === undefined ||
    number.end !== number.at + 1 ||
    !/^\s*[(•*]?\s*$/u.test(line.text.slice(0, token.start))
  )
    return false;
  const next = line.tokens[number.end];
  const gap = line.text.slice(token.end, next?.start);
  const value = Number(token.raw);
  const isMark = /^\s*[.)\-–:]+\s*$/u.test(gap) && !/^\s*:?\s*$/u.test(gap);
  return (
    next?.kind === 'word' &&
    value >= 1 &&
    value <= LONGEST_LIST &&
    isMark &&
    !currenciesIn(line.tokens).some(({ at }) => at === number.end)
  );
}

const isDay = ({ tokens }: ReadLine, { at, end }: SaidNumber): boolean =>
  tokens.slice(at, end + 1).some(({ word }) => isDayName(word)) && tokens[end]?.word === 'شهممه';

function objectionTo(sums: Sums, number: SaidNumber): Objection | null {
  const { line, context } = sums;
  const currency = sums.currencies.get(number);
  const said = saidWith(line, number, currency);
  if (isPercent(line, number, line.isNamed))
    return isDescribed(subjectsOf(sums, number, number.end), line, number, true)
      ? null
      : { kind: 'free', said };
  if (currency !== undefined)
    return isPrice(sums, number, currency) || isTotal(sums, number, currency)
      ? null
      : { kind: 'price', said };
  if (isStockSaid(line, number)) return isStock(sums, number) ? null : { kind: 'stock', said };
  const half = timeSaid(line, number, line.spoken.length === 0 && speaksOfHours(line));
  if (half !== null) return isInHours(line, number, half, context) ? null : { kind: 'hours', said };
  if (isReplyDigit(sums, number)) return null;
  if (isPrice(sums, number, null) || isTotal(sums, number, null)) return null;
  if (hasBefore(line, number, PRICE_WORDS)) return { kind: 'price', said };
  if (isDescribed(subjectsOf(sums, number, number.end), line, number, false)) return null;
  if (hasNear(line, number, IN_STOCK) && isStock(sums, number)) return null;
  return { kind: /\d{7,}/u.test(said.replace(/[\s.-]/gu, '')) ? 'link' : 'number', said };
}

const saidWith = (line: ReadLine, number: SaidNumber, currency: SaidCurrency | undefined): string =>
  saidFrom(
    line,
    Math.min(number.at, currency?.at ?? number.at),
    Math.max(number.end, currency?.end ?? 0) - 1,
  ).replaceAll(UNREADABLE, '?');

function subjectsOf(
  { answer, line, numbers }: Sums,
  number: SaidNumber,
  end: number,
): readonly CatalogueItem[] {
  return subjectsAt(
    answer,
    line,
    number.at,
    end,
    numbers.map(({ at }) => at),
    false,
  );
}

function isPrice(sums: Sums, number: SaidNumber, currency: SaidCurrency | null): boolean {
  const items = subjectsOf(sums, number, Math.max(number.end, currency?.end ?? 0));
  return (
    items.length > 0 &&
    items.every((item) => {
      const own = item.currency || sums.context.merchant.currency;
      return (
        item.price !== null &&
        isAmount(number, item.price, own) &&
        (currency === null || currency.codes.has(own))
      );
    })
  );
}

const isAmount = (number: SaidNumber, fact: string, currency: string): boolean =>
  number.value(currency) === plainDecimal(fact);

/** What an order comes to: of the orders that the line names, else of the only one. */
function isTotal(
  { answer, line, context, aboutOrders }: Sums,
  number: SaidNumber,
  currency: SaidCurrency | null,
): boolean {
  const own = context.merchant.currency;
  if (!aboutOrders || !(speaksOfOrders(line) || hasBefore(line, number, TOTAL_WORDS))) return false;
  const orders: readonly OrderFact[] =
    line.orders.length > 0 ? line.orders : answer.onlyOrder === null ? [] : [answer.onlyOrder];
  return (
    orders.length > 0 &&
    (currency === null || currency.codes.has(own)) &&
    orders.every(({ total }) => total !== null && isAmount(number, total, own))
  );
}

function isStock(sums: Sums, number: SaidNumber): boolean {
  const items = subjectsOf(sums, number, number.end);
  return items.length > 0 && items.every(({ stock }) => stock !== null && number.value('') === String(stock));
}

function isStockSaid(line: ReadLine, number: SaidNumber): boolean {
  const inside = line.tokens.slice(number.at, number.end);
  if (inside.some(({ word }) => PIECES.has(word))) return true;
  const next = line.tokens[number.end];
  return (
    (next !== undefined && next.clause === line.tokens[number.at]?.clause && PIECES.has(next.word)) ||
    hasNear(line, number, LEFT) ||
    (line.tokens[number.end]?.word === 'in' && line.tokens[number.end + 1]?.word === 'stock')
  );
}

/** `أرسل 1 لتأكيده أو 2 لإلغائه`, while an order waits for it. */
function isReplyDigit({ line, context }: Sums, number: SaidNumber): boolean {
  const value = number.value('');
  if ((value !== '1' && value !== '2') || !context.orders.some(({ awaitingAnswer }) => awaitingAnswer))
    return false;
  return (
    line.tokens.some(({ word }) => SENDS.has(word)) &&
    near(line, number).some(({ word }) => DECIDES.test(word))
  );
}

/** `one left`, `آخر قطعة`: the stock is one. */
function lastOnes(sums: Sums): Objection[] {
  const { answer, line } = sums;
  return line.tokens.flatMap(({ word, clause }, at): Objection[] => {
    const next = line.tokens[at + 1];
    const isLast =
      ONE.has(word) &&
      next?.clause === clause &&
      (LEFT.has(next.word) ||
        (/^(?:last|اخر|دوا)$/u.test(word) && (PIECES.has(next.word) || next.word === 'one')));
    if (!isLast || line.isNamed(at)) return [];
    const items = subjectsAt(answer, line, at, at + 2, [], true);
    return items.length > 0 && items.every(({ stock }) => stock === 1)
      ? []
      : [{ kind: 'stock', said: saidFrom(line, at, at + 1) }];
  });
}
