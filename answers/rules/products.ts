import { formatAmount } from '../../domain/money.ts';
import type { AnswerAction, CatalogueItem, HandOverReason } from '../answer.ts';
import type { Mention } from '../catalogue.ts';
import { isUnread } from './media.ts';
import { readMessage, type ReadMessage } from './read-message.ts';
import { leftoverIn, mentionsOf, says, type Saying, type Turn } from './turn.ts';

/** Unknown words beside a price question that may still be a product's name; more is a sentence we did not understand. */
const MOST_UNKNOWN_WORDS = 3;
const MOST_LISTED = 6;

interface Asked {
  readonly price: boolean;
  readonly availability: boolean;
  readonly buy: boolean;
}

/** Prices and availability, from the catalogue and nothing else. Null when the turn asks for neither. */
export function answerProducts(turn: Turn, read: readonly ReadMessage[]): Saying | null {
  const asked: Asked = {
    price: says(read, 'price'),
    availability: says(read, 'availability'),
    buy: says(read, 'buy'),
  };
  const named = mentionsOf(read);
  const asks = asked.price || asked.availability;
  if (named.length > 0) {
    // A product in a sentence that we don't understand (`القميص وصل ممزق`) is no question about its price.
    const understood =
      asks ||
      (leftoverIn(read) === 0 &&
        !says(read, 'beyond') &&
        !says(read, 'order-status') &&
        !says(read, 'hours'));
    return understood || asked.buy ? tell(turn, named, asked) : null;
  }
  if (!asks || turn.context.catalogue.length === 0) return null;
  return meantBefore(turn, read, asked) ?? askWhich(turn, read, asked);
}

/** `بكم هذا؟`: the quoted message, else what was last spoken of, but never when a photo is what is meant. */
function meantBefore(turn: Turn, read: readonly ReadMessage[], asked: Asked): Saying | null {
  if (says(read, 'beyond') || leftoverIn(read) > 0) return null;
  const quoted = new Set(
    read.flatMap(({ message }) => (message.replyToKey === undefined ? [] : [message.replyToKey])),
  );
  const past = turn.context.history.filter(({ key }) =>
    quoted.size === 0 ? true : key !== undefined && quoted.has(key),
  );
  if (quoted.size === 0 && read.some(({ message }) => isUnread(message))) return null;
  for (const { text, atMs } of past.slice(-MOST_LISTED).reverse()) {
    const spoken = readPast(turn, text, atMs);
    const [only] = spoken;
    if (only?.kind === 'one' && spoken.length === 1) return tell(turn, spoken, asked);
    if (spoken.length > 0) return null;
  }
  return null;
}

function readPast(turn: Turn, text: string, atMs: number): Mention[] {
  const [first] = turn.context.messages;
  return first === undefined
    ? []
    : mentionsOf([readMessage({ key: first.key, type: 'text', text, atMs }, turn.context.catalogue)]);
}

function askWhich(turn: Turn, read: readonly ReadMessage[], asked: Asked): Saying | null {
  const { say, context } = turn;
  const unknown = leftoverIn(read);
  // Delivery, sizes, returns: `بكم التوصيل` is not about a product, and no fact answers it.
  if (says(read, 'beyond') || unknown > MOST_UNKNOWN_WORDS) return null;
  const intent = asked.price ? 'price' : 'availability';
  const names = context.catalogue.slice(0, MOST_LISTED).map(({ name }) => name);
  if (unknown > 0) return { intent, lines: [say.noSuchProduct(names)], actions: [] };
  if (read.some(({ message }) => message.type === 'image' && isUnread(message)))
    return { intent, lines: [say.photoNotRead], actions: [] };
  const [only] = context.catalogue;
  if (only !== undefined && context.catalogue.length === 1)
    return tell(turn, [{ kind: 'one', item: only, used: [] }], asked);
  return { intent, lines: [say.whichProduct(names)], actions: [] };
}

function tell(turn: Turn, mentions: readonly Mention[], asked: Asked): Saying {
  const { say, context } = turn;
  const lines: string[] = [];
  const reasons = new Set<HandOverReason>();
  for (const mention of mentions) {
    if (mention.kind === 'several')
      lines.push(say.whichOfThese(mention.items.slice(0, MOST_LISTED).map((item) => listed(turn, item))));
    else lines.push(...about(turn, mention.item, asked, reasons));
  }
  if (asked.buy && reasons.size === 0 && mentions.every(({ kind }) => kind === 'one')) {
    reasons.add('wants-to-order');
    if (!context.alwaysAnswer) lines.push(say.orderPassedOn);
  } else if (reasons.size > 0 && !context.alwaysAnswer) lines.push(say.passedOn);
  const actions: AnswerAction[] = context.alwaysAnswer
    ? []
    : [...reasons].slice(0, 1).map((reason) => ({ kind: 'hand-over', reason }));
  return { intent: asked.availability && !asked.price ? 'availability' : 'price', lines, actions };
}

function about(turn: Turn, item: CatalogueItem, asked: Asked, reasons: Set<HandOverReason>): string[] {
  const { say } = turn;
  const amount = amountOf(turn, item);
  if (item.stock !== null && item.stock <= 0)
    return [
      say.soldOut(item.name),
      ...(asked.price && amount !== null ? [say.price(item.name, amount)] : []),
    ];
  if (asked.availability) {
    if (asked.price && amount === null) reasons.add('price-unknown');
    if (item.stock === null) reasons.add('stock-unknown');
    const priceLine = asked.price && amount === null ? [say.priceNotSet(item.name)] : [];
    return [
      item.stock === null ? say.stockNotKnown(item.name, amount) : say.available(item.name, amount),
      ...priceLine,
    ];
  }
  if (amount === null) {
    reasons.add('price-unknown');
    return [say.priceNotSet(item.name)];
  }
  return [
    asked.price || item.stock === null ? say.price(item.name, amount) : say.available(item.name, amount),
  ];
}

const amountOf = (turn: Turn, item: CatalogueItem): string | null =>
  item.price === null
    ? null
    : formatAmount(item.price, item.currency || turn.context.merchant.currency, turn.language);

function listed(turn: Turn, item: CatalogueItem): string {
  const amount = amountOf(turn, item);
  return amount === null ? item.name : `${item.name}: ${amount}`;
}
