import type { ConversationId, LineId, MerchantId, MessageKey, TurnId } from '../domain/ids.ts';
import { lineId, turnId } from '../domain/ids.ts';
import type { ChannelName, Outgoing, OutboundStatus } from '../domain/message.ts';
import type { Tx } from './database.ts';
import { recordEvent } from './events.ts';
import { fromStored } from './exact-text.ts';
import type { MerchantRules } from './merchants.ts';
import { isOptedOut } from './opt-out.ts';
import { askForHuman, closeTurn, endWaitingParts } from './turns.ts';

export interface SendRef {
  readonly merchant: MerchantId;
  readonly conversation: ConversationId;
  readonly key: MessageKey;
}

/** Everything that decides whether a part may leave now, read under lock together with the part itself. */
export interface SendFacts {
  readonly outgoing: Outgoing;
  readonly status: OutboundStatus;
  readonly turn: TurnId | null;
  readonly attempts: number;
  /** Why it waits, and until when. */
  readonly reason: string | null;
  readonly waitingUntilMs: number | null;
  readonly line: {
    readonly id: LineId;
    readonly channel: ChannelName;
    readonly state: string;
    readonly reason: string | null;
    readonly pausedUntilMs: number | null;
    readonly config: Record<string, unknown>;
    readonly credentials: Buffer | null;
  };
  readonly inCharge: 'bot' | 'human';
  readonly handBackAtMs: number | null;
  readonly optedOut: boolean;
  readonly lastInboundAtMs: number | null;
  /** The provider said that the service window is shut. */
  readonly windowClosedAtMs: number | null;
  /** The provider wants this customer left in peace until then. */
  readonly pausedUntilMs: number | null;
  readonly rules: MerchantRules;
  readonly settings: Record<string, unknown>;
  readonly intent: string | null;
  readonly windowEndedAtMs: number | null;
  /** The order it speaks of, for a message that answers nothing. */
  readonly order: string | null;
  /** The customer has written something that no turn has taken yet. */
  readonly unanswered: boolean;
}

/**
 * Reads the part and what surrounds it. The conversation's row lock makes this and a take-over take turns:
 * once a take-over has committed, no part of the bot's begins.
 */
