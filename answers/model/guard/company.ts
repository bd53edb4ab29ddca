import { words } from '../../../domain/text.ts';
import type { CatalogueItem } from '../../answer.ts';
import type { SaidNumber } from './digits.ts';
import { numbersOf } from './numbers.ts';
import { asSeen, lineOf, type Line, type Token } from './tokens.ts';

/** How far from a number its words stand. */
const NEAR = 3;

/** What stands beside a number says what it is. */
export function isPercent(
  line: Line,
  number: SaidNumber,
  isNamed: (at: number) => boolean = () => false,
): boolean {
  const [next, after] = line.tokens.slice(number.end, number.end + 2);
  const before = line.tokens.slice(Math.max(0, number.at - 2), number.at).map(({ word }) => word);
  return (
    /^(?:[%٪‰]|percent|بالميه|بالماءه|بالمءه|بالمايه)$/u.test(next?.word ?? '') ||
    ((next?.word === 'في' || next?.word === 'per') &&
      /^(?:الميه|الماءه|المءه|cent)$/u.test(after?.word ?? '')) ||
    before.join(' ') === 'له سهدا' ||
    (before.at(-1) === '%' && !isNamed(number.at - 1) && line.tokens[number.at]?.glued === true)
  );
}

export const near = ({ tokens }: Line, { at, end }: SaidNumber): Token[] =>
  [...tokens.slice(Math.max(0, at - NEAR), at), ...tokens.slice(end, end + NEAR)].filter(
    ({ clause }) => clause === tokens[at]?.clause,
  );
export const hasNear = (line: Line, number: SaidNumber, wanted: ReadonlySet<string>): boolean =>
  near(line, number).some(({ word }) => wanted.has(word));
export const hasBefore = ({ tokens }: Line, { at }: SaidNumber, wanted: ReadonlySet<string>): boolean => {
  const before = tokens.slice(Math.max(0, at - NEAR - 1), at);
  const prefixed = tokens[at]?.kind === 'word' && /^ب/u.test(tokens[at].word);
  return (
    prefixed || before.some(({ word, sentence }) => sentence === tokens[at]?.sentence && wanted.has(word))
  );
};

/** A number of a product's name or description, in the company it has there (`50 مل`), with its `%` or without. */
export function isDescribed(
  items: readonly CatalogueItem[],
  said: Line,
  number: SaidNumber,
  percent: boolean,
): boolean {
  const company = new Set(
    near(said, number)
      .map(({ word }) => word)
      .filter((word) => !BARE.has(word)),
  );
  return items.some((item) =>
    [item.name, ...item.aliases, item.description].some((fact) =>
      asSeen(fact)
        .split('\n')
        .some((text) => {
          const line = lineOf(text);
          return numbersOf(line).some(
            (known) =>
              known.value('EGP') !== null &&
              known.value('EGP') === number.value('EGP') &&
              isPercent(line, known) === percent &&
              (percent || near(line, known).some(({ word }) => company.has(word))),
          );
        }),
    ),
  );
}
const BARE = new Set(
  words('من في الى إلى و او ب ل مع على حتى the a an of for with and in on to from is or هو هي لە و بۆ بە تا'),
);
