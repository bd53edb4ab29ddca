import type { TurnContext } from '../../answer.ts';
import { wrongAmounts } from './amounts.ts';
import { wrongGifts } from './gift-claims.ts';
import { wrongLinks } from './links.ts';
import { plainDecimal } from './digits.ts';
import { numbersIn, numbersOf } from './numbers.ts';
import { wrongOrders } from './order-claims.ts';
import { readAnswer, type ReadAnswer, type ReadLine } from './speaks.ts';
import { speaksOfPeople, speaksOfStock, wrongStock, yesIn } from './stock-claims.ts';
import { speaksOfHours, wrongDoors } from './doors.ts';
import { saidFrom } from './tokens.ts';

/** Something that a model wants to say and may not, and what it is about. */
export interface Objection {
  readonly kind: 'number' | 'price' | 'stock' | 'order' | 'hours' | 'free' | 'link' | 'agreed' | 'long';
  /** The offending piece, as it was written. */
  readonly said: string;
}

/** Longer is no chat: what a customer would not read is not sent. It bounds the work, too. */
const LONGEST_ANSWER = 1_500;

/**
 * Everything in an answer that the facts do not carry. Empty: it may be sent. Nothing that the customer wrote is a
 * fact, and in doubt it is objected to: the rules answer in its place, while a price that is not so is a promise.
 */
export function objectionsTo(text: string, context: TurnContext): Objection[] {
  if (text.length > LONGEST_ANSWER) return [{ kind: 'long', said: text.slice(0, 40) }];
  const { objections, rest } = wrongLinks(text, context);
  const answer = readAnswer(rest, context);
  const found = [
    ...objections,
    ...answer.lines.flatMap((line) => [
      ...wrongAmounts(answer, line, context),
      ...wrongStock(answer, line, context),
      ...wrongOrders(answer, line),
      ...wrongGifts(answer, line),
      ...wrongDoors(line, context).map(({ at, end }): Objection => ({
        kind: 'hours',
        said: saidFrom(line, at, end),
      })),
      ...agreedTo(answer, line, context),
    ]),
  ];
  return [...new Map(found.map((objection) => [`${objection.kind} ${objection.said}`, objection])).values()];
}

/** `It was 50, right?` – `Yes`: a yes that says nothing else agrees to the number that the customer wrote. */
function agreedTo(answer: ReadAnswer, line: ReadLine, context: TurnContext): Objection[] {
  const yes = yesIn(line);
  const saysMore =
    numbersOf(line).length > 0 ||
    speaksOfHours(line) ||
    speaksOfPeople(line) ||
    (speaksOfStock(line) && line.spoken.length > 0);
  if (yes.length === 0 || saysMore) return [];
  const item = answer.only;
  const currency = item?.currency ?? context.merchant.currency;
  const names = item === null ? [] : [item.name, ...item.aliases].flatMap(numbersIn);
  const facts = new Set([
    ...names.map(({ value }) => value(currency)),
    ...(item === null || item.price === null ? [] : [plainDecimal(item.price)]),
    ...context.orders.flatMap(({ id, total }) => [id, ...(total === null ? [] : [plainDecimal(total)])]),
  ]);
  const asked = context.messages.flatMap(({ text, mediaNote }) => numbersIn(`${text}\n${mediaNote ?? ''}`));
  if (asked.every(({ value, said }) => facts.has(value(currency)) || facts.has(said))) return [];
  return yes.map(({ at, end }) => ({ kind: 'agreed', said: saidFrom(line, at, end - 1) }));
}

const REASONS: Readonly<Record<Objection['kind'], string>> = {
  number: 'a number that is not a fact about what this sentence names',
  price: 'not the price of the product that this sentence names',
  stock: 'the stock of the product that this sentence names does not say so',
  order: "the customer's orders do not say so, and you cannot place or change orders",
  hours: 'the opening hours do not say so',
  free: 'no discount, gift or percentage is known for this product',
  link: 'no such link, address or phone number is known',
  long: 'the answer is too long for a chat',
  agreed: 'it agrees to a number that the customer wrote and that is not a fact',
};

/** The objections as they are told to the model, so that it writes again. */
export const inWords = (objections: readonly Objection[]): string =>
  objections.map(({ kind, said }) => `- “${said.trim()}”: ${REASONS[kind]}.`).join('\n');
