/**
 * Branded ids: a merchant's id can't be handed in where a line's id is meant. They are made at the
 * edge, by the schema that has just checked them, and nowhere else.
 */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type MerchantId = Branded<'MerchantId'>;
export type LineId = Branded<'LineId'>;

/** The conversation's id inside a merchant: a keyed hash of platform, account and customer, never the number itself. */
export type ConversationId = Branded<'ConversationId'>;

/** One turn: the messages claimed together and the answer thought for them. */
export type TurnId = Branded<'TurnId'>;

/**
 * What names a message for ever. Inbound: `<line>/<provider's id>`. Outbound: `<turn>/<part>`, the same for
 * every attempt to send it.
 */
export type MessageKey = Branded<'MessageKey'>;

/** Ids that people choose (merchants, lines): readable in a URL, in a workflow id and in a log. */
export const ID_PATTERN = /^[a-z0-9][a-z0-9_-]{0,62}$/;

export const merchantId = (text: string): MerchantId => checked(text, 'merchant id') as MerchantId;
export const lineId = (text: string): LineId => checked(text, 'line id') as LineId;
export const conversationId = (text: string): ConversationId => text as ConversationId;
export const turnId = (text: string): TurnId => text as TurnId;
export const messageKey = (text: string): MessageKey => text as MessageKey;

export const inboundKey = (line: LineId, providerId: string): MessageKey =>
  messageKey(`${line}/${providerId}`);
export const outboundKey = (turn: TurnId, part: number): MessageKey => messageKey(`${turn}/${part}`);
export const isPartOf = (turn: TurnId, key: MessageKey): boolean => key.startsWith(`${turn}/`);
/** What the keys of orders' messages begin with. */
export const ORDER_KEYS = 'order/';
export const isOrdersMessage = (key: MessageKey): boolean => key.startsWith(ORDER_KEYS);

function checked(text: string, what: string): string {
  if (!ID_PATTERN.test(text)) throw new RangeError(`not a ${what}: ${JSON.stringify(text.slice(0, 80))}`);
  return text;
}
