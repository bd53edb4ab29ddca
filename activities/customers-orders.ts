import type { AnswerAction, OrderFact } from '../answers/answer.ts';
import { readAmount } from '../domain/money.ts';
import { asksForAnswer } from '../domain/order-message.ts';
import type { MessageKey } from '../domain/ids.ts';
import type { Tx } from '../store/database.ts';
import { decideOrder, undoDecisions } from '../store/order-decisions.ts';
import { readOrderFacts } from '../store/order-standing.ts';
import { ordersQuoted } from '../store/order-messages.ts';
import { ordersOfCustomer, type Order } from '../store/orders.ts';
import type { TurnRequest } from '../workflows/conversation-activities.ts';
import { isAsked } from '../workflows/order-waits.ts';

/**
 * What is known of the orders of the customer who writes, and of nobody else's. `quoted`: the messages that this turn
 * answers by quoting them; the order that a quoted message is about is the one that is meant.
 */
export async function ordersOfTurn(
  tx: Tx,
  request: TurnRequest,
  currency: string,
  quoted: readonly MessageKey[],
): Promise<OrderFact[]> {
  const { merchant, nowMs } = request;
  let orders = await ordersOf(tx, request);
  if (orders.some(({ decidedTurn }) => decidedTurn === request.turn)) {
    await undoDecisions(tx, merchant, request.turn, new Date(nowMs));
    orders = await ordersOf(tx, request);
  }
  const about = await ordersQuoted(tx, merchant, quoted);
  const facts: OrderFact[] = [];
  for (const order of orders) {
    const now = await readOrderFacts(tx, { merchant, order: order.id }, nowMs);
    if (now === null) continue;
    const asked = now.sayings
      .filter(({ type, state }) => asksForAnswer(type) && state === 'said')
      .toSorted((a, b) => b.atMs - a.atMs);
    const latest = asked[0];
    const quotedKeys = about.flatMap(({ key, order: one }) => (one === order.id ? [key] : []));
    const awaitingAnswer = isAsked(now.standing);
    facts.push({
      id: nameOf(order),
      product: order.fields.product ?? order.fields.details ?? '',
      total: readAmount(order.fields.total ?? '', currency)?.amount ?? null,
      statusText: order.statusText,
      category: order.category,
      updatedAtMs: order.updatedAt.getTime(),
      awaitingAnswer,
      ...(latest === undefined || !awaitingAnswer ? {} : { askedAtMs: latest.atMs }),
      ...(quotedKeys.length === 0 ? {} : { quotedKeys }),
    });
  }
  return facts;
}

/** The customer's decision, in the transaction that keeps the answer: the thanks are never said without it. */
export async function takeDecision(
  tx: Tx,
  request: TurnRequest,
  action: Extract<AnswerAction, { order: string }>,
): Promise<void> {
  const orders = await ordersOf(tx, request);
  const order = orders.find((one) => nameOf(one) === action.order);
  // The rules can only name an order that was among the facts.
  if (order === undefined)
    throw new Error(`the answer acts on order ${action.order}, which is not this customer's`);
  await decideOrder(
    tx,
    { merchant: request.merchant, order: order.id },
    {
      decision: action.kind === 'confirm-order' ? 'confirm' : 'cancel',
      by: 'customer',
      turn: request.turn,
      at: new Date(request.nowMs),
    },
  );
}

/** As the merchant and the customer call it. */
export const nameOf = ({ number, id }: Order): string => number ?? id;

async function ordersOf(tx: Tx, { merchant, conversation }: TurnRequest): Promise<Order[]> {
  const [row] = await tx.query<{ customer: string }>(
    'select customer from conversations where merchant = $1 and id = $2',
    [merchant, conversation],
  );
  return row === undefined ? [] : ordersOfCustomer(tx, merchant, conversation, row.customer);
}
