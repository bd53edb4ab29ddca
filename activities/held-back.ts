import type { Tx } from '../store/database.ts';
import { recordWaiting, type SendFacts, type SendRef } from '../store/sending.ts';
import type { Delivery } from '../workflows/conversation-activities.ts';
import type { ActivityContext } from './context.ts';
import { lineOf } from './line-trouble.ts';
import { withinPace } from './within-pace.ts';

/** The destination fails so steadily that it is left alone: what waits goes on by itself when it is tried again. */
export const DESTINATION_FAILING = 'destination-failing';

/** A part that may leave, but not at this moment: its destination is failing, or the line's pace has no room yet. */
export async function heldBack(
  { resilience, now }: ActivityContext,
  tx: Tx,
  send: SendRef,
  facts: SendFacts,
): Promise<Delivery | null> {
  const waitMs = resilience.comeBackInMs(lineOf(facts));
  if (waitMs > 0) return hold(tx, send, DESTINATION_FAILING, now() + waitMs);
  const may = await withinPace(tx, send, facts, now());
  return may.kind === 'held' ? hold(tx, send, may.reason, may.untilMs) : null;
}

export async function hold(tx: Tx, send: SendRef, reason: string, untilMs: number | null): Promise<Delivery> {
  await recordWaiting(tx, send, reason, untilMs);
  return { kind: 'held', reason, untilMs };
}
