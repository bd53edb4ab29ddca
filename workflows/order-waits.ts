import { asksForAnswer } from '../domain/order-message.ts';
import type { OrderStanding } from '../domain/order-plan.ts';
import { isFinal } from '../domain/order-status.ts';
import type { Noted } from './order-activities.ts';
import type { Step } from './order-steps.ts';

/** Waits that only a person or another row can end. */
const FOR_A_PERSON = /^(?:phone-|missing-|template-)/;

/** What people see of an order that does nothing at this moment. */
export function noted(order: OrderStanding, step: Extract<Step, { kind: 'wait' | 'rest' }>): Noted {
  if (step.kind === 'wait') {
    const { reason, untilMs, about } = step;
    const asking = reason === 'timer' && isAsked(order);
    const phase = FOR_A_PERSON.test(reason) ? 'needs-human' : asking ? 'asked' : 'waiting';
    return { phase, waiting: { reason, untilMs, about } };
  }
  if (order.messages.some(({ state }) => state === 'unclear'))
    return { phase: 'needs-human', waiting: { reason: 'unclear-send', untilMs: null, about: null } };
  if (order.category === null)
    return { phase: 'needs-human', waiting: { reason: 'unknown-status', untilMs: null, about: null } };
  if (isFinal(order.category)) return { phase: 'done', waiting: null };
  if (isAsked(order)) return { phase: 'asked', waiting: null };
  return { phase: order.category === order.baseline ? 'known' : 'idle', waiting: null };
}

/** A question has reached the customer, and nobody has answered it. */
export function isAsked(order: Pick<OrderStanding, 'messages' | 'category' | 'decided'>): boolean {
  if (order.decided || order.category === null) return false;
  const open = order.category === 'new' || order.category === 'noAnswer' || order.category === 'rejected';
  return (
    open &&
    order.messages.some(
      ({ type, state }) =>
        state === 'said' &&
        asksForAnswer(type) &&
        (order.category === 'rejected') === (type === 'rejectedOffer'),
    )
  );
}
