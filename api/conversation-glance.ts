import type { ConversationId, MerchantId } from '../domain/ids.ts';
import type { Author, InboundStatus, MessageType, OutboundStatus } from '../domain/message.ts';
import type { Tx } from '../store/database.ts';
import { fromStored } from '../store/exact-text.ts';

export interface LastMessage {
  readonly direction: 'in' | 'out';
  readonly by: Author;
  readonly type: MessageType;
  readonly text: string;
  readonly at: Date;
  readonly status: InboundStatus | OutboundStatus;
}

/** As much of a text as a list has room for. */
const GLANCE = 200;

/** What was said last in each of these, in one statement: an index entry each, however long they are. */
export async function lastMessagesOf(
  tx: Tx,
  merchant: MerchantId,
  conversations: readonly string[],
): Promise<Map<string, LastMessage>> {
  const rows = await tx.query<LastMessage & { [column: string]: unknown; conversation: string }>(
    `select c.id as conversation, m.direction, m.by, m.type, m.text, m.at, m.status from unnest($2::text[]) as c(id)
     cross join lateral (select direction, by, type, left(text, ${GLANCE}) as text, at, status from messages
       where merchant = $1 and conversation = c.id order by seq desc limit 1) m`,
    [merchant, conversations],
  );
  return new Map(rows.map(({ conversation, ...last }) => [conversation, last]));
}

/** The answer that a take-over has stopped, as far as it had not left, until the person has written themselves. */
export async function draftOf(
  tx: Tx,
  merchant: MerchantId,
  conversation: ConversationId,
): Promise<string | null> {
  const rows = await tx.query<{ text: string; exact: Buffer | null }>(
    `with stopped as (
       select turn, part, text, exact, seq from messages where merchant = $1 and conversation = $2 and direction = 'out' and by = 'bot' and status = 'failed'
         and reason in ('taken-over', 'human') and seq > coalesce((select max(seq) from messages
           where merchant = $1 and conversation = $2 and direction = 'out' and by in ('human', 'owner-phone')), 0))
     select text, exact from stopped where turn = (select turn from stopped order by seq desc limit 1) order by part`,
    [merchant, conversation],
  );
  return rows.length === 0 ? null : rows.map(fromStored).join('\n');
}
