import type { CatalogueItem, OrderFact, TurnContext } from '../../answer.ts';
import { readMessage } from '../../rules/read-message.ts';
import { mentionsOf } from '../../rules/turn.ts';
import { namesByFirstWord, namesInPart, wholeNames, type Names, type Spoken } from './names.ts';
import { hasOrderWord, isOrderNumber } from './order-numbers.ts';
import { linesOf, standsAt, tokensOf, type Line, type Token } from './tokens.ts';

/** A line of the answer, with what it speaks of. */
export interface ReadLine extends Line {
  readonly spoken: readonly Spoken[];
  /** Part of a name, an order's number or another fact as it is written: no claim of its own. */
  readonly isNamed: (at: number) => boolean;
  /** The orders whose number the line writes. */
  readonly orders: readonly OrderFact[];
}

/** Which products a place in an answer is about: all of these. Empty: it can't be told. */
export interface ReadAnswer {
  readonly lines: readonly ReadLine[];
  /** The only product that the whole answer, or else the customer's turn, speaks of. */
  readonly only: CatalogueItem | null;
  /** The only order that the answer can speak of where a line names none. */
  readonly onlyOrder: OrderFact | null;
}

export function readAnswer(text: string, context: TurnContext): ReadAnswer {
  const named = namesByFirstWord(context.catalogue);
  const plain = linesOf(text);
  const aboutOrders = plain.some(({ tokens }) => hasOrderWord(tokens));
  const lines = plain.map((line) => readLine(line, context, named, aboutOrders));
  const asked = certain(
    mentionsOf(context.messages.map((message) => readMessage(message, context.catalogue))).map((mention) =>
      mention.kind === 'one' ? [mention.item] : mention.items,
    ),
  );
  const settled = settle(lines, asked);
  const spoken = settled.flatMap((line) => line.spoken.map(({ items }) => items));
  const orders = new Set(lines.flatMap((line) => line.orders));
  return {
    lines: settled,
    only: onlyOf(spoken.length > 0 ? new Set(spoken.flat()) : asked),
    onlyOrder: onlyOf(orders.size > 0 ? orders : new Set(context.orders)),
  };
}

const onlyOf = <Thing>(things: ReadonlySet<Thing>): Thing | null => {
  const [only] = things;
  return only !== undefined && things.size === 1 ? only : null;
};

const certain = (spoken: readonly (readonly CatalogueItem[])[]): Set<CatalogueItem> =>
  new Set(spoken.flatMap((items) => (items.length === 1 ? items : [])));

/** `القميص` is the shirt that the answer, or else the customer, named for certain; where there is none it is each of them. */
function settle(lines: readonly ReadLine[], asked: ReadonlySet<CatalogueItem>): ReadLine[] {
  const all = certain(lines.flatMap(({ spoken }) => spoken.map(({ items }) => items)));
  return lines.map((line) => {
    const here = certain(line.spoken.map(({ items }) => items));
    const spoken = line.spoken.flatMap((mention) => {
      // `قميصان: قميص أبيض … وقميص أسود`: both are named right there.
      if (mention.items.length > 1 && mention.items.filter((item) => here.has(item)).length > 1) return [];
      for (const known of [here, all, asked]) {
        const meant = mention.items.filter((item) => known.has(item));
        if (meant.length === 1) return [{ ...mention, items: meant }];
      }
      return [mention];
    });
    return { ...line, spoken };
  });
}

function readLine(
  line: Line,
  context: TurnContext,
  named: ReadonlyMap<string, readonly Names[]>,
  aboutOrders: boolean,
): ReadLine {
  const whole = wholeNames(line.tokens, named);
  const inName = new Set(whole.flatMap(({ at, end }) => range(at, end)));
  const inPart = namesInPart(line.tokens, context.catalogue, inName);
  const spoken = [...whole, ...inPart].sort((a, b) => a.at - b.at);
  const orders: OrderFact[] = [];
  const facts = new Set([...inName, ...inPart.flatMap(({ digits }) => digits)]);
  for (const order of context.orders) {
    const places = placesOf(line.tokens, tokensOf(order.id)).filter(({ at, end }) =>
      isOrderNumber(line, at, end, aboutOrders),
    );
    if (places.length === 0) continue;
    orders.push(order);
    for (const { at, end } of places) for (const place of range(at, end)) facts.add(place);
    for (const words of [order.product, order.category === null ? order.statusText : ''])
      if (/\p{L}/u.test(words))
        for (const { at, end } of placesOf(line.tokens, tokensOf(words)))
          for (const place of range(at, end)) facts.add(place);
  }
  if (/\p{L}/u.test(context.merchant.name))
    for (const { at, end } of placesOf(line.tokens, tokensOf(context.merchant.name)))
      for (const place of range(at, end)) facts.add(place);
  return { ...line, spoken, orders, isNamed: (at) => facts.has(at) };
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);

const placesOf = (tokens: readonly Token[], wanted: readonly Token[]): { at: number; end: number }[] =>
  tokens.flatMap((_, at) => (standsAt(tokens, at, wanted) ? [{ at, end: at + wanted.length }] : []));

export const speaksOfOrders = ({ tokens, orders }: ReadLine): boolean =>
  orders.length > 0 || hasOrderWord(tokens);

/** What a number or a claim is about. `claims`: it belongs to its own clause first (`نفد الفستان`). */
export function subjectsAt(
  answer: ReadAnswer,
  line: ReadLine,
  at: number,
  end: number,
  boundaries: readonly number[],
  claims: boolean,
): readonly CatalogueItem[] {
  const clause = line.tokens[at]?.clause;
  const since = Math.max(-1, ...boundaries.filter((place) => place < at));
  const until = Math.min(line.tokens.length, ...boundaries.filter((place) => place > at));
  const inClause = (spoken: Spoken): boolean => line.tokens[spoken.at]?.clause === clause;
  const before = line.spoken.filter((spoken) => spoken.at < at && spoken.at > since);
  const after = line.spoken.filter((spoken) => spoken.at >= end && spoken.at < until && inClause(spoken));
  const earlier = line.spoken.filter((spoken) => spoken.at < at);
  const lastGroup = earlier.slice(-1);
  const directly = after.filter((spoken) => spoken.at <= end + 2 && isFor(line.tokens, spoken.at));
  const groups = claims
    ? [before.filter(inClause), after, before, lastGroup]
    : [directly.slice(0, 1), before.filter(inClause), before, lastGroup, after.slice(0, 1)];
  const group = groups.find(({ length }) => length > 0);
  if (group !== undefined) return [...new Set(group.flatMap(({ items }) => items))];
  return answer.only === null ? [] : [answer.only];
}

const FOR = new Set(['for', 'ل', 'بو', 'لل']);
const isFor = (tokens: readonly Token[], at: number): boolean =>
  /^لل?\p{L}{2}/u.test(tokens[at]?.word ?? '') || FOR.has(tokens[at - 1]?.word ?? '');
