import type { ConversationId, LineId, MerchantId, MessageKey } from '../domain/ids.ts';
import { inboundKey } from '../domain/ids.ts';
import type { InboundMessage, Platform } from '../domain/message.ts';
import type { Tx } from './database.ts';
import { recordEvent } from './events.ts';
import { toStored } from './exact-text.ts';

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

/** Keeps a customer's message once, whoever delivers it however often: the key is line and provider's id. */
export async function storeInbound(tx: Tx, to: Destination, message: InboundMessage, nowMs: number): Promise<Stored> {
  const { merchant, line, conversation } = to;
  const key = inboundKey(line, message.id);
  const now = new Date(nowMs);
  const at = new Date(Math.min(message.atMs, nowMs));
  await tx.query(
    `insert into conversations (merchant, id, platform, account, line, customer, send_to, name, last_inbound_at, last_activity_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (merchant, id) do update set
       line = excluded.line,
       send_to = coalesce(excluded.send_to, conversations.send_to),
       name = coalesce(excluded.name, conversations.name),
       last_inbound_at = greatest(conversations.last_inbound_at, excluded.last_inbound_at),
       last_activity_at = greatest(conversations.last_activity_at, excluded.last_activity_at)`,
    [merchant, conversation, to.platform, to.account, line, message.from.address, message.from.sendTo ?? null, message.from.name ?? null, at, now],
  );
  const { text, exact } = toStored(message.text);
  const inserted = await tx.query(
    `insert into messages (merchant, key, conversation, line, direction, by, type, text, exact, payload, media, provider_id, reply_to, at, received_at, ends_window, status)
     values ($1, $2, $3, $4, 'in', 'customer', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'received')
     on conflict do nothing returning key`,
    [
      merchant, key, conversation, line, message.type, text, exact,
      message.payload === undefined ? null : JSON.stringify(message.payload),
      message.media === undefined ? null : JSON.stringify(message.media),
      message.id, message.replyTo ?? null, at, now, message.endsWindow === true,
    ],
  );
  if (inserted.length > 0) {
    await recordEvent(tx, { merchant, kind: 'message.received', conversation, data: { key } });
  }
  const [state] = await tx.query<{ turn: string | null; received_at: Date; ends_window: boolean; unclaimed: number }>(
    `select turn, received_at, ends_window,
       (select count(*)::int from messages u where u.merchant = $1 and u.conversation = $3 and u.direction = 'in' and u.turn is null and u.status = 'received') as unclaimed
     from messages where merchant = $1 and key = $2`,
    [merchant, key, conversation],
  );
  if (state === undefined) throw new Error(`message ${key} was not stored: its key belongs to another merchant's line`);
  return {
    key,
    isNew: inserted.length > 0,
    claimed: state.turn !== null,
    unclaimed: state.unclaimed,
    receivedAtMs: state.received_at.getTime(),
    endsWindow: state.ends_window,
  };
}

/** The newest text before the turn; afterwards only a record of the edit. Returns the conversation, null for a message we never saw. */
export async function storeEdit(tx: Tx, merchant: MerchantId, line: LineId, edit: { id: string; text: string; atMs: number }): Promise<boolean> {
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
export async function storeDeletion(tx: Tx, merchant: MerchantId, line: LineId, id: string): Promise<boolean> {
  const changed = await tx.query(`update messages set status = 'deleted' where merchant = $1 and key = $2 and direction = 'in' returning key`, [
    merchant,
    inboundKey(line, id),
  ]);
  return changed.length > 0;
}
