import { normalise } from './text.ts';

/** What a status word of a merchant's sheet means for the order. */
export type OrderCategory =
  'new' | 'noAnswer' | 'confirmed' | 'shipped' | 'rejected' | 'delivered' | 'cancelled' | 'postponed';

/** The messages an order can cause; each has a template and can be switched off. */
export type OrderMessage = 'newOrder' | 'noAnswer' | 'confirmed' | 'shipped' | 'rejectedOffer' | 'reminder';

/** A status cell understood, or the word nobody has mapped yet, as it was typed, for the operator to map. */
export type StatusReading =
  | { readonly kind: 'known'; readonly category: OrderCategory }
  | { readonly kind: 'unknown'; readonly word: string };

/** A merchant's own words, which come before the built-in ones. */
export type MerchantWords = ReadonlyMap<string, OrderCategory> | Readonly<Record<string, OrderCategory>>;

/**
 * The one table of status words. Compared in their normal form, so one entry stands for all its spellings (and the
 * empty word for a cell of blanks and invisible marks).
 */
const WORDS: Readonly<Record<OrderCategory, readonly string[]>> = {
  new: ['', 'جديد', 'طلب جديد', 'قيد المراجعة', 'غير محدد', 'new', 'new order'],
  noAnswer: ['لم يتم الرد', 'لم يرد', 'لا يرد', 'عدم الرد', 'no answer'],
  confirmed: ['تم التأكيد', 'مؤكد', 'confirmed'],
  shipped: ['تم الشحن', 'قيد الشحن', 'shipped'],
  rejected: ['تم الرفض', 'مرفوض', 'رفض الاستلام', 'لم يتم الاستلام', 'rejected'],
  delivered: ['تم التوصيل', 'تم التوصيل بنجاح', 'delivered'],
  cancelled: ['ملغي', 'تم الإلغاء', 'cancelled', 'canceled'],
  postponed: ['مؤجل', 'postponed'],
};

/** Which message each category calls for; null: none. */
const MESSAGES: Readonly<Record<OrderCategory, OrderMessage | null>> = {
  new: 'newOrder',
  noAnswer: 'noAnswer',
  confirmed: 'confirmed',
  shipped: 'shipped',
  rejected: 'rejectedOffer',
  delivered: null,
  cancelled: null,
  postponed: null,
};

const BUILT_IN: ReadonlyMap<string, OrderCategory> = new Map(
  categories().flatMap((category) => WORDS[category].map((word) => [normalise(word), category] as const)),
);

/** Every category, in the order an order usually goes through them. */
export function categories(): readonly OrderCategory[] {
  return ['new', 'noAnswer', 'confirmed', 'shipped', 'rejected', 'delivered', 'cancelled', 'postponed'];
}

/** Makes the reader of a whole sheet's status cells, so that a merchant's words are normalised once and not per row. */
export function statusReader(merchantWords: MerchantWords = {}): (cell: string) => StatusReading {
  const entries = isMap(merchantWords) ? [...merchantWords] : Object.entries(merchantWords);
  const own = new Map(entries.map(([word, category]) => [normalise(word), category]));
  return (cell) => {
    const word = normalise(cell);
    const category = own.get(word) ?? BUILT_IN.get(word);
    return category === undefined ? { kind: 'unknown', word: cell.trim() } : { kind: 'known', category };
  };
}

/** Reads one status cell. Only a whole word counts: `لم يتم التأكيد` is not `تم التأكيد`. */
export function readStatus(cell: string, merchantWords?: MerchantWords): StatusReading {
  return statusReader(merchantWords)(cell);
}

/** The message a category calls for; null when it calls for none. */
export const messageFor = (category: OrderCategory): OrderMessage | null => MESSAGES[category];

/** Whether an order in this category is over: nothing is sent for it and its timers end. */
export const isFinal = (category: OrderCategory): boolean =>
  category === 'delivered' || category === 'cancelled';

const isMap = (words: MerchantWords): words is ReadonlyMap<string, OrderCategory> => words instanceof Map;
