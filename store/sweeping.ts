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

export interface Unanswered {
  readonly merchant: MerchantId;
  readonly platform: Platform;
  readonly conversation: ConversationId;
  readonly line: LineId;
  readonly key: MessageKey;
  readonly receivedAtMs: number;
  readonly endsWindow: boolean;
}

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
    merchant: merchantId(row.merchant),
    platform: row.platform,
    conversation: conversationId(row.conversation),
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
    merchant: merchantId(row.merchant),
    platform: row.platform,
    conversation: conversationId(row.conversation),
    line: lineId(row.line),
    key: messageKey(row.key ?? `lost/${row.conversation}`),
    receivedAtMs: row.received_at?.getTime() ?? 0,
    endsWindow: true,
  }));
}

/** Later than this a run has settled an unclear send or handed it to a person. */
const SETTLED_WITHIN = '15 minutes';

/**
 * What stands in the store as on its way although no run knows of it: a person's words or what is to be sent again,
 * whose signal was lost; a part that waits, or may have left, in a turn that is over (not where a person has been told
 * of it). Delivering it finds out first what became of it, so telling a run that does know of it is harmless.
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
         and (m.status = 'waiting' and (m.by = 'human' or m.failed_ids is not null or t.state <> 'open')
           or m.status in ('sending', 'unknown') and coalesce(m.reason, '') not in ('unclear-send', 'run-lost') and m.order_id is null
             and t.state is distinct from 'open' and m.received_at < $1 - interval '${SETTLED_WITHIN}')
         and (m.swept_at is null or m.swept_at < now() - least(interval '1 hour', interval '30 seconds' * power(2, least(m.swept, 10))))
       order by m.received_at limit $2 for update of m skip locked)
     update messages m set swept = swept + 1, swept_at = now() from due, conversations c
     where m.merchant = due.merchant and m.key = due.key and c.merchant = m.merchant and c.id = m.conversation
     returning m.merchant, c.platform, m.conversation, m.line, m.key, m.received_at`,
    [olderThan, limit],
  );
  return rows.map((row) => ({
    merchant: merchantId(row.merchant),
    platform: row.platform,
    conversation: conversationId(row.conversation),
    line: lineId(row.line),
    key: messageKey(row.key),
    receivedAtMs: row.received_at.getTime(),
    endsWindow: true,
  }));
}
