import type { ConversationId, MerchantId } from '../domain/ids.ts';
import type { Tx } from './database.ts';

/** What the console and the merchant's own systems are told. */
export type EventKind =
  | 'message.received'
  | 'message.changed'
  | 'message.sent'
  | 'message.status'
  | 'conversation.changed'
  | 'conversation.needs-human'
  | 'line.state'
  | 'order.updated'
  | 'alert';

export interface NewEvent {
  readonly merchant: MerchantId;
  readonly kind: EventKind;
  readonly conversation?: ConversationId;
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface RecordedEvent {
  readonly seq: number;
  readonly merchant: string;
  readonly kind: EventKind;
  readonly conversation: string | null;
  readonly data: Record<string, unknown>;
  readonly at: Date;
}

/** Part of the transaction that makes it true: an event never tells of what was rolled back. */
export async function recordEvent(tx: Tx, { merchant, kind, conversation, data }: NewEvent): Promise<void> {
  await tx.query('insert into events (merchant, kind, conversation, data) values ($1, $2, $3, $4)', [
    merchant,
    kind,
    conversation ?? null,
    JSON.stringify(data ?? {}),
  ]);
}

/** The events after `seq`, oldest first, none of which a slower writer can still slip in front of. */
export async function eventsAfter(tx: Tx, seq: number, limit = 500): Promise<RecordedEvent[]> {
  return tx.query<RecordedEvent & { [column: string]: unknown }>(
    `select seq::float8 as seq, merchant, kind, conversation, data, at from events
     where seq > $1 and written_by < pg_snapshot_xmin(pg_current_snapshot()) order by seq limit $2`,
    [seq, limit],
  );
}

export async function lastEvent(tx: Tx): Promise<number> {
  const [row] = await tx.query<{ seq: number }>('select coalesce(max(seq), 0)::float8 as seq from events');
  return row?.seq ?? 0;
}

/** The feed is for what is going on now; records that last have tables of their own. */
export async function forgetEvents(tx: Tx, before: Date): Promise<void> {
  await tx.query('delete from events where at < $1', [before]);
}
