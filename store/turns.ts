import type { ConversationId, MerchantId, MessageKey, TurnId } from '../domain/ids.ts';
import { messageKey, outboundKey, turnId } from '../domain/ids.ts';
import type { MessageType } from '../domain/message.ts';
import type { Tx } from './database.ts';
import { recordEvent } from './events.ts';
import { fromStored, toStored } from './exact-text.ts';

export interface TurnRef {
  readonly merchant: MerchantId;
  readonly conversation: ConversationId;
  readonly turn: TurnId;
}

export interface ClaimedMessage {
  readonly key: MessageKey;
  readonly type: MessageType;
  readonly text: string;
  readonly payload: Record<string, unknown> | null;
  /** It came with files. */
  readonly hasMedia: boolean;
  /** Our own key of the message that this one quotes; of one that is not in the transcript, the key it would have. */
  readonly replyToKey: MessageKey | null;
  readonly atMs: number;
  readonly receivedAtMs: number;
  readonly endsWindow: boolean;
}

/** The turn is over, or a later attempt's: this one must change nothing. Asked again it finds out which. */
export class TurnMovedOn extends Error {
  override readonly name = 'TurnMovedOn';
  constructor({ turn }: TurnRef) {
    super(`turn ${turn} has gone on without this attempt`);
  }
}

export interface Claim {
  readonly messages: ClaimedMessage[];
  /** Who claimed last may keep the answer: a worker that was frozen meanwhile may not. */
  readonly attempt: number;
  /** The turn was over before: nothing new was taken, and there is nobody to answer. */
  readonly isOver: boolean;
}

/**
 * Takes every message of the conversation that no turn has. One statement, under the conversation's row
 * lock: that, not anybody's memory, is what makes a redelivery days later harmless. Repeating it for the
 * same turn returns the same messages and those that came meanwhile.
 *
 * @throws TurnMovedOn when an attempt that began later, by the clock of the run, has the turn.
 */
export async function claim(
  tx: Tx,
  ref: TurnRef,
  at: { readonly windowEnded: Date; readonly attemptBegan: Date },
): Promise<Claim> {
  const { merchant, conversation, turn } = ref;
  // All asked at once; only where a run was lost, which hardly ever is, there is more to take and it is asked again.
  tx.queue('select from conversations where merchant = $1 and id = $2 for update', [merchant, conversation]);
  const lost = turnsOfLostRuns(tx, ref);
  const standing = tx.query<{ state: string; attempt: number; mine: boolean }>(
    `insert into turns (merchant, id, conversation, state, window_ended_at, attempt_at, attempt) values ($1, $2, $3, 'open', $4, $5, 1)
     on conflict (merchant, id) do update set attempt_at = greatest(turns.attempt_at, excluded.attempt_at), attempt = turns.attempt + 1
     returning state, attempt, attempt_at = $5 as mine`,
    [merchant, turn, conversation, at.windowEnded, at.attemptBegan],
  );
  const taken = takeUnclaimed(tx, ref);
  const [orphans, [now], messages] = await Promise.all([lost, standing, taken]);
  if (now === undefined) throw new Error('a turn was neither begun nor found');
  const { attempt, mine } = now;
  const isOver = now.state !== 'open';
  if (!isOver && !mine) throw new TurnMovedOn(ref);
  if (isOver || orphans.length === 0) return { messages, attempt, isOver };
  await takeOver(tx, ref, orphans);
  return { messages: await takeUnclaimed(tx, ref), attempt, isOver };
}

/** What came in the last moment has moved the window's end. */
export async function moveWindowEnd(tx: Tx, { merchant, turn }: TurnRef, end: Date): Promise<void> {
  await tx.query('update turns set window_ended_at = $3 where merchant = $1 and id = $2', [
    merchant,
    turn,
    end,
  ]);
}

async function takeUnclaimed(tx: Tx, { merchant, conversation, turn }: TurnRef): Promise<ClaimedMessage[]> {
  tx.queue(
    `update messages set turn = $3 where merchant = $1 and conversation = $2 and direction = 'in' and turn is null and status = 'received'
       and exists (select from turns t where t.merchant = $1 and t.id = $3 and t.state = 'open')`,
    [merchant, conversation, turn],
  );
  const rows = await tx.query<{
    key: string;
    type: MessageType;
    text: string;
    exact: Buffer | null;
    has_media: boolean;
    payload: Record<string, unknown> | null;
    quoted: string | null;
    at: Date;
    received_at: Date;
    ends_window: boolean;
  }>(
    `select key, type, text, exact, payload, media is not null as has_media, at, received_at, ends_window,
       coalesce(
         (select q.key from messages q where q.merchant = m.merchant and q.line = m.line and q.provider_id = m.reply_to),
         -- A linked phone names a chat now by its number and now by a hidden id; the last part of an id names the message.
         (select q.key from messages q where m.reply_to like '%@%' and q.merchant = m.merchant and q.conversation = m.conversation
            and q.provider_id like '%@%' and split_part(q.provider_id, '_', 3) = split_part(m.reply_to, '_', 3) limit 1),
         line || '/' || reply_to) as quoted
     from messages m where merchant = $1 and turn = $2 and direction = 'in' and status = 'received' order by at, seq`,
    [merchant, turn],
  );
  return rows.map((row) => ({
    key: messageKey(row.key),
    type: row.type,
    text: fromStored(row),
    payload: row.payload,
    hasMedia: row.has_media,
    replyToKey: row.quoted === null ? null : messageKey(row.quoted),
    atMs: row.at.getTime(),
    receivedAtMs: row.received_at.getTime(),
    endsWindow: row.ends_window,
  }));
}