export async function readForSend(
  tx: Tx,
  { merchant, conversation, key }: SendRef,
): Promise<SendFacts | null> {
  const asking = tx.query<{
    customer: string;
    send_to: string | null;
    name: string | null;
    in_charge: 'bot' | 'human';
    hand_back_at: Date | null;
    opted_out: boolean;
    last_inbound_at: Date | null;
    window_closed_at: Date | null;
    paused_until: Date | null;
    throttled: number;
  }>(
    `select customer, send_to, name, in_charge, hand_back_at, ${isOptedOut('conversations')} as opted_out, last_inbound_at, window_closed_at, paused_until, throttled from conversations where merchant = $1 and id = $2 for update`,
    [merchant, conversation],
  );
  const reading = tx.query<{
    text: string;
    exact: Buffer | null;
    by: 'bot' | 'human';
    part: number;
    parts: number;
    status: OutboundStatus;
    turn: string | null;
    reply_to: string | null;
    attempts: number;
    line: string;
    channel: ChannelName;
    state: string;
    reason: string | null;
    paused_until: Date | null;
    config: Record<string, unknown>;
    credentials: Buffer | null;
    rules: MerchantRules;
    settings: Record<string, unknown>;
    intent: string | null;
    window_ended_at: Date | null;
    unanswered: boolean;
    order_id: string | null;
    why: string | null;
    waiting_until: Date | null;
  }>(
    `select m.text, m.exact, m.reason as why, m.waiting_until, m.by, m.part, m.parts, m.status, m.turn, m.attempts, m.reply_to, m.order_id, l.id as line, l.channel, l.state, l.reason,
            l.paused_until, l.config, l.credentials, s.settings, s.rules, t.intent, t.window_ended_at,
            exists (select from messages u where u.merchant = m.merchant and u.conversation = m.conversation and u.direction = 'in' and u.turn is null and u.status = 'received') as unanswered
     from messages m join lines l on l.merchant = m.merchant and l.id = m.line join merchants s on s.id = m.merchant
     left join turns t on t.merchant = m.merchant and t.id = m.turn
     where m.merchant = $1 and m.key = $2 and m.direction = 'out'`,
    [merchant, key],
  );
  const [[c], [m]] = await Promise.all([asking, reading]);
  if (c === undefined || m === undefined) return null;
  const turn = m.turn === null ? null : turnId(m.turn);
  return {
    outgoing: {
      merchant,
      line: lineId(m.line),
      key,
      text: fromStored(m),
      part: m.part,
      parts: m.parts,
      by: m.by,
      turn,
      to: {
        address: c.customer,
        ...(c.send_to === null ? {} : { sendTo: c.send_to }),
        ...(c.name === null ? {} : { name: c.name }),
      },
      ...(m.reply_to === null ? {} : { replyTo: m.reply_to }),
      ...(c.throttled === 0 ? {} : { throttledBefore: c.throttled }),
    },
    status: m.status,
    turn,
    attempts: m.attempts,
    reason: m.why,
    waitingUntilMs: m.waiting_until?.getTime() ?? null,
    line: {
      id: lineId(m.line),
      channel: m.channel,
      state: m.state,
      reason: m.reason,
      pausedUntilMs: m.paused_until?.getTime() ?? null,
      config: m.config,
      credentials: m.credentials,
    },
    inCharge: m.by === 'human' ? 'bot' : c.in_charge,
    handBackAtMs: c.hand_back_at?.getTime() ?? null,
    optedOut: c.opted_out,
    lastInboundAtMs: c.last_inbound_at?.getTime() ?? null,
    windowClosedAtMs: c.window_closed_at?.getTime() ?? null,
    pausedUntilMs: c.paused_until?.getTime() ?? null,
    rules: m.rules,
    settings: m.settings,
    intent: m.intent,
    windowEndedAtMs: m.window_ended_at?.getTime() ?? null,
    order: m.order_id,
    unanswered: m.unanswered,
  };
}

/**
 * The intent, written before anything leaves: whoever finds `sending` later knows that it may have left. To be awaited when
 * the transaction has committed: 0 when the part no longer waits, since a status or an echo that came after it was
 * read says that it had left. Those lock the message, not the conversation.
 */
export function beginSending(tx: Tx, { merchant, key }: SendRef): Promise<number> {
  return tx.withCommit(
    `update messages set status = 'sending', attempts = attempts + 1, reason = null, waiting_until = null where merchant = $1 and key = $2 and status = 'waiting' returning key`,
    [merchant, key],
  );
}

/** The provider has it. Also the end of an `unknown` that turned out well, or of a slow attempt that outlived its time limit. */
export async function recordAccepted(
  tx: Tx,
  send: SendRef,
  providerId: string | null,
  now: Date,
): Promise<void> {
  const [sent] = await tx.query<{ turn: string | null; part: number; parts: number; by: string }>(
    `update messages set status = 'accepted', provider_id = coalesce($3, provider_id), reason = null, at = $4
     where merchant = $1 and key = $2 and status in ('sending', 'unknown', 'waiting')
       -- Reported as failed before this answer was heard: it waits to be sent again.
       and ($3::text is null or failed_ids is null or $3 <> all (failed_ids)) returning turn, part, parts, by`,
    [send.merchant, send.key, providerId, now],
  );
  if (sent === undefined) return;
  tx.queue(
    'update conversations set last_activity_at = greatest(last_activity_at, $3), throttled = 0, paused_until = null where merchant = $1 and id = $2',
    [send.merchant, send.conversation, now],
  );
  await recordEvent(tx, {
    merchant: send.merchant,
    kind: 'message.sent',
    conversation: send.conversation,
    data: { key: send.key, by: sent.by },
  });
  await closeAfterLastPart(tx, send, sent);
}

