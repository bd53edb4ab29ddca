import type { Tx } from '../store/database.ts';
import { recordWaiting, type SendFacts, type SendRef } from '../store/sending.ts';
import type { Delivery } from '../workflows/conversation-activities.ts';
import type { ActivityContext } from './context.ts';
import { lineOf } from './line-trouble.ts';
import { withinPace } from './within-pace.ts';

/** A part that may leave, but not at this moment: its destination fails or hangs, or the line's pace has no room yet. */
export async function heldBack(
  { resilience, now }: ActivityContext,
  tx: Tx,
  send: SendRef,
  facts: SendFacts,
): Promise<Delivery | null> {
  const notNow = resilience.notNow(lineOf(facts));
  if (notNow !== null) return hold(tx, send, notNow.reason, now() + notNow.waitMs);
  const may = await withinPace(tx, send, facts, now());
  return may.kind === 'held' ? hold(tx, send, may.reason, may.untilMs) : null;
}

export async function hold(tx: Tx, send: SendRef, reason: string, untilMs: number | null): Promise<Delivery> {
  await recordWaiting(tx, send, reason, untilMs);
  return { kind: 'held', reason, untilMs };
}
