import type { Failure } from '../domain/errors.ts';
import { setOptOut } from '../store/opt-out.ts';
import { closeServiceWindow, pauseCustomer } from '../store/customer-trouble.ts';
import { recordWaiting, type SendFacts, type SendRef } from '../store/sending.ts';
import type { Delivery } from '../workflows/conversation-activities.ts';
import type { ActivityContext } from './context.ts';
import { WINDOW_CLOSED } from './within-service-window.ts';

/** A customer who is written to too fast, where the provider doesn't say for how long. */
const THROTTLED_CUSTOMER_MS = 4_000;
/** The next look decides what to do outside the window: a template, a person, or to wait. */
const LOOK_AGAIN_MS = 1_000;

/**
 * A failure that concerns this customer beyond this message: peace for a while, the window shut, opted out at the
 * provider's. Null: the message alone is to be judged.
 */
export async function customerTrouble(
  { database, now }: ActivityContext,
  send: SendRef,
  { outgoing }: SendFacts,
  failure: Failure,
): Promise<Delivery | null> {
  const { merchant, conversation } = send;
  if (failure.class === 'throttled' && failure.scope === 'customer') {
    const untilMs = now() + (failure.retryAfterMs ?? THROTTLED_CUSTOMER_MS);
    await database.merchant(merchant, async (tx) => {
      await pauseCustomer(tx, merchant, conversation, new Date(untilMs));
      await recordWaiting(tx, send, 'customer-paused', untilMs);
    });
    return { kind: 'held', reason: 'customer-paused', untilMs };
  }
  if (failure.optedOut === true)
    await database.merchant(merchant, (tx) => setOptOut(tx, merchant, conversation, 'opt-out'));
  // Refused although it went by the rule for outside the window: there is no third way.
  const wentOutside = outgoing.template !== undefined || outgoing.outsideServiceWindow === true;
  if (failure.reason === WINDOW_CLOSED && !wentOutside) {
    const untilMs = now() + LOOK_AGAIN_MS;
    await database.merchant(merchant, async (tx) => {
      await closeServiceWindow(tx, merchant, conversation, new Date(now()));
      await recordWaiting(tx, send, WINDOW_CLOSED, untilMs);
    });
    return { kind: 'held', reason: WINDOW_CLOSED, untilMs };
  }
  return null;
}
