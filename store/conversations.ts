import {
  conversationId,
  type ConversationId,
  type MerchantId,
  type MessageKey,
  messageKey,
} from '../domain/ids.ts';
import type { Author, InboundStatus, MessageType, OutboundStatus, Platform } from '../domain/message.ts';
import type { Tx } from './database.ts';
import { fromStored } from './exact-text.ts';
import { isOptedOut } from './opt-out.ts';
import { isLeftToPerson } from './unclear.ts';

export interface Conversation {
  readonly id: ConversationId;
  readonly platform: Platform;
  readonly account: string;
  readonly line: string;
  readonly customer: string;
  readonly name: string | null;
  readonly inCharge: 'bot' | 'human';
  readonly handBackAt: Date | null;
  readonly optedOut: boolean;
  readonly needsHuman: string | null;
  readonly lastInboundAt: Date | null;
  /** The provider said that the service window is shut. */
  readonly windowClosedAt: Date | null;
  readonly lastActivityAt: Date;
}

export interface TranscriptMessage {
  readonly seq: number;
  readonly key: MessageKey;
  readonly id: string | null;
  readonly direction: 'in' | 'out';
  readonly by: Author;
  readonly type: MessageType;
  readonly text: string;
  readonly payload: Record<string, unknown> | null;
  readonly media: unknown;
  readonly at: Date;
  readonly status: InboundStatus | OutboundStatus;
  readonly reason: string | null;
  readonly waitingUntil: Date | null;
  readonly turn: string | null;
  readonly editedAt: Date | null;
}

interface ConversationRow {
  [column: string]: unknown;
  id: string;
  platform: Platform;
  account: string;
  line: string;
  customer: string;
  name: string | null;
  in_charge: 'bot' | 'human';
  hand_back_at: Date | null;
  opted_out: boolean;
  needs_human: string | null;
  last_inbound_at: Date | null;
  window_closed_at: Date | null;
  last_activity_at: Date;
}

const COLUMNS = `id, platform, account, line, customer, name, in_charge, hand_back_at, ${isOptedOut('conversations')} as opted_out, needs_human, last_inbound_at, window_closed_at, last_activity_at`;

const conversationOf = (row: ConversationRow): Conversation => {
  const handedBack = row.hand_back_at !== null && row.hand_back_at.getTime() <= Date.now();
  return {
    id: conversationId(row.id),
    platform: row.platform,
    account: row.account,
    line: row.line,
    customer: row.customer,
    name: row.name,
    inCharge: handedBack ? 'bot' : row.in_charge,
    handBackAt: handedBack ? null : row.hand_back_at,
    optedOut: row.opted_out,
    needsHuman: row.needs_human,
    lastInboundAt: row.last_inbound_at,
    windowClosedAt: row.window_closed_at,
    lastActivityAt: row.last_activity_at,
  };
};

/** The customer's conversation on the platform: the most recent, where the merchant has several accounts there. */
export async function findConversation(
  tx: Tx,
  merchant: MerchantId,
  platform: Platform,
  customer: string,
): Promise<Conversation | null> {
  const [row] = await tx.query<ConversationRow>(
    `select ${COLUMNS} from conversations where merchant = $1 and platform = $2 and customer = $3 order by last_activity_at desc limit 1`,
    [merchant, platform, customer],
  );
  return row === undefined ? null : conversationOf(row);
}

export async function readConversation(
  tx: Tx,
  merchant: MerchantId,
  id: ConversationId,
): Promise<Conversation | null> {
  const [row] = await tx.query<ConversationRow>(
    `select ${COLUMNS} from conversations where merchant = $1 and id = $2`,
    [merchant, id],
  );
  return row === undefined ? null : conversationOf(row);
}

export interface ListPosition {
  readonly at: Date;
  readonly id: string;
}

/** Most recently active first. */
export async function listConversations(
  tx: Tx,
  merchant: MerchantId,
  filter: { readonly needsHuman?: boolean; readonly platform?: Platform },
  after: ListPosition | null,
  limit: number,
): Promise<Conversation[]> {
  const rows = await tx.query<ConversationRow>(
    `select ${COLUMNS} from conversations where merchant = $1
       and ($2::boolean is null or (needs_human is not null) = $2) and ($3::text is null or platform = $3)
       and ($4::timestamptz is null or (last_activity_at, id) < ($4, $5))
     order by last_activity_at desc, id desc limit $6`,
    [merchant, filter.needsHuman ?? null, filter.platform ?? null, after?.at ?? null, after?.id ?? '', limit],
  );
  return rows.map(conversationOf);
}

