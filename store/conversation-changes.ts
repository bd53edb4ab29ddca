import {
  messageKey,
  turnId,
  type ConversationId,
  type LineId,
  type MerchantId,
  type MessageKey,
} from '../domain/ids.ts';
import type { MessageType } from '../domain/message.ts';
import type { Conversation } from './conversations.ts';
import type { Tx } from './database.ts';
import { recordEvent } from './events.ts';
import { toStored } from './exact-text.ts';

/** A person is in charge from the moment this commits: no part of the bot's begins to be sent after it. */
export const takeOver = (
  tx: Tx,
  merchant: MerchantId,
  conversation: ConversationId,
  until: Date | null,
): Promise<boolean> => putInCharge(tx, merchant, conversation, 'human', until);

export const handBack = (tx: Tx, merchant: MerchantId, conversation: ConversationId): Promise<boolean> =>
  putInCharge(tx, merchant, conversation, 'bot', null);

/** False where there is no such conversation. */
async function putInCharge(
  tx: Tx,
  merchant: MerchantId,
  conversation: ConversationId,
  inCharge: 'human' | 'bot',
  handBackAt: Date | null,
): Promise<boolean> {
  const rows = await tx.query(
    `update conversations set in_charge = $3, hand_back_at = $4, needs_human = null, needs_human_at = null where merchant = $1 and id = $2 returning id`,
    [merchant, conversation, inCharge, handBackAt],
  );
  if (rows.length > 0)
    await recordEvent(tx, { merchant, kind: 'conversation.changed', conversation, data: { inCharge } });
  return rows.length > 0;
}

/** What a person wrote, kept to be sent: `id` names it for whoever asked, and makes a repeated request the same message. */
export async function storeHumanMessage(
  tx: Tx,
  merchant: MerchantId,
  conversation: Conversation,
  message: { readonly id: string; readonly texts: readonly string[]; readonly at: Date },
): Promise<MessageKey[]> {
  const keys: MessageKey[] = [];
  for (const [index, part] of message.texts.entries()) {
    const key = messageKey(`${message.id}/${index + 1}`);
    const { text, exact } = toStored(part);
    await tx.query(
      `insert into messages (merchant, key, conversation, line, direction, by, type, text, exact, at, received_at, status, part, parts)
       values ($1, $2, $3, $4, 'out', 'human', 'text', $5, $6, $7, $7, 'waiting', $8, $9) on conflict do nothing`,
      [
        merchant,
        key,
        conversation.id,
        conversation.line,
        text,
        exact,
        message.at,
        index + 1,
        message.texts.length,
      ],
    );
    keys.push(key);
  }
  await tx.query(
    'update conversations set last_activity_at = greatest(last_activity_at, $3) where merchant = $1 and id = $2',
    [merchant, conversation.id, message.at],
  );
  return keys;
}

/** What the owner typed on the phone itself: already with the customer, kept in the transcript. False when it is known. */
export async function storeOwnersMessage(
  tx: Tx,
  merchant: MerchantId,
  line: LineId,
  conversation: ConversationId,
  message: {
    readonly providerId: string;
    readonly type: MessageType;
    readonly text: string;
    readonly at: Date;
  },
): Promise<boolean> {
  const { text, exact } = toStored(message.text);
  const rows = await tx.query(
    `insert into messages (merchant, key, conversation, line, direction, by, type, text, exact, provider_id, at, received_at, status)
     values ($1, $2, $3, $4, 'out', 'owner-phone', $5, $6, $7, $8, $9, now(), 'sent') on conflict do nothing returning key`,
    [
      merchant,
      `phone-${line}/${message.providerId}`,
      conversation,
      line,
      message.type,
      text,
      exact,
      message.providerId,
      message.at,
    ],
  );
  return rows.length > 0;
}

/** Ends what is open: nothing waits any more, nothing is answered, the bot is in charge of what comes next. */
export async function closeConversation(
  tx: Tx,
  merchant: MerchantId,
  conversation: ConversationId,
): Promise<void> {
  const turn = turnId(`closed-${conversation}-${Date.now()}`);
  // Not against those who only need the conversation to be there: who is keeping an answer's parts would wait for us, and we for its turn.
  await tx.query('select from conversations where merchant = $1 and id = $2 for no key update', [
    merchant,
    conversation,
  ]);
  await tx.query(
    `update messages set turn = $3 where merchant = $1 and conversation = $2 and direction = 'in' and turn is null`,
    [merchant, conversation, turn],
  );
  // The turns first: whoever is just keeping an answer holds its turn, and what was kept by then is seen below.
  await tx.query(
    `update turns set state = 'silent', closed_at = now() where merchant = $1 and conversation = $2 and state = 'open'`,
    [merchant, conversation],
  );
  await tx.query(
    `update messages set status = 'failed', reason = 'closed', waiting_until = null where merchant = $1 and conversation = $2 and direction = 'out' and status = 'waiting'`,
    [merchant, conversation],
  );
  await handBack(tx, merchant, conversation);
}
