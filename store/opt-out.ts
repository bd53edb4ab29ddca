import type { Command } from '../domain/commands.ts';
import type { ConversationId, MerchantId } from '../domain/ids.ts';
import { recordAudit } from './audit.ts';
import type { Tx } from './database.ts';
import { recordEvent } from './events.ts';

/**
 * Whether the customer of this row of `conversations` has opted out, to whichever of the merchant's lines. The row's own
 * mark comes first: a statement that waited for the row's lock sees it, while the others are as they were when it began.
 */
export const isOptedOut = (row: string): string =>
  `(${row}.opted_out_at is not null or exists (select from conversations o
     where o.merchant = ${row}.merchant and o.platform = ${row}.platform and o.customer = ${row}.customer and o.opted_out_at is not null))`;

/**
 * Opting out marks the conversation in which it was said; opting in again takes every mark of that customer away. What is
 * so already stays as it is, and is not told again.
 */
export async function setOptOut(
  tx: Tx,
  merchant: MerchantId,
  conversation: ConversationId,
  command: Command,
): Promise<void> {
  const optedOut = command === 'opt-out';
  const changed = await tx.query(
    optedOut
      ? `update conversations set opted_out_at = now() where merchant = $1 and id = $2 and not ${isOptedOut('conversations')} returning id`
      : `update conversations c set opted_out_at = null from conversations own
         where own.merchant = $1 and own.id = $2 and c.merchant = own.merchant and c.platform = own.platform
           and c.customer = own.customer and c.opted_out_at is not null returning c.id`,
    [merchant, conversation],
  );
  if (changed.length === 0) return;
  const told = await tx.query<{ id: ConversationId }>(
    `select c.id from conversations own join conversations c on c.merchant = own.merchant and c.platform = own.platform and c.customer = own.customer
     where own.merchant = $1 and own.id = $2 order by c.id`,
    [merchant, conversation],
  );
  for (const { id } of told)
    await recordEvent(tx, { merchant, kind: 'conversation.changed', conversation: id, data: { optedOut } });
  await recordAudit(tx, merchant, { actor: 'customer', action: command, subject: conversation });
}
