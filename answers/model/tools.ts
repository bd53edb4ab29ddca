import { z } from 'zod';
import { formatAmount } from '../../domain/money.ts';
import type { AnswerAction, CatalogueItem, TurnContext } from '../answer.ts';
import { searchCatalogue } from '../catalogue.ts';
import type { Tool, ToolCall } from './ask.ts';

/** More products than this are no answer to a customer. */
const MOST_PRODUCTS = 8;
/** A product's own text is data of the merchant's; a novel of it would only cost. */
const LONGEST_DESCRIPTION = 500;

/** Why the model may hand a customer over. What the customer asks for outright the rules have handed over before. */
const HAND_OVER_REASONS = ['wants-to-order', 'cancel-request', 'beyond-facts', 'unclear'] as const;

const query = z.object({ query: z.string() });
const reason = z.object({ reason: z.enum(HAND_OVER_REASONS) });

export const TOOLS: readonly Tool[] = [
  {
    name: 'search_catalogue',
    description: 'Products of the shop that fit a text, with their price and stock.',
    parameters: object({ query: { type: 'string', description: 'A product in the customer’s own words' } }),
  },
  {
    name: 'list_orders',
    description: 'The orders of this customer, the newest first.',
    parameters: object({}),
  },
  {
    name: 'hand_over',
    description:
      'Gives the customer to a person of the shop: to place, change or cancel an order, and for whatever the facts do not answer. Say in your answer that somebody will write.',
    parameters: object({ reason: { type: 'string', enum: HAND_OVER_REASONS } }),
  },
];

function object(properties: Readonly<Record<string, unknown>>): Tool['parameters'] {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

/** What a tool says to the model, and what follows from the call. */
export interface ToolOutcome {
  readonly text: string;
  readonly action: AnswerAction | null;
}

/** Never throws: a model that calls a tool wrongly is told so and may do better. */
export function useTool(context: TurnContext, { name, argumentsText }: ToolCall): ToolOutcome {
  switch (name) {
    case 'search_catalogue': {
      const wanted = query.safeParse(parsed(argumentsText));
      return wanted.success
        ? { text: JSON.stringify(productsFor(context, wanted.data.query)), action: null }
        : wrong('search_catalogue needs {"query": text}');
    }
    case 'list_orders':
      return { text: JSON.stringify(ordersOf(context)), action: null };
    case 'hand_over': {
      const why = reason.safeParse(parsed(argumentsText));
      return why.success
        ? { text: 'A person has been asked.', action: { kind: 'hand-over', reason: why.data.reason } }
        : wrong(`hand_over needs {"reason": one of ${HAND_OVER_REASONS.join(', ')}}`);
    }
    default:
      return wrong(`there is no tool ${JSON.stringify(name.slice(0, 40))}`);
  }
}

const wrong = (text: string): ToolOutcome => ({ text, action: null });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** What the shop says of the products that fit a text. */
export const productsFor = (context: TurnContext, text: string): unknown[] =>
  searchCatalogue(context.catalogue, text)
    .slice(0, MOST_PRODUCTS)
    .map(({ item }) => asFact(item));

const asFact = ({ name, price, currency, stock, description }: CatalogueItem): unknown => ({
  name,
  price: price === null ? 'not known: hand over' : formatAmount(price, currency, 'en'),
  stock: stock === null ? 'not known: hand over' : stock > 0 ? `available (${stock})` : 'sold out',
  ...(description === '' ? {} : { description: description.slice(0, LONGEST_DESCRIPTION) }),
});

/** Nothing of where the customer lives or can be called: the model needs none of it. */
export const ordersOf = ({ orders, merchant }: TurnContext): unknown[] =>
  orders.map(({ id, product, total, statusText, category, awaitingAnswer }) => ({
    number: id,
    product,
    ...(total === null ? {} : { total: formatAmount(total, merchant.currency, 'en') }),
    status: category ?? statusText,
    ...(awaitingAnswer ? { waitsFor: 'the customer to confirm or cancel it' } : {}),
  }));