/** Surely not sent, and to be tried again: it waits, and says why. Of a conversation that was closed meanwhile nothing is. */
export async function recordWaiting(
  tx: Tx,
  send: SendRef,
  reason: string,
  untilMs: number | null,
): Promise<void> {
  const [changed] = await tx.query<{ status: OutboundStatus; reason: string }>(
    `with closed as (select exists (select from turns t join messages m on m.merchant = t.merchant and m.turn = t.id
         where m.merchant = $1 and m.key = $2 and t.state = 'silent') as it)
     update messages set status = case when closed.it then 'failed' else 'waiting' end, reason = case when closed.it then 'closed' else $3 end,
       waiting_until = case when not closed.it then $4::timestamptz end
     from closed where merchant = $1 and key = $2 and status in ('waiting', 'sending', 'unknown')
       and (closed.it or status <> 'waiting' or reason is distinct from $3 or waiting_until is distinct from $4) returning status, reason`,
    [send.merchant, send.key, reason, untilMs === null ? null : new Date(untilMs)],
  );
  if (changed !== undefined) {
    await recordEvent(tx, {
      merchant: send.merchant,
      kind: 'message.status',
      conversation: send.conversation,
      data: { key: send.key, ...changed },
    });
  }
}

export async function recordUnknown(tx: Tx, send: SendRef, reason: string): Promise<void> {
  const [sent] = await tx.query<{ turn: string | null; part: number; parts: number }>(
    `update messages set status = 'unknown', reason = $3 where merchant = $1 and key = $2 and status = 'sending' returning turn, part, parts`,
    [send.merchant, send.key, reason],
  );
  if (sent === undefined) return;
  await recordEvent(tx, {
    merchant: send.merchant,
    kind: 'message.status',
    conversation: send.conversation,
    data: { key: send.key, status: 'unknown', reason },
  });
  await closeAfterLastPart(tx, send, sent);
}

/** It will never be sent; nor will the parts of the same answer after it. `needsHuman` when a person should know. */
export async function recordEnded(tx: Tx, send: SendRef, reason: string, needsHuman: boolean): Promise<void> {
  const [ended] = await tx.query<{ turn: string | null }>(
    `update messages set status = 'failed', reason = $3, waiting_until = null where merchant = $1 and key = $2 and status in ('waiting', 'sending', 'unknown') returning turn`,
    [send.merchant, send.key, reason],
  );
  if (ended === undefined) return;
  await recordEvent(tx, {
    merchant: send.merchant,
    kind: 'message.status',
    conversation: send.conversation,
    data: { key: send.key, status: 'failed', reason },
  });
  if (ended.turn !== null) {
    await endWaitingParts(tx, send.merchant, ended.turn, reason);
    await closeTurn(tx, { ...send, turn: turnId(ended.turn) }, reason === 'taken-over' ? 'human' : 'failed');
  }
  if (needsHuman) await askForHuman(tx, send.merchant, send.conversation, reason);
}

/** Nobody could tell in time whether it left: the part stays `unknown`, a person is told, the rest of the answer is not sent. */
export async function giveUpUnknown(tx: Tx, send: SendRef): Promise<void> {
  const [part] = await tx.query<{ turn: string | null }>(
    `update messages set status = 'unknown', reason = 'unclear-send' where merchant = $1 and key = $2 and status in ('sending', 'unknown') returning turn`,
    [send.merchant, send.key],
  );
  if (part === undefined) return;
  if (part.turn !== null) {
    await endWaitingParts(tx, send.merchant, part.turn, 'earlier-part-unclear');
    await closeTurn(tx, { ...send, turn: turnId(part.turn) }, 'failed');
  }
  await askForHuman(tx, send.merchant, send.conversation, 'unclear-send');
}

async function closeAfterLastPart(
  tx: Tx,
  send: SendRef,
  sent: { turn: string | null; part: number; parts: number },
): Promise<void> {
  if (sent.turn !== null && sent.part === sent.parts)
    await closeTurn(tx, { ...send, turn: turnId(sent.turn) }, 'answered');
}
