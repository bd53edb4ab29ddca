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

/** Part of the transaction that makes it true: an event never tells of what was rolled back. */
export function recordEvent(tx: Tx, { merchant, kind, conversation, data }: NewEvent): Promise<void> {
  tx.queue('insert into events (merchant, kind, conversation, data) values ($1, $2, $3, $4)', [
    merchant,
    kind,
    conversation ?? null,
    JSON.stringify(data ?? {}),
  ]);
  return Promise.resolve();
}

/** As many at a time: the oldest are looked at by their number, which is indexed, whatever their age. */
const FORGOTTEN_AT_ONCE = 1_000;

/** The feed is for what is going on now; records that last have tables of their own. */
export async function forgetEvents(tx: Tx, before: Date): Promise<void> {
  for (;;) {
    const forgotten = await tx.query(
      `delete from events where seq = any (array(
         select seq from (select seq, at from events order by seq limit $2) oldest where at < $1)) returning seq`,
      [before, FORGOTTEN_AT_ONCE],
    );
    if (forgotten.length < FORGOTTEN_AT_ONCE) return;
  }
}
