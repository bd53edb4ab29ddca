import type { OrderFact } from '../../answer.ts';
import type { OrderCategory } from '../../../domain/order-status.ts';
import { ORDER_WORDS_DENIED, ORDER_WORDS_STRONG, ORDER_WORDS_WEAK } from './claim-words.ts';
import type { Objection } from './guard.ts';
import { phraseFinder, type Found } from './phrases.ts';
import { speaksOfOrders, type ReadAnswer, type ReadLine } from './speaks.ts';
import { deniedThemselves, isNeutral } from './stock-claims.ts';
import { saidFrom } from './tokens.ts';

type State = keyof typeof ORDER_WORDS_STRONG | keyof typeof ORDER_WORDS_WEAK;

const findStrong = phraseFinder(ORDER_WORDS_STRONG);
const findWeak = phraseFinder(ORDER_WORDS_WEAK);
const findDenied = phraseFinder(ORDER_WORDS_DENIED);
const NOT = /^و?(?:لم|لن|ما|مش|مو|غير|لا|ليس|not|isnt|hasnt|never|no|wasnt|لسه)$/u;

/** Says of an order what is not its state, or that something was done with one. */
export function wrongOrders(answer: ReadAnswer, line: ReadLine): Objection[] {
  const { tokens } = line;
  const orders = line.orders.length > 0 ? line.orders : answer.onlyOrder === null ? [] : [answer.onlyOrder];
  const denied = findDenied(tokens);
  const isIn = (found: { readonly at: number }, others: readonly Found<string>[]): boolean =>
    others.some(({ at, end }) => at <= found.at && found.at < end);
  const strong = findStrong(tokens).filter((found) => !isIn(found, denied));
  const weak = speaksInOrders(answer, line)
    ? findWeak(tokens).filter((found) => !isIn(found, denied) && !isIn(found, strong))
    : [];
  const claims = [
    ...[...strong, ...weak].map((found) => ({ ...found, so: !isDenied(line, found) })),
    ...denied.map((found) => ({ ...found, so: false })),
  ];
  return claims
    .filter((claim) => !line.isNamed(claim.at) && !isNeutral(line, claim))
    .filter(({ means, so }) => !agree(orders, means, so, line.orders.length > 0 && !speaksOfDeciding(line)))
    .map(({ at, end }) => ({ kind: 'order', said: saidFrom(line, at, end) }));
}

const speaksInOrders = (answer: ReadAnswer, line: ReadLine): boolean =>
  speaksOfOrders(line) || answer.lines.some(speaksOfOrders);

/** `هەڵوەشاندنەوەی داواکاری … تۆمار کرا`: what is registered is a decision, not the order. */
const speaksOfDeciding = ({ tokens }: ReadLine): boolean =>
  tokens.some(({ word }) => /^(?:ههلوهشاندنهوه|پشتراستكردنهوه)/u.test(word));

const isDenied = ({ tokens }: ReadLine, { at }: Found<string>): boolean =>
  tokens
    .slice(Math.max(0, at - 2), at)
    .some(
      ({ word, clause }, index, before) =>
        clause === tokens[at]?.clause &&
        NOT.test(word) &&
        !deniedThemselves.has(before[index + 1]?.word ?? ''),
    );

function agree(orders: readonly OrderFact[], state: State, so: boolean, isNamed: boolean): boolean {
  if (state === 'placed') return !so || isNamed;
  if (state === 'undone') return !so;
  if (orders.length === 0) return false;
  return orders.every((order) => (so ? isState(order, state) : isNotState(order, state)));
}

function isState(
  { category, awaitingAnswer }: OrderFact,
  state: Exclude<State, 'placed' | 'undone'>,
): boolean {
  if (state === 'preparing' || state === 'promised') return false;
  if (state === 'awaiting') return awaitingAnswer || category === 'new' || category === 'noAnswer';
  return category === state;
}

/** That it is not shipped can be said only where it is known how the order stands; that it is not cancelled yet, always. */
function isNotState({ category }: OrderFact, state: State): boolean {
  if (category === null) return state === 'cancelled';
  if (state === 'shipped') return category !== 'shipped' && category !== 'delivered';
  if (state === 'confirmed') return !PAST_CONFIRMED.has(category);
  return category !== state;
}
const PAST_CONFIRMED: ReadonlySet<OrderCategory> = new Set(['confirmed', 'shipped', 'delivered']);
