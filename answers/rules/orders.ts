import { formatAmount } from '../../domain/money.ts';
import { judgeOrderReply } from '../../domain/order-reply.ts';
import { isFinal } from '../../domain/order-status.ts';
import { normalise, words } from '../../domain/text.ts';
import type { OrderFact } from '../answer.ts';
import { buttonIn } from './order-button.ts';
import type { ReadMessage } from './read-message.ts';
import { leftoverIn, says, type Saying, type Turn } from './turn.ts';
import { EVERY_WORDING } from './wording.ts';

type Decision = 'confirm' | 'cancel';
/** `unsure`: it speaks of confirming or cancelling, but not so plainly that an order may hang on it. */
type Reply = Decision | 'unsure';

interface Verdict {
  readonly reply: Reply;
  readonly order: OrderFact | 'which' | null;
  readonly read: ReadMessage;
}

const MOST_ORDERS_SHOWN = 3;
const ORDER_WORDS = new Set(
  words(
    'طلب الطلب طلبي طلبيه الطلبيه طلبيتي اوردر الاوردر اوردري order orders داواکاری داواکارییەکەم داواکاریەکەم ئۆردەر ئۆردەرەکەم',
  ),
);

/** Messages that answer an order's question or want to confirm or cancel one, and the rest of the turn without them. */
export function answerReplies(turn: Turn): {
  readonly saying: Saying | null;
  readonly rest: readonly ReadMessage[];
} {
  const verdicts = turn.read.flatMap((read) => verdictOf(turn, read) ?? []);
  const replies = new Set(verdicts.map(({ read }) => read));
  // A second thought within one turn counts: for each order the last word is the customer's.
  const last = new Map(
    verdicts.map((verdict) => [
      typeof verdict.order === 'string' ? verdict.order : (verdict.order?.id ?? ''),
      verdict,
    ]),
  );
  const sayings = [...last.values()].map((verdict) => sayVerdict(turn, verdict));
  const [first] = sayings;
  return {
    rest: turn.read.filter((read) => !replies.has(read)),
    saying:
      first === undefined
        ? null
        : {
            intent: first.intent,
            lines: sayings.flatMap(({ lines }) => lines),
            actions: sayings.flatMap(({ actions }) => actions),
          },
  };
}

function verdictOf(turn: Turn, read: ReadMessage): Verdict | null {
  const open = turn.context.orders.filter(({ awaitingAnswer }) => awaitingAnswer);
  const button = buttonIn(read.message.payload);
  const reply = button?.decision ?? replyIn(read);
  if (reply === null) return null;
  const named =
    turn.context.orders.find((order) => button?.order === order.id) ??
    quotedOrder(turn, read) ??
    orderNamedIn(turn, read);
  if (named !== undefined) return { reply, read, order: named };
  // A button of an order that is gone from the sheet: no other order is decided in its place.
  if (button !== null && button.order !== null)
    return { reply, read, order: open.length > 0 ? 'which' : null };
  const plain = read.kinds.has('confirm') || read.kinds.has('cancel') || read.kinds.has('keep');
  // Without an open question a bare `نعم` or `لا` answers nothing of ours.
  if (open.length === 0 && !plain && button === null) return null;
  const order = whichOrder(open);
  // `تمام` to a price, to a photo, to the shop's story is said of that: whether it is meant for the order is asked.
  return { reply: order !== null && isQuoting(read) ? 'unsure' : reply, read, order };
}

/** What a message replies. A decision stands alone: with words beside it that we don't understand it is asked about. */
function replyIn(read: ReadMessage): Reply | null {
  const judged = judgeOrderReply(read.message.text);
  if (judged !== 'unknown') return judged === 'conflict' ? 'unsure' : judged;
  // More than a bare answer: what is wanted is told by the words of the rules.
  const { kinds } = read;
  const confirm = kinds.has('confirm') || kinds.has('yes');
  const cancel = kinds.has('cancel') || kinds.has('no');
  if (kinds.has('keep')) return 'unsure';
  if (!confirm && !cancel) return null;
  // `أكيد عندكم؟` and `cancellation policy?` ask something else.
  const asksElse = kinds.has('price') || kinds.has('availability') || kinds.has('hours');
  if (asksElse) return null;
  // `confirmed?` wants to know, it does not decide.
  if (/[?؟]/u.test(read.message.text) || (confirm && cancel) || kinds.has('beyond') || unexplained(read) > 0)
    return 'unsure';
  return confirm ? 'confirm' : 'cancel';
}

/** Unknown words, order numbers aside. */
const unexplained = (read: ReadMessage): number =>
  read.leftover.filter((word) => !/\p{N}/u.test(word)).length;

const isQuoting = ({ message }: ReadMessage): boolean => message.replyToKey !== undefined;

/** The order that the quoted message is about: one of the order's own messages, or ours that asked about it again. */
function quotedOrder({ context }: Turn, { message: { replyToKey } }: ReadMessage): OrderFact | undefined {
  if (replyToKey === undefined) return undefined;
  const quoted = context.history.find(({ key, by }) => key === replyToKey && by === 'bot');
  return context.orders.find(
    (order) =>
      order.quotedKeys?.includes(replyToKey) === true ||
      (quoted !== undefined && EVERY_WORDING.some((say) => quoted.text.includes(say.confirmOrCancel(order)))),
  );
}

