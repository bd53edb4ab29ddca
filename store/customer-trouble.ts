import type { ConversationId, LineId, MerchantId } from '../domain/ids.ts';
import type { Failure } from '../domain/errors.ts';
import type { Tx } from './database.ts';
import { moveLine, pauseLine } from './lines.ts';
import { setOptOut } from './opt-out.ts';
import { askForHuman } from './turns.ts';

/** The provider wants this customer left in peace. How often in a row is what the next pause is reckoned from. */
export async function pauseCustomer(
  tx: Tx,
  merchant: MerchantId,
  conversation: ConversationId,
  until: Date,
): Promise<void> {
  await tx.query(
    `update conversations set throttled = throttled + 1, paused_until = greatest(paused_until, $3) where merchant = $1 and id = $2`,
    [merchant, conversation, until],
  );
}

/** The provider says that the service window is shut; the customer's next message opens it again. */
export async function closeServiceWindow(
  tx: Tx,
  merchant: MerchantId,
  conversation: ConversationId,
  at: Date,
): Promise<void> {
  await tx.query('update conversations set window_closed_at = $3 where merchant = $1 and id = $2', [
    merchant,
    conversation,
    at,
  ]);
}

/** Where a provider does not say how long. */
const PAUSE_MS = 10_000;
/** Meta's 4^X seconds, X being how often it has said so. */
const CUSTOMER_FACTOR = 4;

/** What a failure that is reported afterwards means beyond the message: for the customer, or for the whole line. */
export async function heedReportedFailure(
  tx: Tx,
  {
    merchant,
    line,
    conversation,
    sendAgain,
    failedBefore,
  }: {
    readonly merchant: MerchantId;
    readonly line: LineId;
    readonly conversation: ConversationId;
    /** It waits to be sent again by itself. */
    readonly sendAgain: boolean;
    readonly failedBefore: number;
  },
  failure: Failure,
  nowMs: number,
): Promise<void> {
  // A customer who is written to too fast is left in peace for longer each time.
  const factor = failure.scope === 'customer' ? CUSTOMER_FACTOR ** failedBefore : 1;
  const until = new Date(nowMs + (failure.retryAfterMs ?? PAUSE_MS) * factor);
  if (failure.optedOut === true) await setOptOut(tx, merchant, conversation, 'opt-out');
  if (failure.reason === 'window-closed')
    await closeServiceWindow(tx, merchant, conversation, new Date(nowMs));
  if (failure.class === 'auth')
    await moveLine(tx, merchant, line, { state: 'logged-out', why: failure.reason });
  if (failure.class === 'throttled') {
    if (failure.scope === 'customer') await pauseCustomer(tx, merchant, conversation, until);
    else await pauseLine(tx, merchant, line, until);
  }
  // It was taken and did not arrive: the customer waits for what will not come by itself.
  if (failure.optedOut !== true && !sendAgain) await askForHuman(tx, merchant, conversation, failure.reason);
}
