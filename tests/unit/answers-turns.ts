import type {
  Answer,
  CatalogueItem,
  OrderFact,
  PastMessage,
  TurnContext,
  TurnMessage,
} from '../../answers/answer.ts';
import { createRules } from '../../answers/rules/rules.ts';
import { merchantId, messageKey } from '../../domain/ids.ts';

/** Turns for the tests of the rules: a small shop, and a customer who says this and that. */
export const item = (name: string, rest: Partial<CatalogueItem> = {}): CatalogueItem => ({
  id: name,
  name,
  aliases: [],
  price: '250',
  currency: 'EGP',
  stock: 5,
  description: '',
  ...rest,
});

export const CATALOGUE: readonly CatalogueItem[] = [
  item('قميص أبيض', { aliases: ['white shirt', 'کراسی سپی'] }),
  item('قميص أسود', { price: '275.50', aliases: ['black shirt', 'کراسی ڕەش'] }),
  item('بنطلون جينز', { price: '400', stock: 0, aliases: ['jeans', 'پانتۆڵی جینز'] }),
  item('ساعة يد', { price: '1500', stock: null, aliases: ['watch', 'کاتژمێری دەستی'] }),
  item('عطر العود', { price: null, aliases: ['oud perfume'] }),
  item('فستان سهرة', { price: '900', aliases: ['evening dress'] }),
];

export const order = (id: string, rest: Partial<OrderFact> = {}): OrderFact => ({
  id,
  product: 'قميص أبيض',
  total: '250',
  statusText: 'جديد',
  category: 'new',
  updatedAtMs: 0,
  awaitingAnswer: false,
  ...rest,
});

export const message = (text: string, rest: Partial<TurnMessage> = {}): TurnMessage => ({
  key: messageKey(`sim/${text}`),
  type: 'text',
  text,
  atMs: 0,
  ...rest,
});

export const past = (by: PastMessage['by'], text: string): PastMessage => ({ by, text, atMs: 0 });

export const turn = (
  messages: readonly (string | TurnMessage)[],
  rest: Partial<TurnContext> = {},
): TurnContext => ({
  merchant: {
    id: merchantId('demo'),
    name: 'متجر زاجل',
    language: 'ar',
    currency: 'EGP',
    timezone: 'Africa/Cairo',
    country: 'EG',
  },
  nowMs: Date.parse('2026-03-04T10:00:00Z'),
  messages: messages.map((entry) => (typeof entry === 'string' ? message(entry) : entry)),
  history: [],
  catalogue: CATALOGUE,
  orders: [],
  hours: null,
  toldClosedFor: null,
  optedOut: false,
  alwaysAnswer: false,
  handOverWords: [],
  ...rest,
});

const rules = createRules();
export const answer = (
  messages: readonly (string | TurnMessage)[],
  rest: Partial<TurnContext> = {},
): Promise<Answer> => rules.answer(turn(messages, rest));
