import { words } from '../../../domain/text.ts';
import type { CatalogueItem, TurnContext } from '../../answer.ts';
import { readMessage } from '../../rules/read-message.ts';
import { says } from '../../rules/turn.ts';
import { ASKS, DENIED_THEMSELVES, NEGATORS, NEUTRAL, PEOPLE, STOCK_WORDS, YES_WORDS } from './claim-words.ts';
import type { Objection } from './guard.ts';
import { phraseFinder, type Found } from './phrases.ts';
import { subjectsAt, type ReadAnswer, type ReadLine } from './speaks.ts';
import { speaksOfHours } from './doors.ts';
import { saidFrom } from './tokens.ts';

type StockWord = keyof typeof STOCK_WORDS;

const findStock = phraseFinder(STOCK_WORDS);
const findNeutral = phraseFinder(NEUTRAL);
const findYes = phraseFinder(YES_WORDS);
const negators = new Set(words(NEGATORS));
const asks = new Set(words(ASKS));
export const deniedThemselves = new Set(words(DENIED_THEMSELVES));
const people = new Set(words(PEOPLE));
/** A bare yes: with more words beside it says what it affirms itself. */
const LONGEST_YES = 3;
/** `we have a question`, `we don't have a price for …` are of other things than the product. */
const OTHER_THINGS = new Set(
  words(
    'price prices question information info details idea noted received passed your سعر السعر مشكلة مشكله سؤال معلومات تفاصيل داعي فكرة شك نرخ نرخی زانیاری',
  ),
);

/** Says that a product is there, or is not, against its stock or without one. */
export function wrongStock(answer: ReadAnswer, line: ReadLine, context: TurnContext): Objection[] {
  const claims = findStock(line.tokens)
    .filter(({ at }) => !line.isNamed(at))
    .map((found) => ({ ...found, there: saysThere(line, found) }))
    .filter((claim) => !isNeutral(line, claim) && speaksOfProduct(line, claim))
    // `متوفر لدينا` says one thing.
    .filter(({ at, there }, index, all) => !(all[index - 1]?.end === at && all[index - 1]?.there === there));
  const places = claims.map(({ at }) => at);
  const wrong = claims.filter(({ at, end, there }) => {
    const items = subjectsAt(answer, line, at, end, places, true);
    return items.length === 0 || !items.every((item) => agrees(item, there));
  });
  return [
    ...wrong.map(({ at, end }): Objection => ({ kind: 'stock', said: saidFrom(line, at - 1, end - 1) })),
    ...bareYes(answer, line, context),
  ];
}

const agrees = ({ stock }: CatalogueItem, there: boolean): boolean => stock !== null && stock > 0 === there;

function saysThere(line: ReadLine, { at, end, means }: Found<StockWord>): boolean {
  const clause = line.tokens[at]?.clause;
  const before = line.tokens.slice(Math.max(0, at - 3), at).filter((token) => token.clause === clause);
  const next = line.tokens[end];
  const denied =
    before.some(
      ({ word }, index) => negators.has(word) && !deniedThemselves.has(before[index + 1]?.word ?? ''),
    ) ||
    (next?.clause === clause && /^(?:نييه|نين|نيه|not)$/u.test(next?.word ?? ''));
  const positive = means === 'there' || means === 'have';
  return denied ? !positive : positive;
}

/** A question, a condition, a promise to look: it claims nothing. */
export function isNeutral(line: ReadLine, { at }: { readonly at: number }): boolean {
  const token = line.tokens[at];
  const clause = line.tokens.flatMap((other, place) => (other.clause === token?.clause ? [place] : []));
  const first = line.tokens[clause[0] ?? 0];
  if (token !== undefined && line.questions.has(token.sentence) && asks.has(first?.word ?? '')) return true;
  return findNeutral(line.tokens).some(
    (neutral) =>
      neutral.means === 'open' && neutral.at < at && clause.includes(neutral.at) && !line.isNamed(neutral.at),
  );
}

function speaksOfProduct(line: ReadLine, { at, end, means }: Found<StockWord>): boolean {
  const clause = line.tokens[at]?.clause;
  const named = line.spoken.some((spoken) => line.tokens[spoken.at]?.clause === clause);
  if (means === 'have' || means === 'lack')
    return (
      hasBeside(line, at, end) && !line.tokens.slice(end, end + 3).some(({ word }) => OTHER_THINGS.has(word))
    );
  if (isEndOfOther(line, at, end)) return false;
  return named || !line.tokens.some((token) => token.clause === clause && people.has(token.word));
}

/** `عندنا قميص`, `قميص عندنا`; a product at the other end of the clause is not what is had. */
const hasBeside = (line: ReadLine, at: number, end: number): boolean =>
  line.spoken.some(
    (spoken) =>
      line.tokens[spoken.at]?.clause === line.tokens[at]?.clause &&
      ((spoken.at >= end && spoken.at - end <= MOST_BETWEEN) || (spoken.end <= at && at - spoken.end <= 1)),
  );
/** `we have a few of the` white shirts. */
const MOST_BETWEEN = 4;

/** Kurdish ends every `is not` with `نییە`: of a product only behind a word of being there, or behind its name. */
function isEndOfOther(line: ReadLine, at: number, end: number): boolean {
  const word = line.tokens[at]?.word ?? '';
  if (end !== at + 1 || !/^(?:نييه|نين|نيه|ههيه|ههن)$/u.test(word)) return false;
  return !line.spoken.some(
    (spoken) =>
      spoken.end >= at - 1 && spoken.at < at && line.tokens[spoken.at]?.clause === line.tokens[at]?.clause,
  );
}

/** `Yes.` to `is it there?` says that it is. */
function bareYes(answer: ReadAnswer, line: ReadLine, context: TurnContext): Objection[] {
  if (speaksOfHours(line) || speaksOfPeople(line)) return [];
  const read = context.messages.map((message) => readMessage(message, context.catalogue));
  if (!says(read, 'availability') || answer.only === null || agrees(answer.only, true)) return [];
  if (speaksOfStock(line)) return [];
  return yesIn(line)
    .filter(({ clause }) => line.tokens.filter((token) => token.clause === clause).length <= LONGEST_YES)
    .map(({ at, end }) => ({ kind: 'stock', said: saidFrom(line, at, end - 1) }));
}

export const speaksOfPeople = (line: ReadLine): boolean => line.tokens.some(({ word }) => people.has(word));

export const speaksOfStock = (line: ReadLine): boolean =>
  findStock(line.tokens).some(({ at }) => !line.isNamed(at));

/** Where a clause begins with a yes. */
export const yesIn = (
  line: ReadLine,
): { readonly at: number; readonly end: number; readonly clause: number }[] =>
  findYes(line.tokens).flatMap(({ at, end }) => {
    const clause = line.tokens[at]?.clause ?? 0;
    // `أي طلب؟` asks which one.
    if (line.tokens[at]?.word === 'اي' && line.tokens[end]?.clause === clause) return [];
    // In quotes it is a word to send.
    if (/^\s*[»”"]/u.test(line.text.slice(line.tokens[end - 1]?.end))) return [];
    return !line.isNamed(at) && line.tokens.findIndex((token) => token.clause === clause) === at
      ? [{ at, end, clause }]
      : [];
  });
