import type { z } from 'zod';
import type { Order } from '../store/orders.ts';
import { iso, isoOrNull } from './schemas/common.ts';
import type { orderSummary } from './schemas/order.ts';

/** An order as people and programs see it. */
export const orderView = (order: Order): z.input<typeof orderSummary> => {
  const { fields, seen } = order;
  const shown = order.phase === 'settling' && seen !== null ? seen.fields : fields;
  return {
    id: order.id,
    number: order.number,
    name: shown.name ?? null,
    phone: order.phones[0]?.number ?? null,
    ...(order.phoneProblem === null
      ? {}
      : { phoneProblem: { problem: order.phoneProblem.problem, raw: order.phoneProblem.raw } }),
    product: shown.product ?? shown.details ?? null,
    total: shown.total ?? null,
    statusText: order.statusText,
    category: order.category,
    phase: order.phase,
    waiting:
      order.waiting === null ? null : { reason: order.waiting.reason, until: isoOrNull(order.waiting.until) },
    updatedAt: iso(order.updatedAt),
  };
};
