import type { MerchantId, MessageKey } from '../domain/ids.ts';
import type { Author, MessageType } from '../domain/message.ts';
import type { OpeningHours } from '../domain/opening-hours.ts';
import type { OrderCategory } from '../domain/order-status.ts';

/** The languages Zajel speaks: Arabic, English, Kurdish (Sorani). */
export type Language = 'ar' | 'en' | 'ku';

/** One way of answering: the rules, or a model. The same facts in, the same shape out; no clock and no store inside. */
export interface Answerer {
  answer(context: TurnContext): Promise<Answer>;
}

/** All that may be known when a turn is answered. What is not in here may not be stated. Pure data. */
export interface TurnContext {
  readonly merchant: MerchantFacts;
  readonly nowMs: number;
  /** The customer's messages of this turn, in the customer's order. */
  readonly messages: readonly TurnMessage[];
  /** What was said before this turn, oldest first. */
  readonly history: readonly PastMessage[];
  readonly catalogue: readonly CatalogueItem[];
  /** This customer's orders, no one else's. */
  readonly orders: readonly OrderFact[];
  /** Null when the merchant has not said: then nothing is said about them and nobody is "closed". */
  readonly hours: OpeningHours | null;
  /** The closed period (`closedPeriodKey`) this customer was last told about, so that it is said once. */
  readonly toldClosedFor: string | null;
  readonly optedOut: boolean;
  /** Every turn gets an answer, by a fallback where nothing matches, instead of going to a person. */
  readonly alwaysAnswer: boolean;
  /** Words of the merchant's own that go to a person, however they are spelt. */
  readonly handOverWords: readonly string[];
}

export interface MerchantFacts {
  readonly id: MerchantId;
  readonly name: string;
  readonly language: Language;
  readonly currency: string;
  /** IANA name, `Africa/Cairo`. */
  readonly timezone: string;
  readonly country: string;
}

export interface TurnMessage {
  readonly key: MessageKey;
  readonly type: MessageType;
  readonly text: string;
  readonly payload?: Readonly<Record<string, unknown>>;
  /** The message that this one quotes. One that is not in the transcript has a key too, which nothing else has. */
  readonly replyToKey?: MessageKey;
  /** What the media says, where something could read it (a transcript, a description). Absent: not understood. */
  readonly mediaNote?: string;
  readonly atMs: number;
}

export interface PastMessage {
  readonly by: Author;
  readonly text: string;
  readonly atMs: number;
  readonly key?: MessageKey;
}

export interface CatalogueItem {
  readonly id: string;
  readonly name: string;
  readonly aliases: readonly string[];
  /** Decimal text (`250`, `19.50`); null when the merchant has set none. */
  readonly price: string | null;
  readonly currency: string;
  /** Null when the merchant does not count it. */
  readonly stock: number | null;
  readonly description: string;
}

export interface OrderFact {
  readonly id: string;
  readonly product: string;
  /** Decimal text, or null. */
  readonly total: string | null;
  /** As it stands in the merchant's sheet. */
  readonly statusText: string;
  /** Null when the sheet's word is not mapped to one. */
  readonly category: OrderCategory | null;
  readonly updatedAtMs: number;
  /** A question to the customer (confirm or cancel?) is open. */
  readonly awaitingAnswer: boolean;
  /** When that question was put; the newest open one is meant by a bare `نعم`. */
  readonly askedAtMs?: number;
  /** Those of the messages about it that this turn quotes: its questions, and all else that was said of it. */
  readonly quotedKeys?: readonly MessageKey[];
}

export type Intent =
  | 'greeting'
  | 'price'
  | 'availability'
  | 'order-status'
  | 'confirm'
  | 'cancel'
  | 'human'
  | 'hours'
  | 'opt-out'
  | 'opt-in'
  | 'thanks'
  | 'unclear'
  | 'none';

export type AnswerAction =
  | { readonly kind: 'hand-over'; readonly reason: HandOverReason }
  | { readonly kind: 'opt-out' }
  | { readonly kind: 'opt-in' }
  | { readonly kind: 'confirm-order'; readonly order: string }
  | { readonly kind: 'cancel-order'; readonly order: string }
  /** The customer was told that the shop is closed: keep the period, so that it is not said again. */
  | { readonly kind: 'told-closed'; readonly period: string };

/** Why a person is needed, for the task in the console. */
export type HandOverReason =
  | 'asked-for-human'
  | 'unclear'
  | 'beyond-facts'
  | 'price-unknown'
  | 'stock-unknown'
  | 'wants-to-order'
  | 'cancel-request'
  | 'model-down';

export interface Answer {
  /** The weightiest of what the customer wants; the texts answer all of it. */
  readonly intent: Intent;
  /** What to send, in order, before it is split to the channel's limit. Empty: say nothing. */
  readonly texts: readonly string[];
  readonly actions: readonly AnswerAction[];
}
