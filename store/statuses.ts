import {
  conversationId,
  messageKey,
  turnId,
  type ConversationId,
  type LineId,
  type MerchantId,
  type MessageKey,
} from '../domain/ids.ts';
import type { Failure } from '../domain/errors.ts';
import { orderId, type OrderId } from '../domain/order.ts';
import type { Author, OutboundStatus, StatusNews } from '../domain/message.ts';
import type { Tx } from './database.ts';
import { closeTurn, endWaitingParts } from './turns.ts';

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
  readonly news: StatusNews;
  /** It surely did not arrive, and waits to be sent again. */
  readonly sendAgain: boolean;
  /** Attempts before this one that the provider took and reported as failed. */
  readonly failedBefore: number;
  /** The order it speaks of. */
  readonly order: OrderId | null;
}

interface Standing {
  readonly [column: string]: unknown;
  readonly key: string;
  readonly conversation: string;
  readonly turn: string | null;
  readonly part: number;
  readonly parts: number;
  readonly by: Author;
  readonly at: Date;
  readonly order_id: string | null;
  failed_ids: readonly string[] | null;
  status: OutboundStatus;
  provider_id: string | null;
  reason: string | null;
}

/** What was new of it, in its order; old news, and news of what is not ours, are left out. */
export async function applyStatuses(
  tx: Tx,
  merchant: MerchantId,
  line: LineId,
  all: readonly StatusNews[],
  nowMs: number,
): Promise<StatusApplied[]> {
  const rows = await tx.query<Standing>(
    // Locked in one order, so that two posts can't block each other.
    `select key, conversation, status, turn, part, parts, provider_id, failed_ids, by, at, reason, order_id from messages
     where merchant = $1 and line = $2 and direction = 'out' and (key = any($3) or provider_id = any($4)) order by key for update`,
    [
      merchant,
      line,
      all.flatMap(({ key }) => (key === undefined ? [] : [key])),
      [...new Set(all.map(({ id }) => id))],
    ],
  );
  const byKey = new Map(rows.map((row) => [row.key, row]));
  const byProviderId = new Map(rows.map((row) => [row.provider_id, row]));
  const applied: StatusApplied[] = [];
  for (const news of all) {
    const row = (news.key === undefined ? undefined : byKey.get(news.key)) ?? byProviderId.get(news.id);
    if (row === undefined || !isNews(row, news)) continue;
    const settled = row.status === 'unknown' || row.status === 'sending' || row.status === 'waiting';
    const failedBefore = row.failed_ids?.length ?? 0;
    const sendAgain = news.failure !== undefined && isSentAgain(row, news.failure, nowMs);
    row.reason = news.failure?.reason ?? null;
    if (sendAgain) {
      row.status = 'waiting';
      row.failed_ids = [...(row.failed_ids ?? []), news.id];
      row.provider_id = null;
    } else {
      if (settled) await settleTurn(tx, merchant, row, news);
      row.status = news.status;
      row.provider_id ??= news.id;
    }
    applied.push({
      conversation: conversationId(row.conversation),
      key: messageKey(row.key),
      settled,
      news,
      sendAgain,
      failedBefore,
      order: row.order_id === null ? null : orderId(row.order_id),
    });
  }
  keep(tx, merchant, applied, byKey);
  return applied;
}

function isNews(row: Standing, { id, status }: StatusNews): boolean {
  if (!MAY_FOLLOW[status].includes(row.status)) return false;
  // Of an attempt that has been made again since: what it says is known.
  if (status === 'failed')
    return row.failed_ids?.includes(id) !== true && (row.provider_id === null || row.provider_id === id);
  return true;
}

/** So often is one message sent again after the provider took it and could not bring it. */
const MOST_AGAIN = 2;
/** What failed to arrive for longer has become stale: a person decides. */
const FRESH_MS = 3_600_000;

/**
 * May a message whose failure the provider reports later be sent again? It surely did not arrive, so what decides is
 * whether another try can end differently: the trouble passes by itself (`retryable`, `throttled`), ends when the
 * account is put right (`auth`), or there is another way (a template outside of the service window, once).
 */
function isSentAgain({ by, at, failed_ids }: Standing, failure: Failure, nowMs: number): boolean {
  if (by === 'owner-phone' || nowMs - at.getTime() > FRESH_MS) return false;
  const failedBefore = failed_ids?.length ?? 0;
  switch (failure.class) {
    case 'retryable':
    case 'throttled':
    case 'auth':
      return failedBefore < MOST_AGAIN;
    case 'permanent':
      return failure.reason === 'window-closed' && failedBefore === 0;
    case 'unknown':
      return false;
  }
}

/** Two statements, however many there are: the state that each message came to, and one event for each step. */
function keep(
  tx: Tx,
  merchant: MerchantId,
  applied: readonly StatusApplied[],
  byKey: ReadonlyMap<string, Standing>,
): void {
  if (applied.length === 0) return;
  const rows = [...new Set(applied.map(({ key }) => key))].map((key) => {
    const { status, reason, provider_id, failed_ids } = byKey.get(key) ?? {};
    return { key, status, reason, provider_id, failed_ids };
  });
  tx.queue(
    `update messages m set status = r.status, reason = r.reason, waiting_until = null, provider_id = r.provider_id, failed_ids = r.failed_ids
     from json_to_recordset($2::json) as r (key text, status text, reason text, provider_id text, failed_ids text[]) where m.merchant = $1 and m.key = r.key`,
    [merchant, JSON.stringify(rows)],
  );
  tx.queue(
    `insert into events (merchant, kind, conversation, data)
     select $1, 'message.status', conversation, jsonb_build_object('key', key, 'status', status)
     from rows from (json_to_recordset($2::json) as (conversation text, key text, status text)) with ordinality r order by ordinality`,
    [
      merchant,
      JSON.stringify(
        applied.map(({ conversation, key, sendAgain, news: { status } }) => ({
          conversation,
          key,
          status: sendAgain ? 'waiting' : status,
        })),
      ),
    ],
  );
}

/** It was unclear whether this had left: now the turn's end is known. */
async function settleTurn(
  tx: Tx,
  merchant: MerchantId,
  { turn, part, parts, conversation }: Standing,
  { status }: StatusNews,
): Promise<void> {
  if (turn === null || (part !== parts && status !== 'failed')) return;
  // The parts after one that failed are not sent either: half an answer is none.
  if (status === 'failed') await endWaitingParts(tx, merchant, turn, 'earlier-part-failed');
  await closeTurn(
    tx,
    { merchant, conversation: conversationId(conversation), turn: turnId(turn) },
    status === 'failed' ? 'failed' : 'answered',
  );
}
