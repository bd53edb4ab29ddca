import { currencyName } from './currencies.ts';
import { discounted, formatAmount, readAmount } from './money.ts';
import type { OrderFields, OrderPhones } from './order.ts';
import type { OrderMessage } from './order-status.ts';
import { render, type Rendered, type Template, type TemplateValues } from './template.ts';

/** The merchant's facts that messages speak of. */
export interface Shopkeeper {
  readonly name: string;
  readonly language: string;
  readonly currency: string;
  /** Where a customer calls; null where the merchant has set none. */
  readonly supportPhone: string | null;
}

/** What a rejected order is offered for, where the merchant has set no other discount. */
export const DEFAULT_DISCOUNT = 20;

/** The values of one order's message. What the sheet does not have, or has in words that are no amount, has no value. */
export function orderValues(
  {
    fields,
    phones,
    number,
  }: Pick<OrderPhones, 'phones'> & { readonly fields: OrderFields; readonly number: string | null },
  { name: company, language, currency: usual, supportPhone }: Shopkeeper,
  discount: number = DEFAULT_DISCOUNT,
): TemplateValues {
  const total = readAmount(fields.total ?? '', usual);
  const currency = total?.currency ?? usual;
  const plain = (amount: string): string => formatAmount(amount, null, language);
  return {
    name: fields.name ?? null,
    product: fields.product ?? fields.details ?? null,
    quantity: fields.quantity ?? null,
    total: total === null ? null : plain(total.amount),
    currency: currencyName(currency, language),
    discountedTotal: total === null ? null : plain(discounted(total.amount, discount, currency)),
    orderId: number,
    phone: phones[0]?.number ?? null,
    address: fields.address ?? null,
    governorate: fields.governorate ?? null,
    status: fields.status ?? null,
    date: fields.orderDate ?? null,
    tracking: fields.tracking ?? null,
    company,
    supportPhone,
  };
}

/** One order's message as its customer would read it, or the values that a person must first find. */
export const renderOrderMessage = (
  template: Template,
  order: Parameters<typeof orderValues>[0],
  shop: Shopkeeper,
  discount?: number,
): Rendered => render(template, orderValues(order, shop, discount));

/** Those after which the customer is asked to confirm or cancel. */
const QUESTIONS: ReadonlySet<OrderMessage> = new Set(['newOrder', 'noAnswer', 'reminder', 'rejectedOffer']);
export const asksForAnswer = (type: OrderMessage): boolean => QUESTIONS.has(type);
