import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Heard } from './server.ts';

/** What can go wrong between two machines, and on which side of "the message was taken". */
const fault = z.discriminatedUnion('kind', [
  /** The provider's own refusal, by its code (Graph) or its HTTP status (Evolution). */
  z.object({
    kind: z.literal('error'),
    code: z.number(),
    subcode: z.number().optional(),
    status: z.number().optional(),
    message: z.string().optional(),
    retryAfter: z.number().optional(),
  }),
  /** A bare status from a proxy, without the provider's words. */
  z.object({ kind: z.literal('http'), status: z.number(), retryAfter: z.number().optional() }),
  /** Reset before the message was taken. */
  z.object({ kind: z.literal('reset') }),
  /** The far end stops speaking without an answer; the message was not taken. */
  z.object({ kind: z.literal('half-close') }),
  /** The message is on its way to the customer, and the answer never comes. */
  z.object({ kind: z.literal('accept-then-time-out') }),
  z.object({ kind: z.literal('accept-then-reset') }),
  /** The answer breaks off in the middle. */
  z.object({ kind: z.literal('accept-then-cut') }),
  /** A proxy's page instead of the answer. */
  z.object({ kind: z.literal('accept-then-garbage') }),
  /** The right answer, late. */
  z.object({ kind: z.literal('slow'), delayMs: z.number() }),
]);
export type Fault = z.infer<typeof fault>;

/** Which requests a fault strikes: the next `times`, or a `share` of all; only those to one customer or account. */
export const faultPlan = z.intersection(
  fault,
  z.object({
    times: z.number().int().positive().optional(),
    share: z.number().min(0).max(1).optional(),
    to: z.string().optional(),
    account: z.string().optional(),
  }),
);
export type FaultPlan = z.infer<typeof faultPlan>;

export interface Faults {
  add(plan: FaultPlan): void;
  clear(): void;
  next(request: { to: string; account: string }): Fault | null;
}

/** `seed` makes the shares come out the same in every run. */
export function createFaults(seed = 1): Faults {
  let plans: { plan: FaultPlan; left: number }[] = [];
  const random = mulberry32(seed);
  return {
    add: (plan) => plans.push({ plan, left: plan.times ?? (plan.share === undefined ? 1 : Infinity) }),
    clear: () => (plans = []),
    next: ({ to, account }) => {
      for (const entry of plans) {
        const { plan } = entry;
        if (plan.to !== undefined && plan.to !== to) continue;
        if (plan.account !== undefined && plan.account !== account) continue;
        if (plan.share !== undefined && random() >= plan.share) continue;
        entry.left -= 1;
        plans = plans.filter(({ left }) => left > 0);
        return plan;
      }
      return null;
    },
  };
}

/** `accept` takes the message and gives the good answer; `refuse` words the provider's own error. */
export async function answerThrough(
  struck: Fault | null,
  heard: Heard,
  accept: () => { status: number; body: unknown },
  refuse: (error: Extract<Fault, { kind: 'error' }>) => { status: number; body: unknown },
): Promise<void> {
  const good = (): void => {
    const { status, body } = accept();
    heard.reply(status, body);
  };
  if (struck === null) {
    good();
    return;
  }
  switch (struck.kind) {
    case 'error': {
      const { status, body } = refuse(struck);
      heard.reply(status, body, retryAfter(struck.retryAfter));
      return;
    }
    case 'http': {
      heard.reply(struck.status, `<html><h1>${struck.status}</h1></html>`, retryAfter(struck.retryAfter));
      return;
    }
    case 'reset':
      heard.socket.resetAndDestroy();
      return;
    case 'half-close':
      heard.socket.end();
      return;
    case 'accept-then-time-out':
      accept();
      return;
    case 'accept-then-reset':
      accept();
      heard.socket.resetAndDestroy();
      return;
    case 'accept-then-cut': {
      const { status, body } = accept();
      heard.cutShort(status, body);
      return;
    }
    case 'accept-then-garbage':
      accept();
      {
        heard.reply(200, '<html>Welcome to the hotel</html>');
        return;
      }
    case 'slow':
      await sleep(struck.delayMs);
      {
        good();
        return;
      }
  }
}

const retryAfter = (seconds: number | undefined): Record<string, string> =>
  seconds === undefined ? {} : { 'retry-after': String(seconds) };

/** A small seeded generator: `Math.random` would make every drill another one. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
