import type { Destination } from '../domain/destination.ts';
import type { Failure } from '../domain/errors.ts';
import { moveLine, pauseLine } from '../store/lines.ts';
import { recordWaiting, type SendFacts, type SendRef } from '../store/sending.ts';
import type { Delivery } from '../workflows/conversation-activities.ts';
import type { ActivityContext } from './context.ts';

/** A line is a destination of its own: another merchant's outage is not this one's. */
export const lineOf = ({ outgoing, line }: SendFacts): Destination => ({
  kind: 'line',
  merchant: outgoing.merchant,
  id: line.id,
});

/** A number that was told to slow down and not for how long: long enough to matter, short enough to try again soon. */
const THROTTLED_LINE_MS = 10_000;

/**
 * A failure that is the whole line's, not this message's: the number must slow down, or the account is refused. Nothing
 * is lost: what waits goes on when the pause is over, or when a person has put the account right. Null: it is neither.
 */
export async function lineTrouble(
  { database, now }: ActivityContext,
  send: SendRef,
  facts: SendFacts,
  failure: Failure,
): Promise<Delivery | null> {
  const { line } = facts;
  if (failure.class === 'throttled' && failure.scope === 'line') {
    const untilMs = now() + (failure.retryAfterMs ?? THROTTLED_LINE_MS);
    await database.merchant(send.merchant, async (tx) => {
      await pauseLine(tx, send.merchant, line.id, new Date(untilMs));
      await recordWaiting(tx, send, 'line-paused', untilMs);
    });
    return { kind: 'held', reason: 'line-paused', untilMs };
  }
  if (failure.class === 'auth') {
    await database.merchant(send.merchant, async (tx) => {
      await recordWaiting(tx, send, failure.reason, null);
      // A line with a connection of its own says itself how it is.
      if (line.channel !== 'whatsapp-web')
        await moveLine(tx, send.merchant, line.id, { state: 'logged-out', why: failure.reason });
    });
    return { kind: 'held', reason: failure.reason, untilMs: null };
  }
  return null;
}