interface MessageRow {
  [column: string]: unknown;
  seq: number;
  key: string;
  provider_id: string | null;
  direction: 'in' | 'out';
  by: Author;
  type: MessageType;
  text: string;
  exact: Buffer | null;
  payload: Record<string, unknown> | null;
  media: unknown;
  at: Date;
  status: InboundStatus | OutboundStatus;
  reason: string | null;
  waiting_until: Date | null;
  turn: string | null;
  edited_at: Date | null;
}

/** Newest first; `before` is the sequence number to go on from. */
export async function transcript(
  tx: Tx,
  merchant: MerchantId,
  conversation: ConversationId,
  before: number | null,
  limit: number,
): Promise<TranscriptMessage[]> {
  const rows = await tx.query<MessageRow>(
    `select seq::float8 as seq, key, provider_id, direction, by, type, text, exact, payload, media, at, status, reason, waiting_until, turn, edited_at from messages
     where merchant = $1 and conversation = $2 and ($3::bigint is null or seq < $3) order by seq desc limit $4`,
    [merchant, conversation, before, limit],
  );
  return rows.map((row) => ({
    seq: row.seq,
    key: messageKey(row.key),
    id: row.provider_id,
    direction: row.direction,
    by: row.by,
    type: row.type,
    text: fromStored(row),
    payload: row.payload,
    media: row.media,
    at: row.at,
    status: row.status,
    reason: row.reason,
    waitingUntil: row.waiting_until,
    turn: row.turn,
    editedAt: row.edited_at,
  }));
}

/** What the present moment of a conversation is read from, beside its row. */
export interface Moment {
  readonly conversation: string;
  readonly unclaimed: readonly { readonly receivedAtMs: number; readonly endsWindow: boolean }[];
  readonly openTurn: boolean;
  readonly unsent: {
    readonly status: OutboundStatus;
    readonly reason: string | null;
    readonly waitingUntil: Date | null;
  } | null;
}

/** One statement for a page of conversations: the console shows a countdown beside each. */
export async function momentsOf(
  tx: Tx,
  merchant: MerchantId,
  conversations: readonly string[],
): Promise<Map<string, Moment>> {
  const [unclaimed, turns, unsent] = [
    await tx.query<{ conversation: string; received_at: Date; ends_window: boolean }>(
      `select conversation, received_at, ends_window from messages where merchant = $1 and conversation = any($2) and direction = 'in' and turn is null and status = 'received'`,
      [merchant, conversations],
    ),
    await tx.query<{ conversation: string }>(
      `select distinct conversation from turns where merchant = $1 and conversation = any($2) and state = 'open'`,
      [merchant, conversations],
    ),
    await tx.query<{
      conversation: string;
      status: OutboundStatus;
      reason: string | null;
      waiting_until: Date | null;
    }>(
      // Sends over a connection wait in its own queue while nobody holds it: then nobody has written a reason either.
      `select distinct on (m.conversation) m.conversation, m.status, m.waiting_until,
         case when m.status = 'waiting' and m.reason is null and l.channel = 'whatsapp-web' and l.state not in ('connected', 'no-new-chats') then 'line-down' else m.reason end as reason
       from messages m left join lines l on l.merchant = m.merchant and l.id = m.line
       where m.merchant = $1 and m.conversation = any($2) and m.direction = 'out' and m.status in ('waiting', 'sending', 'unknown')
         and not ${isLeftToPerson('m')} order by m.conversation, m.seq`,
      [merchant, conversations],
    ),
  ];
  return new Map(
    conversations.map((conversation) => {
      const first = unsent.find((row) => row.conversation === conversation);
      return [
        conversation,
        {
          conversation,
          unclaimed: unclaimed
            .filter((row) => row.conversation === conversation)
            .map((row) => ({ receivedAtMs: row.received_at.getTime(), endsWindow: row.ends_window })),
          openTurn: turns.some((row) => row.conversation === conversation),
          unsent:
            first === undefined
              ? null
              : { status: first.status, reason: first.reason, waitingUntil: first.waiting_until },
        },
      ];
    }),
  );
}
