import {
  conversationId,
  messageKey,
  type ConversationId,
  type LineId,
  type MerchantId,
  type MessageKey,
} from '../domain/ids.ts';
import type { OutboundStatus, StatusNews } from '../domain/message.ts';
import type { Tx } from './database.ts';
import { recordEvent } from './events.ts';
import { closeTurn, endWaitingParts } from './turns.ts';
import { turnId } from '../domain/ids.ts';

/**
 * Statuses arrive repeated, late and out of order: the ladder only goes up, and whatever the order, the same set of
 * statuses ends in the same state. `failed` replaces only what nobody has confirmed to have reached the customer, and
 * such a confirmation replaces a `failed`. One of a part that waits proves that an attempt thought lost had left.
 */
const MAY_FOLLOW: Record<StatusNews['status'], readonly OutboundStatus[]> = {
  sent: ['waiting', 'sending', 'unknown', 'accepted'],
  delivered: ['waiting', 'sending', 'unknown', 'failed', 'accepted', 'sent'],
  read: ['waiting', 'sending', 'unknown', 'failed', 'accepted', 'sent', 'delivered'],
  failed: ['sending', 'unknown', 'accepted', 'sent'],
};

export interface StatusApplied {
  readonly conversation: ConversationId;
  readonly key: MessageKey;
  /** It was unclear whether this had left: the conversation wants to know. */
  readonly settled: boolean;
}

/** Null when the news is old, or about a message that is not ours. */
export async function applyStatus(
  tx: Tx,
  merchant: MerchantId,
  line: LineId,
  news: StatusNews,
): Promise<StatusApplied | null> {
  const [before] = await tx.query<{
    key: string;
    conversation: string;
    status: OutboundStatus;
    turn: string | null;
    part: number;
    parts: number;
  }>(
    `select key, conversation, status, turn, part, parts from messages
     where merchant = $1 and line = $2 and direction = 'out' and (key = $3 or provider_id = $4) for update`,
    [merchant, line, news.key ?? null, news.id],
  );
  if (before === undefined || !MAY_FOLLOW[news.status].includes(before.status)) return null;
  const conversation = conversationId(before.conversation);
  await tx.query(
    'update messages set status = $3, reason = $4, waiting_until = null, provider_id = coalesce(provider_id, $5) where merchant = $1 and key = $2',
    [merchant, before.key, news.status, news.failure?.reason ?? null, news.id],
  );
  await recordEvent(tx, {
    merchant,
    kind: 'message.status',
    conversation,
    data: { key: before.key, status: news.status },
  });
  const settled = before.status === 'unknown' || before.status === 'sending' || before.status === 'waiting';
  if (settled && before.turn !== null && (before.part === before.parts || news.status === 'failed')) {
    // The parts after one that failed are not sent either: half an answer is none.
    if (news.status === 'failed') await endWaitingParts(tx, merchant, before.turn, 'earlier-part-failed');
    await closeTurn(
      tx,
      { merchant, conversation, turn: turnId(before.turn) },
      news.status === 'failed' ? 'failed' : 'answered',
    );
  }
  return { conversation, key: messageKey(before.key), settled };
}
