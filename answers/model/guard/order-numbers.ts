import type { Line, Token } from './tokens.ts';

const ORDER =
  /^(?:[وفبل]|ال|بال|وال|لل|فال)?(?:طلب(?:ك|كم|ات|اتك|يه|يتك|يتكم|ين)?|اوردر(?:ك|ات|اتك)?)$|^orders?$|^داواكار|^ئوردهر/u;
const NUMBER = /^(?:ال)?رقم(?:ه|ها)?$|^number$|^id$|^ژماره/u;
/** May stand between such a word and the number. */
const BETWEEN = new Set(['no', 'nr', 'و', 'and', 'هو', 'is', 'الخاص', 'بك', 'با']);
/** `orders 12, 13 and 14`. */
const FARTHEST = 6;

const isNumberSign = (word: string): boolean => ORDER.test(word) || NUMBER.test(word);
export const hasOrderWord = (tokens: readonly Token[]): boolean =>
  tokens.some(({ word }) => ORDER.test(word));

/**
 * An order's number is one only where it is called so (`طلب 50`, `#50`, `order no. 50`), or at the start of a list's line
 * in an answer about orders. Anywhere else the same digits may be a price that the customer wants to hear.
 */
export function isOrderNumber(
  { tokens, text }: Line,
  at: number,
  end: number,
  aboutOrders: boolean,
): boolean {
  const [first, last, next] = [tokens[at], tokens[end - 1], tokens[end]];
  if (first === undefined || last === undefined) return false;
  // `12k` and `2OO` are other numbers.
  if (next?.glued === true && next.kind !== 'sign') return false;
  const before = text.slice(0, first.start);
  const listed = /^\s*[•*-]\s*$/u.test(before) && /^\s*(?:\(.*\))?\s*$/u.test(text.slice(last.end));
  return first.kind === 'word' || /[#№]\s*$/u.test(before) || (aboutOrders && listed) || isCalled(tokens, at);
}

function isCalled(tokens: readonly Token[], at: number): boolean {
  for (let place = at - 1; place >= Math.max(0, at - FARTHEST); place -= 1) {
    const token = tokens[place];
    if (token === undefined || token.sentence !== tokens[at]?.sentence) return false;
    if (isNumberSign(token.word)) return true;
    if (token.kind !== 'digits' && !BETWEEN.has(token.word)) return false;
  }
  return false;
}
