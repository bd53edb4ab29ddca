import {
  nextRecipient,
  stillCallsFor,
  wanted,
  type OrderSaying,
  type OrderStanding,
} from '../domain/order-plan.ts';
import type { OrderMessage } from '../domain/order-status.ts';

type Named = Pick<OrderSaying, 'type' | 'occurrence'>;

/** What an order's workflow does next. */
export type Step =
  | ({ readonly kind: 'compose'; readonly attempt: number; readonly recipient: string } & Named)
  | ({ readonly kind: 'skip' | 'withdraw'; readonly why: string } & Named)
  | ({ readonly kind: 'send' } & Named)
  /** Its time has not come; `untilMs` null: a person or a change in the sheet must come first. */
  | {
      readonly kind: 'wait';
      readonly reason: string;
      readonly untilMs: number | null;
      readonly about: OrderMessage | null;
    }
  | { readonly kind: 'rest' };

export interface Moment {
  readonly nowMs: number;
  /** When the merchant's quiet hours are over; null: it is not quiet. */
  readonly quietUntilMs: number | null;
}

/** Pure: from what the store says of the order at this moment. What fires is decided here, when it fires. */
export function nextStep(order: OrderStanding, { nowMs, quietUntilMs }: Moment): Step {
  const open = order.messages.find(({ state }) => state === 'asked' || state === 'waiting');
  if (open !== undefined)
    return open.state === 'asked' ? composed(order, open, nowMs) : sent(order, open, { nowMs, quietUntilMs });

  const refused = order.messages.find(({ state, why }) => state === 'failed' && why === 'not-on-whatsapp');
  if (refused !== undefined && stillCallsFor(order, refused).kind === 'yes') {
    const step = composed(order, refused, nowMs);
    if (step.kind !== 'rest') return step;
  }

  const next = wanted(order);
  if (next === null) return { kind: 'rest' };
  const { type, occurrence, fromMs } = next;
  if (!order.switches[type]) return { kind: 'skip', type, occurrence, why: 'switched-off' };
  if (!order.running) return { kind: 'wait', reason: 'automation-stopped', untilMs: null, about: type };
  if (fromMs > nowMs) return { kind: 'wait', reason: 'timer', untilMs: fromMs, about: type };
  if (quietUntilMs !== null)
    return { kind: 'wait', reason: 'quiet-hours', untilMs: quietUntilMs, about: type };
  return composed(order, { type, occurrence, attempt: 0 }, nowMs);
}

function composed(
  order: OrderStanding,
  { type, occurrence, attempt }: Named & { readonly attempt: number },
  nowMs: number,
): Step {
  if (order.phones.length === 0)
    return { kind: 'wait', reason: `phone-${order.phoneProblem ?? 'empty'}`, untilMs: null, about: type };
  const recipient = nextRecipient(order, nowMs);
  switch (recipient.kind) {
    case 'try':
      return { kind: 'compose', type, occurrence, attempt: attempt + 1, recipient: recipient.number };
    case 'later':
      return { kind: 'wait', reason: 'not-on-whatsapp-yet', untilMs: recipient.atMs, about: type };
    case 'none':
      return attempt === 0 ? { kind: 'skip', type, occurrence, why: 'not-on-whatsapp' } : { kind: 'rest' };
  }
}

function sent(order: OrderStanding, open: OrderSaying, { nowMs, quietUntilMs }: Moment): Step {
  const { type, occurrence } = open;
  const standing = stillCallsFor(order, { type, occurrence });
  if (standing.kind === 'no') return { kind: 'withdraw', type, occurrence, why: standing.reason };
  if (standing.kind === 'held') return { kind: 'wait', reason: standing.reason, untilMs: null, about: type };
  if (open.outdated === true) {
    const step = composed(order, open, nowMs);
    return step.kind === 'rest' ? { kind: 'withdraw', type, occurrence, why: 'not-on-whatsapp' } : step;
  }
  const quiet = occurrence.startsWith('again-') ? null : quietUntilMs;
  return quiet === null
    ? { kind: 'send', type, occurrence }
    : { kind: 'wait', reason: 'quiet-hours', untilMs: quiet, about: type };
}
