import type { MessageKey } from '../domain/ids.ts';
import type { InboundEcho } from '../domain/message.ts';
import type { Tx } from './database.ts';
import { toStored } from './exact-text.ts';
import type { Destination } from './inbound.ts';

/**
 * The message of ours that an echo brings back; null when the owner typed it on the phone. Found by our key or
 * the provider's id, and, for an echo that overtakes the provider's own answer, by its text among what is just leaving.
 */
export async function ownSend(
  tx: Tx,
  to: Destination,
  echo: Pick<InboundEcho, 'id' | 'key' | 'text'>,
): Promise<MessageKey | null> {
  const [row] = await tx.query<{ key: MessageKey }>(
    `select key from messages where merchant = $1 and line = $2 and direction = 'out' and by <> 'owner-phone'
       and (key = $3 or provider_id = $4 or (conversation = $5 and provider_id is null and status in ('sending', 'unknown') and text = $6))
     order by (key = $3 or provider_id = $4) desc, seq limit 1`,
    [to.merchant, to.line, echo.key ?? '', echo.id, to.conversation, toStored(echo.text).text],
  );
  return row?.key ?? null;
}

/** The owner may write first: then the conversation begins with that. */
export async function keepConversation(
  tx: Tx,
  to: Destination,
  customer: InboundEcho['to'],
  at: Date,
): Promise<void> {
  // Not an update on conflict: that watches one of the two unique keys only, and fails where both come at once.
  tx.queue(
    `insert into conversations (merchant, id, platform, account, line, customer, send_to, name, last_activity_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict do nothing`,
    [
      to.merchant,
      to.conversation,
      to.platform,
      to.account,
      to.line,
      customer.address,
      customer.sendTo ?? null,
      customer.name ?? null,
      at,
    ],
  );
  await tx.query(
    `update conversations set last_activity_at = greatest(last_activity_at, $3) where merchant = $1 and id = $2`,
    [to.merchant, to.conversation, at],
  );
}
