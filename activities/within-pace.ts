import { paceOf } from '../domain/line-pace.ts';
import { askPace, type PaceLane } from '../domain/pace.ts';
import type { Tx } from '../store/database.ts';
import { isFirstContact, keepPace, lockPace } from '../store/pace.ts';
import type { SendFacts, SendRef } from '../store/sending.ts';
import type { MaySend } from './may-send.ts';

export const PACE = 'pace';

/**
 * Is it within the line's pace? In the transaction that writes the intent: a slot is given to one message only,
 * whichever worker asks. A line without a pace costs no statement.
 */
export async function withinPace(
  tx: Tx,
  send: SendRef,
  facts: SendFacts,
  nowMs: number,
  random: () => number = Math.random,
): Promise<MaySend> {
  const { line } = facts;
  const pace = paceOf(line.channel, line.config);
  const noNewChats = line.state === 'no-new-chats';
  if (pace === null && !noNewChats) return { kind: 'yes' };

  const lane = await laneOf(tx, send, facts);
  if (noNewChats && lane === 'first-contact') return { kind: 'held', reason: 'no-new-chats', untilMs: null };
  if (pace === null) return { kind: 'yes' };

  const slotMs = facts.reason === PACE ? facts.waitingUntilMs : null;
  const before = await lockPace(tx, send.merchant, line.id);
  const { atMs, state } = askPace(pace, before, { lane, nowMs, slotMs, random });
  if (state !== before) await keepPace(tx, send.merchant, line.id, state);
  return atMs <= nowMs ? { kind: 'yes' } : { kind: 'held', reason: PACE, untilMs: Math.ceil(atMs) };
}

/** Asked of the store only where the answer isn't plain: a customer who has written is no stranger. */
async function laneOf(
  tx: Tx,
  send: SendRef,
  { outgoing, turn, lastInboundAtMs }: SendFacts,
): Promise<PaceLane> {
  if (outgoing.by !== 'bot') return 'person';
  if (turn !== null) return 'reply';
  if (lastInboundAtMs !== null) return 'order';
  return (await isFirstContact(tx, send.merchant, send.conversation, send.key)) ? 'first-contact' : 'order';
}
