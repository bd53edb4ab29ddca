/** What words can mean, before it is decided what the turn wants. */
export const WORD_KINDS = [
  'greeting',
  'thanks',
  'acknowledge',
  'price',
  'availability',
  'order-status',
  'confirm',
  'yes',
  'cancel',
  'no',
  'keep',
  'human',
  'hours',
  'want',
  'buy',
  'negation',
  'filler',
  'beyond',
  'deictic',
] as const;

/**
 * - `confirm`, `cancel` decide an order wherever they stand; `yes`, `no` only as the whole message
 * - `keep` is a denied confirm or cancel (`لا تلغي`): it decides nothing and is asked about
 * - `acknowledge` wants no answer; `filler` says nothing by itself
 * - `beyond` is what the facts can't answer (delivery, sizes, returns): a person's question
 * - `deictic` points at something shown or said before (`هذا`)
 */
export type WordKind = (typeof WORD_KINDS)[number];

/** The words of one language, by what they mean. */
export type IntentWords = Readonly<Record<WordKind, readonly string[]>>;
