import { messageFor, type OrderCategory, type OrderMessage } from './order-status.ts';
import type { PhoneCandidate } from './phone.ts';

/** One message of an order, as far as it got. */
export interface OrderSaying {
  readonly type: OrderMessage;
  /** `1`, `2`… by the order's own course; the message reminded of, for a reminder; `again-…` by a person's hand. */
  readonly occurrence: string;
  /** `asked`: a person wants it sent. `unclear`: it may have left. Everything but `asked` and `waiting` is over. */
  readonly state: 'asked' | 'waiting' | 'unclear' | 'said' | 'failed' | 'skipped' | 'withdrawn';
  readonly why: string | null;
  /** When it got there. */
  readonly atMs: number;
  readonly attempt: number;
  readonly recipient: string | null;
  /** It waits, and the row has another number or says something else since: nothing of it may leave, it is prepared anew. */
  readonly outdated?: boolean;
}

/** All that decides what is said about an order, and when. */
export interface OrderStanding {
  /** Null: the sheet's word means nothing yet. */
  readonly category: OrderCategory | null;
  readonly categorySinceMs: number;
  /** The category in which the order was found at the first connection: it was known, so nothing is said about it. */
  readonly baseline: OrderCategory | null;
  readonly gone: boolean;
  /** The customer or a person has confirmed or cancelled it. */
  readonly decided: boolean;
  readonly messages: readonly OrderSaying[];
  readonly phones: readonly PhoneCandidate[];
  readonly phoneProblem: string | null;
  readonly refused: Readonly<Record<string, Refusal>>;
  /** The automation of the merchant's orders is on. */
  readonly running: boolean;
  readonly switches: Readonly<Record<OrderMessage, boolean>>;
  readonly reminderMs: number;
  readonly offerMs: number;
}

/** A number that the platform did not know. */
export interface Refusal {
  readonly times: number;
  readonly lastMs: number;
}

export interface Wanted {
  readonly type: OrderMessage;
  readonly occurrence: string;
  readonly fromMs: number;
}

/**
 * What is to be said about an order as it stands, and from when; null: nothing, until something changes. A message that
 * was said, tried or skipped is never wanted again by itself, however often the status goes back and forth; one that was
 * withdrawn before it left was not said.
 */
export function wanted(order: OrderStanding): Wanted | null {
  const type = order.category === null || order.gone ? null : messageFor(order.category);
  if (type === null || order.category === order.baseline) return null;
  const sayings = order.messages.filter((saying) => saying.type === type);
  if (sayings.every(({ state }) => state === 'withdrawn')) {
    const patienceMs = type === 'rejectedOffer' ? order.offerMs : 0;
    return { type, occurrence: String(sayings.length + 1), fromMs: order.categorySinceMs + patienceMs };
  }
  return reminder(order, type);
}

/** One reminder of each question, counted from when it was asked or last stood so, whichever is later. */
function reminder(order: OrderStanding, of: OrderMessage): Wanted | null {
  if ((of !== 'newOrder' && of !== 'noAnswer') || order.decided) return null;
  if (order.messages.some(({ type, occurrence }) => type === 'reminder' && occurrence === of)) return null;
  const asked = order.messages.filter(({ type, state }) => type === of && state === 'said');
  if (asked.length === 0) return null;
  const sinceMs = Math.max(order.categorySinceMs, ...asked.map(({ atMs }) => atMs));
  return { type: 'reminder', occurrence: of, fromMs: sinceMs + order.reminderMs };
}

export type Standing =
  | { readonly kind: 'yes' }
  | { readonly kind: 'held'; readonly reason: string }
  /** The order has moved on: what was prepared is not sent. */
  | { readonly kind: 'no'; readonly reason: string };

/** Does the order still call for a message that was prepared for it? Asked again at the very moment of sending. */
export function stillCallsFor(
  order: OrderStanding,
  { type, occurrence }: Pick<OrderSaying, 'type' | 'occurrence'>,
): Standing {
  // What a person sends by hand follows no rule but theirs.
  if (byHand(occurrence)) return { kind: 'yes' };
  if (!order.switches[type]) return { kind: 'no', reason: 'switched-off' };
  if (order.gone) return { kind: 'held', reason: 'row-gone' };
  const called =
    order.category === null || order.category === order.baseline ? null : messageFor(order.category);
  const about = type === 'reminder' ? occurrence : type;
  if (called !== about || (type === 'reminder' && order.decided))
    return { kind: 'no', reason: 'order-moved-on' };
  return order.running ? { kind: 'yes' } : { kind: 'held', reason: 'automation-stopped' };
}

export const byHand = (occurrence: string): boolean => occurrence.startsWith('again-');

/** A refusal is believed when it is repeated this much later: "not on WhatsApp" is also what a bad moment looks like. */
export const ASK_AGAIN_MS = 6 * 3_600_000;

export type Recipient =
  | { readonly kind: 'try'; readonly number: string }
  | { readonly kind: 'later'; readonly atMs: number }
  /** None of the numbers is on WhatsApp, asked twice. */
  | { readonly kind: 'none' };

/** The number to try: the first that was not refused; when all were, each once more, later. */
export function nextRecipient(
  { phones, refused }: Pick<OrderStanding, 'phones' | 'refused'>,
  nowMs: number,
): Recipient {
  const untried = phones.find(({ number }) => refused[number] === undefined);
  if (untried !== undefined) return { kind: 'try', number: untried.number };
  const doubtful = phones.filter(({ number }) => refused[number]?.times === 1);
  const due = doubtful.find(({ number }) => (refused[number]?.lastMs ?? 0) + ASK_AGAIN_MS <= nowMs);
  if (due !== undefined) return { kind: 'try', number: due.number };
  const later = doubtful.map(({ number }) => (refused[number]?.lastMs ?? 0) + ASK_AGAIN_MS);
  return later.length === 0 ? { kind: 'none' } : { kind: 'later', atMs: Math.min(...later) };
}