/** The order whose number a message writes. A single digit is an answer, not a number. */
export function orderNamedIn({ context }: Turn, { tokens }: ReadMessage): OrderFact | undefined {
  const text = ` ${tokens.join(' ')} `;
  return context.orders.find(
    ({ id }) => normalise(id).length > 1 && text.includes(` ${words(id).join(' ')} `),
  );
}

/** The newest open question is the one a bare reply answers; where that is not known, it is asked about. */
function whichOrder(open: readonly OrderFact[]): OrderFact | 'which' | null {
  const [first, second] = open;
  if (first === undefined || second === undefined) return first ?? null;
  if (open.some(({ askedAtMs }) => askedAtMs === undefined)) return 'which';
  const [newest, next] = [...open].sort((a, b) => (b.askedAtMs ?? 0) - (a.askedAtMs ?? 0));
  return newest === undefined || newest.askedAtMs === next?.askedAtMs ? 'which' : newest;
}

function sayVerdict(turn: Turn, { reply, order, read }: Verdict): Saying {
  const { say, context } = turn;
  const intent =
    reply === 'unsure' ? (read.kinds.has('cancel') || read.kinds.has('keep') ? 'cancel' : 'confirm') : reply;
  if (order === 'which')
    return {
      intent,
      lines: [say.whichOrder(context.orders.filter(({ awaitingAnswer }) => awaitingAnswer))],
      actions: [],
    };
  if (order === null) return withoutQuestion(turn, reply, read);
  if (!order.awaitingAnswer)
    return reply === 'cancel' && !isOver(order)
      ? passCancelOn(turn, order)
      : { intent, lines: [statusLine(turn, order)], actions: [] };
  if (reply === 'unsure') return { intent, lines: [say.confirmOrCancel(order)], actions: [] };
  return reply === 'confirm'
    ? { intent, lines: [say.confirmed(order)], actions: [{ kind: 'confirm-order', order: order.id }] }
    : { intent, lines: [say.cancelled(order)], actions: [{ kind: 'cancel-order', order: order.id }] };
}

/** No question is open. A bare `الغاء` could mean the order or our messages: it is asked, not guessed. */
function withoutQuestion(turn: Turn, reply: Reply, read: ReadMessage): Saying {
  const { say, context } = turn;
  if (reply === 'confirm') return { intent: 'confirm', lines: [say.nothingToConfirm], actions: [] };
  if (reply === 'unsure') return { intent: 'unclear', lines: [], actions: [] };
  if (!read.tokens.some((token) => ORDER_WORDS.has(token)))
    return { intent: 'cancel', lines: [say.cancelWhat], actions: [] };
  const running = context.orders.filter((order) => !isOver(order));
  const [only] = running;
  if (only !== undefined && running.length === 1) return passCancelOn(turn, only);
  return running.length > 1
    ? { intent: 'cancel', lines: [say.whichOrder(running)], actions: [] }
    : passCancelOn(turn, null);
}

/** An order that asked nothing is not ours to cancel any more: a person does, and is told. */
function passCancelOn({ say, context }: Turn, order: OrderFact | null): Saying {
  const lines = [say.cancelNeedsPerson(order)];
  if (context.alwaysAnswer) return { intent: 'cancel', lines, actions: [] };
  return {
    intent: 'cancel',
    lines: [...lines, say.passedOn],
    actions: [{ kind: 'hand-over', reason: 'cancel-request' }],
  };
}

const isOver = ({ category }: OrderFact): boolean => category !== null && isFinal(category);

/** Where the customer's orders are. By number if one is written, else those still on their way, else the last one. */
export function answerOrderStatus(turn: Turn, read: readonly ReadMessage[]): Saying | null {
  const { say, context } = turn;
  const named = read.map((message) => orderNamedIn(turn, message)).filter((order) => order !== undefined);
  const asked = says(read, 'order-status');
  if (!asked && (named.length === 0 || leftoverIn(read) > named.length)) return null;
  if (named.length > 0)
    return {
      intent: 'order-status',
      lines: [...new Set(named)].map((order) => statusLine(turn, order)),
      actions: [],
    };
  if (context.orders.length === 0) return { intent: 'order-status', lines: [say.noOrders], actions: [] };
  const number = read.some(({ leftover }) => leftover.some((word) => /^\p{N}{2,}$/u.test(word)));
  if (number) return { intent: 'order-status', lines: [say.noOrderWithThatNumber], actions: [] };
  const newest = [...context.orders].sort((a, b) => b.updatedAtMs - a.updatedAtMs);
  const running = newest.filter((order) => !isOver(order));
  const shown = running.length > 0 ? running : newest.slice(0, 1);
  return {
    intent: 'order-status',
    lines: shown.slice(0, MOST_ORDERS_SHOWN).map((order) => statusLine(turn, order)),
    actions: [],
  };
}

function statusLine({ say, context, language }: Turn, order: OrderFact): string {
  const total = order.total === null ? null : formatAmount(order.total, context.merchant.currency, language);
  return say.orderStatus(order, order.category, order.statusText, total);
}
