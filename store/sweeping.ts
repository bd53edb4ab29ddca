import {
  conversationId,
  lineId,
  merchantId,
  messageKey,
  type ConversationId,
  type LineId,
  type MerchantId,
  type MessageKey,
} from '../domain/ids.ts';
import type { Platform } from '../domain/message.ts';
import type { Tx } from './database.ts';
import { isLeftToPerson } from './unclear.ts';

export interface Unanswered {
  readonly merchant: MerchantId;
  readonly platform: Platform;
  readonly conversation: ConversationId;
  readonly line: LineId;
  readonly key: MessageKey;
  readonly receivedAtMs: number;
  readonly endsWindow: boolean;
}

export type UnclearSend = Pick<Unanswered, 'merchant' | 'platform' | 'conversation' | 'key'>;

/**
 * Messages that were stored but that no turn has taken for longer than any window lasts: their signal was
 * lost with the process that should have sent it. Each is taken by one sweeper, and again only after a pause
 * that doubles: a conversation that rightly waits (its line is down) is not signalled for ever.
 */
export async function takeUnclaimed(tx: Tx, olderThan: Date, limit: number): Promise<Unanswered[]> {
  const rows = await tx.query<{
    merchant: string;
    platform: Platform;
    conversation: string;
    line: string;
    key: string;
    received_at: Date;
    ends_window: boolean;
  }>(
    `with due as (
       select merchant, key from messages
       where direction = 'in' and turn is null and status = 'received' and received_at < $1
         and (swept_at is null or swept_at < now() - least(interval '1 hour', interval '30 seconds' * power(2, least(swept, 10))))
       order by received_at limit $2 for update skip locked)
     update messages m set swept = swept + 1, swept_at = now() from due, conversations c
     where m.merchant = due.merchant and m.key = due.key and c.merchant = m.merchant and c.id = m.conversation
     returning m.merchant, c.platform, m.conversation, m.line, m.key, m.received_at, m.ends_window`,
    [olderThan, limit],
  );
  return rows.map((row) => ({
    ...conversationOf(row),
    line: lineId(row.line),
    key: messageKey(row.key),
    receivedAtMs: row.received_at.getTime(),
    endsWindow: row.ends_window,
  }));
}

/** Taken, but nobody could be told of them: due again at once. The pauses are for those that were signalled. */
export async function putBack(tx: Tx, lost: readonly Unanswered[]): Promise<void> {
  for (const { merchant, key } of lost) {
    await tx.query(
      'update messages set swept = greatest(swept - 1, 0), swept_at = null where merchant = $1 and key = $2',
      [merchant, key],
    );
  }
}

/** Turns that have been open for long: either something rightly waits, or their run is gone. The caller asks Temporal which. */
export async function longOpenTurns(tx: Tx, openedBefore: Date, limit: number): Promise<Unanswered[]> {
  const rows = await tx.query<{
    merchant: string;
    platform: Platform;
    conversation: string;
    line: string;
    key: string | null;
    received_at: Date | null;
  }>(
    `select t.merchant, c.platform, t.conversation, c.line, m.key, m.received_at
     from turns t join conversations c on c.merchant = t.merchant and c.id = t.conversation
     left join lateral (select key, received_at from messages i where i.merchant = t.merchant and i.turn = t.id and i.direction = 'in' order by seq limit 1) m on true
     where t.state = 'open' and t.opened_at < $1 -- Any of them, in turn: turns that rightly wait for long must not hide one that is lost.
     order by random() limit $2`,
    [openedBefore, limit],
  );
  return rows.map((row) => ({
    ...conversationOf(row),
    line: lineId(row.line),
    key: messageKey(row.key ?? `lost/${row.conversation}`),
    receivedAtMs: row.received_at?.getTime() ?? 0,
    endsWindow: true,
  }));
}

/**
 * What waits to be sent although no run knows of it: a person's words or what is to be sent again, whose signal was lost;
 * a part of an answer whose turn is over (not of a conversation that was closed: there nothing is sent any more).
 */
export async function takeForgottenSends(tx: Tx, olderThan: Date, limit: number): Promise<Unanswered[]> {
  const rows = await tx.query<{
    merchant: string;
    platform: Platform;
    conversation: string;
    line: string;
    key: string;
    received_at: Date;
  }>(
    `with due as (
       select m.merchant, m.key from messages m left join turns t on t.merchant = m.merchant and t.id = m.turn
       where m.direction = 'out' and m.received_at < $1
         and m.status = 'waiting' and (m.by = 'human' or m.failed_ids is not null or t.state = 'answered')
         and (m.swept_at is null or m.swept_at < now() - least(interval '1 hour', interval '30 seconds' * power(2, least(m.swept, 10))))
       order by m.received_at limit $2 for update of m skip locked)
     update messages m set swept = swept + 1, swept_at = now() from due, conversations c
     where m.merchant = due.merchant and m.key = due.key and c.merchant = m.merchant and c.id = m.conversation
     returning m.merchant, c.platform, m.conversation, m.line, m.key, m.received_at`,
    [olderThan, limit],
  );
  return rows.map((row) => ({
    ...conversationOf(row),
    line: lineId(row.line),
    key: messageKey(row.key),
    receivedAtMs: row.received_at.getTime(),
    endsWindow: true,
  }));
}

/** Sends of which nothing was heard, in no open turn, and no person told: a run looks after each, or it was forgotten. The caller asks Temporal which. */
export async function unclearSends(tx: Tx, olderThan: Date, limit: number): Promise<UnclearSend[]> {
  const rows = await tx.query<{ merchant: string; platform: Platform; conversation: string; key: string }>(
    `select m.merchant, c.platform, m.conversation, m.key
     from messages m join conversations c on c.merchant = m.merchant and c.id = m.conversation
     left join turns t on t.merchant = m.merchant and t.id = m.turn
     where m.direction = 'out' and m.status in ('sending', 'unknown') and m.order_id is null and m.received_at < $1
       and not ${isLeftToPerson('m')} and t.state is distinct from 'open'
     order by random() limit $2`,
    [olderThan, limit],
  );
  return rows.map((row) => ({ ...conversationOf(row), key: messageKey(row.key) }));
}

const conversationOf = (row: {
  readonly merchant: string;
  readonly platform: Platform;
  readonly conversation: string;
}): Pick<Unanswered, 'merchant' | 'platform' | 'conversation'> => ({
  merchant: merchantId(row.merchant),
  platform: row.platform,
  conversation: conversationId(row.conversation),
});
