import { normalise } from '../../../domain/text.ts';
import type { TurnContext } from '../../answer.ts';
import type { Objection } from './guard.ts';
import { asSeen } from './tokens.ts';

const ADDRESS =
  /(?:https?|ftp|tel|mailto|whatsapp)\s*:\s*\/{0,2}\S+|\bwww\s*\.\s*\S+|[\w.+-]+\s*@\s*[\w-]+(?:\.[\w-]+)*|(?<![\p{L}\p{N}])@\w[\w.]+|(?<![\p{L}\p{N}])(?:[\p{L}\p{N}-]+\.)+[a-z]{2,}(?:\/\S*)?|\b[\w-]+\s*(?:\(dot\)|\[dot\]|\sdot\s)\s*\w+/giu;
/** A phone number, with what people put between its digits; a date or an amount is shorter. */
const PHONE = /(?:\+|00)?\(?\d(?:[\s().\-/]{0,2}\d){7,}/gu;
const CLOSES = /[.,;:!?)\]}»”"'،؛؟]+$/u;

/** Links, addresses and phone numbers that stand in no fact; and the text without those that do. */
export function wrongLinks(
  text: string,
  context: TurnContext,
): { readonly objections: readonly Objection[]; readonly rest: string } {
  const facts = [
    context.merchant.name,
    ...context.catalogue.flatMap(({ name, description }) => [name, description]),
  ]
    .filter((fact) => /[\d@.]/u.test(asSeen(fact)))
    .map((fact) => asSeen(fact).toLowerCase());
  const orders = new Set(context.orders.map(({ id }) => normalise(id)));
  const objections: Objection[] = [];
  const take = (found: string): string => {
    const said = found.replace(CLOSES, '');
    if (isAbbreviation(said) || orders.has(normalise(said)) || isThousands(said)) return found;
    if (facts.some((fact) => standsIn(fact, said.toLowerCase()))) return found.replace(said, ' ');
    objections.push({ kind: 'link', said });
    return found.replace(said, ' ');
  };
  const rest = asSeen(text).replace(ADDRESS, take).replace(PHONE, take);
  return { objections, rest };
}

/** `ج.م`, `a.m`, `e.g`: letters with dots; `30.99`: no words at all. */
const isAbbreviation = (said: string): boolean =>
  /^(?:\p{L}\.)+\p{L}$/u.test(said) || !/\p{L}{2}|\d{7}|@|\d[\s().\-/]+\d/u.test(said);

const isThousands = (said: string): boolean => /^\d{1,3}(?:[.,]\d{3})+$/u.test(said);

/** As a whole: `10.com` does not stand in `shop10.com`. */
function standsIn(fact: string, said: string): boolean {
  for (let at = fact.indexOf(said); at >= 0; at = fact.indexOf(said, at + 1))
    if (!/[\p{L}\p{N}]/u.test(fact[at - 1] ?? '') && !/[\p{L}\p{N}]/u.test(fact[at + said.length] ?? ''))
      return true;
  return false;
}
