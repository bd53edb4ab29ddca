import type { PhoneCandidate, PhoneProblem } from './phone.ts';
import type { SheetField } from './sheet-columns.ts';

/** What a row says of an order, as typed: the fields that the sheet has. Phones are read apart. */
export type OrderFields = Readonly<Partial<Record<SheetField, string>>>;

/** The customer's numbers, or what keeps them from being known. */
export interface OrderPhones {
  readonly phones: readonly PhoneCandidate[];
  readonly problem: {
    readonly problem: PhoneProblem;
    readonly raw: string;
    readonly from: PhoneCandidate['from'];
  } | null;
}

/** One reading of an order's row. */
export interface OrderRow extends OrderPhones {
  readonly fields: OrderFields;
  readonly status: string;
}

declare const brand: unique symbol;
/** Names an order inside a merchant, for ever: in URLs and in workflow ids. */
export type OrderId = string & { readonly [brand]: 'OrderId' };
export const orderId = (text: string): OrderId => text as OrderId;