/**
 * A turn that is still open although its run is gone (there is never more than one run): Temporal's
 * database was restored or lost, or an operator terminated the run. What it had not begun to send is
 * thought again; what may have left is not.
 */
function turnsOfLostRuns(tx: Tx, { merchant, conversation, turn }: TurnRef): Promise<LostTurn[]> {
  return tx.query<LostTurn>(
    `select id, exists (select from messages m where m.merchant = t.merchant and m.turn = t.id and m.direction = 'out' and m.status <> 'waiting') as begun
     from turns t where merchant = $1 and conversation = $2 and state = 'open' and id <> $3`,
    [merchant, conversation, turn],
  );
}

interface LostTurn {
  readonly [column: string]: unknown;
  readonly id: string;
  readonly begun: boolean;
}

async function takeOver(
  tx: Tx,
  { merchant, conversation }: TurnRef,
  lost: readonly LostTurn[],
): Promise<void> {
  for (const { id, begun } of lost) {
    // Before its messages are touched: whoever is just keeping an answer to it holds the turn, and is seen to have kept it.
    await closeTurn(tx, { merchant, conversation, turn: turnId(id) }, begun ? 'failed' : 'abandoned');
    if (begun) {
      await endWaitingParts(tx, merchant, id, 'run-lost');
      await tx.query(
        `update messages set status = 'unknown', reason = 'run-lost' where merchant = $1 and turn = $2 and status in ('sending', 'unknown')`,
        [merchant, id],
      );
      await askForHuman(tx, merchant, conversation, 'answer-interrupted');
    } else {
      await tx.query(
        `update messages set turn = null where merchant = $1 and turn = $2 and direction = 'in'`,
        [merchant, id],
      );
      await tx.query(`delete from messages where merchant = $1 and turn = $2 and direction = 'out'`, [
        merchant,
        id,
      ]);
    }
  }
}

/**
 * Keeps the answer as parts that wait to be sent; an answer thought again replaces the earlier one.
 *
 * @throws TurnMovedOn when the turn is over, or another attempt has claimed for it since.
 */
export async function keepAnswer(
  tx: Tx,
  { merchant, conversation, turn }: TurnRef,
  answer: {
    readonly attempt: number;
    readonly line: string;
    readonly intent: string;
    readonly texts: readonly string[];
    readonly at: Date;
  },
): Promise<MessageKey[]> {
  const still = tx.query(
    `update turns set intent = $3, draft = $4 where merchant = $1 and id = $2 and state = 'open' and attempt = $5 returning id`,
    [
      merchant,
      turn,
      answer.intent,
      answer.texts.map((text) => toStored(text).text).join('\n\n') || null,
      answer.attempt,
    ],
  );
  tx.queue(
    `delete from messages where merchant = $1 and turn = $2 and direction = 'out' and status = 'waiting'`,
    [merchant, turn],
  );
  // Normally none. A send whose outcome nobody heard can't be taken back, so the new answer comes after it.
  const asked = tx.query<{ key: string; part: number }>(
    `select key, part from messages where merchant = $1 and turn = $2 and direction = 'out' order by part`,
    [merchant, turn],
  );
  const [begun, mine] = await Promise.all([asked, still]);
  if (mine.length === 0) throw new TurnMovedOn({ merchant, conversation, turn });
  const before = begun.at(-1)?.part ?? 0;
  const parts = before + answer.texts.length;
  if (before > 0)
    tx.queue(`update messages set parts = $3 where merchant = $1 and turn = $2 and direction = 'out'`, [
      merchant,
      turn,
      parts,
    ]);
  const keys = begun.map(({ key }) => messageKey(key));
  for (const [index, part] of answer.texts.entries()) {
    const key = outboundKey(turn, before + index + 1);
    const { text, exact } = toStored(part);
    tx.queue(
      `insert into messages (merchant, key, conversation, line, direction, by, type, text, exact, at, received_at, status, turn, part, parts)
       values ($1, $2, $3, $4, 'out', 'bot', 'text', $5, $6, $7, $7, 'waiting', $8, $9, $10)`,
      [merchant, key, conversation, answer.line, text, exact, answer.at, turn, before + index + 1, parts],
    );
    keys.push(key);
  }
  return keys;
}

export type ClosedTurn = 'answered' | 'silent' | 'human' | 'failed' | 'abandoned';

export function closeTurn(tx: Tx, { merchant, turn }: TurnRef, state: ClosedTurn): Promise<void> {
  tx.queue(
    `update turns set state = $3, closed_at = now() where merchant = $1 and id = $2 and state = 'open'`,
    [merchant, turn, state],
  );
  return Promise.resolve();
}

/** What has not left will not: the reason stays with each part. */
export function endWaitingParts(tx: Tx, merchant: MerchantId, turn: string, reason: string): Promise<void> {
  tx.queue(
    `update messages set status = 'failed', reason = $3, waiting_until = null where merchant = $1 and turn = $2 and direction = 'out' and status = 'waiting'`,
    [merchant, turn, reason],
  );
  return Promise.resolve();
}

/** One task for a person, however often it is asked for before somebody comes. */
export async function askForHuman(
  tx: Tx,
  merchant: MerchantId,
  conversation: ConversationId,
  reason: string,
): Promise<void> {
  const asked = await tx.query(
    `update conversations set needs_human = $3, needs_human_at = now() where merchant = $1 and id = $2 and needs_human is null returning id`,
    [merchant, conversation, reason],
  );
  if (asked.length > 0)
    await recordEvent(tx, { merchant, kind: 'conversation.needs-human', conversation, data: { reason } });
}
