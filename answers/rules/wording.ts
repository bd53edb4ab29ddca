import type { OrderCategory } from '../../domain/order-status.ts';
import type { Language } from '../answer.ts';
import { WORDING_AR } from './wording-ar.ts';
import { WORDING_EN } from './wording-en.ts';
import { WORDING_KU } from './wording-ku.ts';

export type MediaName = 'image' | 'audio' | 'video' | 'document' | 'location' | 'contacts' | 'other';

/** An order as it is spoken of. */
export interface NamedOrder {
  readonly id: string;
  readonly product: string;
}

/**
 * Everything the rules can say, in one language. Names and amounts come in as they are and are never looked into.
 * A sentence that promises a person is said only together with the hand-over that keeps the promise.
 */
export interface Wording {
  greeting(shop: string, salam: boolean): string;
  greetingBefore(salam: boolean): string;
  thanks: string;
  /** What can be asked, where nothing was understood and every turn is answered. */
  fallback: string;

  price(product: string, amount: string): string;
  priceNotSet(product: string): string;
  available(product: string, amount: string | null): string;
  soldOut(product: string): string;
  stockNotKnown(product: string, amount: string | null): string;
  whichOfThese(lines: readonly string[]): string;
  whichProduct(names: readonly string[]): string;
  noSuchProduct(names: readonly string[]): string;
  photoNotRead: string;
  mediaNotRead(media: readonly MediaName[]): string;
  writeInstead: string;

  orderStatus(
    order: NamedOrder,
    category: OrderCategory | null,
    statusText: string,
    total: string | null,
  ): string;
  noOrders: string;
  noOrderWithThatNumber: string;
  confirmed(order: NamedOrder): string;
  cancelled(order: NamedOrder): string;
  confirmOrCancel(order: NamedOrder): string;
  whichOrder(orders: readonly NamedOrder[]): string;
  nothingToConfirm: string;
  cancelWhat: string;
  cancelNeedsPerson(order: NamedOrder | null): string;

  person: string;
  /** Where a model was to answer and could not be asked. */
  cannotAnswerNow: string;
  /** Said after an answer that leaves something open. */
  passedOn: string;
  orderPassedOn: string;

  openUntil(until: string | null): string;
  closedUntil(next: string | null): string;
  week: string;
  dayOff: string;
  /** Between two stretches of one day. */
  and: string;
  days: readonly [mon: string, tue: string, wed: string, thu: string, fri: string, sat: string, sun: string];
  time(hour: number, minute: number): string;
  moment(day: 'today' | 'tomorrow' | number, time: string): string;

  optedOut: string;
  optedIn(shop: string): string;
}

const WORDINGS: Readonly<Record<Language, Wording>> = { ar: WORDING_AR, en: WORDING_EN, ku: WORDING_KU };

/** In every language: what was said once may have been said in another than now. */
export const EVERY_WORDING: readonly Wording[] = Object.values(WORDINGS);

export const wordingIn = (language: Language): Wording => WORDINGS[language];
