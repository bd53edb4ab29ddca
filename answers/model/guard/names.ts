import type { CatalogueItem } from '../../answer.ts';
import { mentionsIn, type Mention } from '../../catalogue.ts';
import { KNOWN_WORDS } from '../../rules/phrases.ts';
import { currenciesIn } from './currency-words.ts';
import { isNumberWord } from './number-words.ts';
import { standsAt, tokensOf, type Token } from './tokens.ts';

/** Products that a place in a line speaks of; several where the words fit several. */
export interface Spoken {
  readonly at: number;
  readonly end: number;
  readonly items: readonly CatalogueItem[];
}

export interface Names {
  readonly item: CatalogueItem;
  readonly names: readonly (readonly Token[])[];
}

const written = new WeakMap<CatalogueItem, readonly (readonly Token[])[]>();
const namesOf = (item: CatalogueItem): readonly (readonly Token[])[] => {
  const known =
    written.get(item) ??
    // A name of digits alone would make a fact of every number.
    [item.name, ...item.aliases].map(tokensOf).filter((name) => name.some(({ kind }) => kind === 'word'));
  written.set(item, known);
  return known;
};

export function namesByFirstWord(catalogue: readonly CatalogueItem[]): ReadonlyMap<string, readonly Names[]> {
  const byFirst = new Map<string, Names[]>();
  for (const item of catalogue) {
    const starts = new Set(namesOf(item).map((name) => name[0]?.word ?? ''));
    for (const start of starts) {
      const entry = { item, names: namesOf(item).filter((name) => name[0]?.word === start) };
      const known = byFirst.get(start);
      if (known === undefined) byFirst.set(start, [entry]);
      else known.push(entry);
    }
  }
  return byFirst;
}

export function wholeNames(tokens: readonly Token[], named: ReadonlyMap<string, readonly Names[]>): Spoken[] {
  const found: Spoken[] = [];
  for (let at = 0; at < tokens.length;) {
    const here = at;
    const fitting = (named.get(tokens[at]?.word ?? '') ?? []).flatMap(({ item, names }) =>
      names
        .filter((name) => standsAt(tokens, here, name) && !isCutShort(tokens, here + name.length))
        .map((name) => ({ item, end: here + name.length })),
    );
    const end = Math.max(at, ...fitting.map((name) => name.end));
    if (end > at)
      found.push({
        at,
        end,
        items: [...new Set(fitting.filter((name) => name.end === end).map(({ item }) => item))],
      });
    at = Math.max(end, at + 1);
  }
  return found;
}

/** `iPhone 13` is not named by `iPhone 135`, `13k` and the like: those are one token or glued to the next. */
const isCutShort = (tokens: readonly Token[], end: number): boolean => {
  const next = tokens[end];
  return next?.glued === true && next.kind !== 'sign' && tokens[end - 1]?.kind === 'digits';
};

/** Stretches that name products together: `القميص الأبيض` | `والأسود`, and an amount ends one. */
function parts(tokens: readonly Token[], taken: ReadonlySet<number>): number[][] {
  const amountsEnd = new Set(currenciesIn(tokens).flatMap(({ end, doubtful }) => (doubtful ? [] : [end])));
  const found: number[][] = [];
  let clause = -1;
  for (const [at, token] of tokens.entries()) {
    const begins = token.clause !== clause || amountsEnd.has(at) || isAnd(token.word);
    if (begins) found.push([]);
    clause = token.clause;
    if (!taken.has(at) && !isHour(tokens, at) && (token.kind === 'word' || token.kind === 'digits'))
      found.at(-1)?.push(at);
  }
  return found.filter(({ length }) => length > 0);
}
/** `الساعة 9`, `ساعات العمل` name no watch. */
const isHour = (tokens: readonly Token[], at: number): boolean => {
  const next = tokens[at + 1];
  return (
    /^(?:ال)?ساع(?:ه|ات)$|^كاتژمير|^كاتي$/u.test(tokens[at]?.word ?? '') &&
    next !== undefined &&
    (next.kind === 'digits' ||
      isNumberWord(next.word) ||
      /^(?:العمل|عمل|الدوام|دوام\p{L}*|كاركردن)$/u.test(next.word))
  );
};
const isAnd = (word: string): boolean => /^(?:and|or|but|بس|لكن|او|و.*)$/u.test(word);

/** Products named in part or with a slip, by the catalogue's own search. */
export function namesInPart(
  tokens: readonly Token[],
  catalogue: readonly CatalogueItem[],
  taken: ReadonlySet<number>,
): (Spoken & { readonly digits: readonly number[] })[] {
  return parts(tokens, taken).flatMap((places) => {
    const said = places.map((at) => tokens[at]?.word ?? '');
    return searched(catalogue, said).map((mention) => {
      const used = mention.used.map((place) => places[place] ?? 0);
      const items = mention.kind === 'one' ? [mention.item] : mention.items;
      const [at, end] = [Math.min(...used), Math.max(...used) + 1];
      // `الآيفون 13` is said of one piece: its number is the name's.
      const digits = used.filter((place) => tokens[place]?.kind === 'digits');
      return { at, end, items, digits: end - at === used.length && items.length === 1 ? digits : [] };
    });
  });
}

/** The lines of one answer, and the answers of one shop, say the same words again and again. */
const MOST_REMEMBERED = 500;
const searches = new WeakMap<readonly CatalogueItem[], Map<string, readonly Mention[]>>();

function searched(catalogue: readonly CatalogueItem[], said: readonly string[]): readonly Mention[] {
  const known = searches.get(catalogue) ?? new Map<string, readonly Mention[]>();
  searches.set(catalogue, known);
  const key = said.join(' ');
  const mentions = known.get(key) ?? mentionsIn(catalogue, said, KNOWN_WORDS);
  if (known.size < MOST_REMEMBERED) known.set(key, mentions);
  return mentions;
}
