import { replyWords } from './order-reply-words.ts';
import type { ReplyWord } from './order-reply-words.ts';
import { normalise, stripInvisible } from './text.ts';

/** What a customer's answer to an order question asks for. */
export type OrderReply = 'confirm' | 'cancel';

/** An emoji that is the whole answer. */
const EMOJI: ReadonlyMap<string, OrderReply> = new Map([
  ['👍', 'confirm'],
  ['✅', 'confirm'],
  ['❌', 'cancel'],
]);

/**
 * Reads the answer to an open order question; null when it is not plainly one of the two, so that the customer is
 * asked again.
 */
export function readOrderReply(text: string): OrderReply | null {
  const judged = judgeOrderReply(text);
  return judged === 'confirm' || judged === 'cancel' ? judged : null;
}

/**
 * Every word must be known: an order is never confirmed or cancelled by a word picked out of a sentence (`مش تمام`,
 * `لا تلغي`, `الغاء الاشتراك`), nor by a question (`تم التأكيد؟`). `conflict`: all is known, and it says both or is turned
 * round. `unknown`: it says neither, or something else besides.
 */
export function judgeOrderReply(text: string): OrderReply | 'conflict' | 'unknown' {
  if (/[?؟]/.test(text)) return 'unknown';
  const emoji = EMOJI.get(normalise(text));
  if (emoji !== undefined) return emoji;
  const meanings = replyWords(text);
  if (meanings === null || meanings.length === 0) return 'unknown';
  return agreed(chosen(meanings), said(meanings, hasPause(text)));
}

/** The number picked, when the question offered 1 and 2; `conflict` when both were. */
function chosen(meanings: readonly ReplyWord[]): OrderReply | 'nothing' | 'conflict' {
  const one = meanings.includes('one');
  const two = meanings.includes('two');
  if (one && two) return 'conflict';
  if (one) return 'confirm';
  return two ? 'cancel' : 'nothing';
}

/** What the words say without the numbers. */
function said(meanings: readonly ReplyWord[], pause: boolean): OrderReply | 'nothing' | 'conflict' {
  const spoken = joined(
    meanings.filter((word) => word !== 'one' && word !== 'two'),
    pause,
  );
  if (spoken.length === 0) return 'nothing';
  const has = (word: ReplyWord): boolean => spoken.includes(word);
  const declines = has('no') || has('cancel') || has('unwanted');
  // A negation that has not met its verb: what it turns is anybody's guess.
  if (has('negator') || has('yes') === declines) return 'conflict';
  if (has('yes')) return 'confirm';
  // `لا الغاء` may be "no: cancel" or "don't cancel"; `ماريد الغي` is "I don't want to cancel".
  if (has('no') && (has('cancel') || has('want'))) return 'conflict';
  if (has('cancel') && has('unwanted') && spoken.indexOf('unwanted') < spoken.indexOf('cancel'))
    return 'conflict';
  return 'cancel';
}

/** `مش عايز` and `لا اريد` are one thing said; `لا، اريده` is two. */
function joined(meanings: readonly ReplyWord[], pause: boolean): ReplyWord[] {
  const found: ReplyWord[] = [];
  for (const word of meanings) {
    const before = found.at(-1);
    if (word === 'want' && (before === 'negator' || (before === 'no' && !pause)))
      found[found.length - 1] = 'unwanted';
    else found.push(word);
  }
  return found;
}

function agreed(
  number: OrderReply | 'nothing' | 'conflict',
  spoken: OrderReply | 'nothing' | 'conflict',
): OrderReply | 'conflict' | 'unknown' {
  if (number === 'conflict' || spoken === 'conflict') return 'conflict';
  if (number === 'nothing') return spoken === 'nothing' ? 'unknown' : spoken;
  return spoken === 'nothing' || spoken === number ? number : 'conflict';
}

/** A comma or a new line between two words: what stands before it is said for itself. */
const hasPause = (text: string): boolean => /[،,.;؛!:\n–—-]\s*\p{L}/u.test(stripInvisible(text));
