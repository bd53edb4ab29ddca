import type { ConversationId, LineId, MerchantId, MessageKey } from '../domain/ids.ts';
import { inboundKey } from '../domain/ids.ts';
import type { InboundMessage, Platform } from '../domain/message.ts';
import type { Tx } from './database.ts';
import { toStored } from './exact-text.ts';
import { storeMessages } from './store-messages.ts';

export interface Destination {
  readonly merchant: MerchantId;
  readonly line: LineId;
  readonly account: string;
  readonly platform: Platform;
  readonly conversation: ConversationId;
}

export interface Stored {
  readonly key: MessageKey;
  /** False for a redelivery. */
  readonly isNew: boolean;
  /** A turn has taken it: there is nothing left to signal. */
  readonly claimed: boolean;
  /** Messages of this conversation that no turn has taken, this one included. */
  readonly unclaimed: number;
  readonly receivedAtMs: number;
  readonly endsWindow: boolean;
}

/** Keeps a customer's message once, whoever delivers it however often. */
export async function storeInbound(
  tx: Tx,
  to: Destination,
  message: InboundMessage,
  nowMs: number,
): Promise<Stored> {
  const [stored] = await storeMessages(tx, [{ to, message }], nowMs);
  if (stored === undefined) throw new Error('a message went in and none came out');
  return stored;
}

/** The newest text before the turn; afterwards only a record of the edit. Returns the conversation, null for a message we never saw. */
export async function storeEdit(
  tx: Tx,
  merchant: MerchantId,
  line: LineId,
  edit: { id: string; text: string; atMs: number },
): Promise<boolean> {
  const { text, exact } = toStored(edit.text);
  const changed = await tx.query(
    `update messages set
       payload = case when turn is null then payload else coalesce(payload, '{}') || jsonb_build_object('editedTo', $3::text) end,
       text = case when turn is null then $3 else text end,
       exact = case when turn is null then $4 else exact end,
       edited_at = $5
     where merchant = $1 and key = $2 and (edited_at is null or edited_at <= $5) returning key`,
    [merchant, inboundKey(line, edit.id), text, exact, new Date(edit.atMs)],
  );
  return changed.length > 0;
}

/** Withdrawn by its sender: left out of a turn to come, only recorded in one that was. */
export async function storeDeletion(
  tx: Tx,
  merchant: MerchantId,
  line: LineId,
  id: string,
): Promise<boolean> {
  const changed = await tx.query(
    `update messages set status = 'deleted' where merchant = $1 and key = $2 and direction = 'in' returning key`,
    [merchant, inboundKey(line, id)],
  );
  return changed.length > 0;
}
