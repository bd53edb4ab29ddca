import { words } from '../domain/text.ts';
import type { CatalogueItem } from './answer.ts';
import { likeness } from './likeness.ts';

/** One product that a text speaks of: known for certain, or one of several that fit as well. */
export type Mention =
  | { readonly kind: 'one'; readonly item: CatalogueItem; readonly used: readonly number[] }
  | { readonly kind: 'several'; readonly items: readonly CatalogueItem[]; readonly used: readonly number[] };

export interface Match {
  readonly item: CatalogueItem;
  /** The customer's words that the name explains, weighted by likeness. */
  readonly matched: number;
  /** The share of the product's own name that was said. */
  readonly coverage: number;
  /** Where in the customer's words. */
  readonly used: readonly number[];
}

/** Words that name no product on their own, however many names they are part of. */
const BARE = new Set(words('من في مع على او و ب ل the a an of for with and in on لە و بۆ'));
/** More customer words than this name no product; it bounds the work on a 20,000-letter message. */
const MOST_WORDS = 200;
/** Longer than any product's word; it bounds the work likewise. */
const LONGEST_WORD = 40;
/** More products than this in one turn is a list to be read by a person. */
const MOST_MENTIONS = 5;

/** Products for a free text, best first. For a search box, and for the model's search tool. */
export const searchCatalogue = (items: readonly CatalogueItem[], text: string): Match[] =>
  rank(items, words(text), new Set(), new Map());

/**
 * The products that a customer's words speak of. Two that fit equally are returned as such, to be asked about:
 * a price for the wrong shirt is worse than a question. `plain` are words with a meaning of their own (`بكم`):
 * they are never taken for a misspelt name.
 */
export function mentionsIn(
  items: readonly CatalogueItem[],
  tokens: readonly string[],
  plain: ReadonlySet<string>,
): Mention[] {
  const mentions: Mention[] = [];
  const alike = likenessesOf(items);
  let left = tokens
    .slice(0, MOST_WORDS)
    .map((token, index) => ({ token, index }))
    .filter(({ token }) => token.length <= LONGEST_WORD);
  let open = items;
  while (left.length > 0 && mentions.length < MOST_MENTIONS) {
    const here = left;
    const ranked = rank(
      open,
      here.map(({ token }) => token),
      plain,
      alike,
    );
    const best = ranked[0];
    if (best === undefined) break;
    const equals = asLikelyAs(best, ranked);
    const used = (equals[0] ?? best).used.map((place) => here[place]?.index ?? -1);
    mentions.push(
      equals.length === 1
        ? { kind: 'one', item: (equals[0] ?? best).item, used }
        : { kind: 'several', items: equals.map((match) => match.item), used },
    );
    left = here.filter(({ index }) => !used.includes(index));
    open = open.filter((item) => !equals.some((match) => match.item === item));
  }
  return mentions;
}

/** A name said whole beats one said in part (`قميص` beside `قميص حرير`); of names said in part none is better. */
function asLikelyAs(best: Match, ranked: readonly Match[]): Match[] {
  const close = ranked.filter((match) => best.matched - match.matched < 0.1);
  const whole = close.filter((match) => match.coverage === 1);
  return whole.length > 0 ? whole : close;
}

function rank(
  items: readonly CatalogueItem[],
  tokens: readonly string[],
  plain: ReadonlySet<string>,
  alike: Likenesses,
): Match[] {
  return items
    .map((item) => bestName(item, tokens, plain, alike))
    .filter((match) => match !== null)
    .sort((a, b) => b.matched - a.matched || b.coverage - a.coverage);
}

function bestName(
  item: CatalogueItem,
  tokens: readonly string[],
  plain: ReadonlySet<string>,
  alike: Likenesses,
): Match | null {
  let best: Match | null = null;
  for (const name of namesOf(item)) {
    const match = matchName(item, name, tokens, plain, alike);
    if (match === null) continue;
    if (
      best === null ||
      match.matched > best.matched ||
      (match.matched === best.matched && match.coverage > best.coverage)
    )
      best = match;
  }
  return best;
}

function matchName(
  item: CatalogueItem,
  name: readonly string[],
  tokens: readonly string[],
  plain: ReadonlySet<string>,
  alike: Likenesses,
): Match | null {
  const used: number[] = [];
  let matched = 0;
  let telling = false;
  for (const word of name) {
    const found = closest(word, tokens, used, plain, alike);
    if (found === null) continue;
    used.push(found.place);
    matched += found.alike;
    telling ||= !BARE.has(word) && !/^\p{N}+$/u.test(word);
  }
  return telling ? { item, matched, coverage: used.length / name.length, used } : null;
}

function closest(
  word: string,
  tokens: readonly string[],
  used: readonly number[],
  plain: ReadonlySet<string>,
  alike: Likenesses,
) {
  let best: { place: number; alike: number } | null = null;
  for (const [place, token] of tokens.entries()) {
    if (used.includes(place)) continue;
    const degree = remembered(alike, token, word, plain.has(token));
    if (degree > (best?.alike ?? 0)) best = { place, alike: degree };
  }
  return best;
}

/** How alike two words are, once reckoned: a turn of fifty messages asks a thousand names the same again and again. */
type Likenesses = Map<string, number>;
const likenesses = new WeakMap<readonly CatalogueItem[], Likenesses>();
const names = new WeakMap<CatalogueItem, readonly (readonly string[])[]>();

function likenessesOf(items: readonly CatalogueItem[]): Likenesses {
  const known = likenesses.get(items) ?? new Map<string, number>();
  likenesses.set(items, known);
  return known;
}

function remembered(known: Likenesses, asked: string, named: string, strict: boolean): number {
  const pair = `${asked}\n${named}\n${strict}`;
  const before = known.get(pair);
  if (before !== undefined) return before;
  const degree = likeness(asked, named, strict);
  known.set(pair, degree);
  return degree;
}

function namesOf(item: CatalogueItem): readonly (readonly string[])[] {
  const known = names.get(item) ?? [item.name, ...item.aliases].map((name) => words(name));
  names.set(item, known);
  return known;
}
