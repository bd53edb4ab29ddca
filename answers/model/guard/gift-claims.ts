import type { CatalogueItem } from '../../answer.ts';
import { GIFT_WORDS, REFUSES } from './claim-words.ts';
import type { Objection } from './guard.ts';
import { phraseFinder, type Found } from './phrases.ts';
import { deniedThemselves } from './stock-claims.ts';
import { subjectsAt, type ReadAnswer, type ReadLine } from './speaks.ts';
import { saidFrom, tokensOf, type Token } from './tokens.ts';

const findGifts = phraseFinder(GIFT_WORDS);
const findRefusals = phraseFinder(REFUSES);
/** How far before it a denial may stand. `No problem, a discount …` denies nothing. */
const NEAR = 2;

/** What is given for nothing or for less, unless the product's own description says so. */
export const wrongGifts = (answer: ReadAnswer, line: ReadLine): Objection[] =>
  findGifts(line.tokens)
    .filter(
      (found) =>
        !line.isNamed(found.at) &&
        !isIdiom(line, found) &&
        !isRefused(line, found) &&
        !isDescribed(answer, line, found),
    )
    .map(({ at, end }) => ({ kind: 'free', said: saidFrom(line, at, end - 1) }));

/** `feel free to ask`. */
const isIdiom = ({ tokens }: ReadLine, { at }: Found<string>): boolean =>
  tokens[at]?.word === 'free' && (tokens[at - 1]?.word === 'feel' || tokens[at + 1]?.word === 'to');

function isRefused({ tokens }: ReadLine, { at, end }: Found<string>): boolean {
  const clause = tokens[at]?.clause;
  const before = findRefusals(tokens).some(
    (refusal) =>
      refusal.end <= at &&
      !deniedThemselves.has(tokens[refusal.end]?.word ?? '') &&
      at - refusal.end <= (tokens[refusal.at]?.word === 'no' ? 0 : NEAR) &&
      tokens[refusal.at]?.clause === clause,
  );
  return before || /^(?:نييه|نيه)$/u.test(tokens[end]?.word ?? '');
}

/** The same word, beside a word that it has beside it in the description: `شحن مجاني` makes no shirt free. */
function isDescribed(answer: ReadAnswer, line: ReadLine, found: Found<string>): boolean {
  const items: readonly CatalogueItem[] = subjectsAt(answer, line, found.at, found.end, [], true);
  const said = besideOf(line.tokens, found);
  const word = line.tokens[found.at]?.word;
  return (
    items.length > 0 &&
    items.every(({ description }) => {
      const tokens = tokensOf(description);
      return findGifts(tokens).some(
        (known) =>
          tokens[known.at]?.word === word && [...besideOf(tokens, known)].some((beside) => said.has(beside)),
      );
    })
  );
}

const besideOf = (tokens: readonly Token[], { at, end }: Found<string>): Set<string> =>
  new Set(
    [...tokens.slice(Math.max(0, at - 2), at), ...tokens.slice(end, end + 1)].map(({ word }) =>
      word.replace(/^و?ال/u, ''),
    ),
  );
