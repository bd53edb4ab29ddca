import {
  messageKey,
  ORDER_KEYS,
  type ConversationId,
  type LineId,
  type MerchantId,
  type MessageKey,
} from '../domain/ids.ts';
import type { ChannelName, OutboundStatus, Platform } from '../domain/message.ts';
import type { OrderSaying, Refusal } from '../domain/order-plan.ts';
import type { OrderMessage } from '../domain/order-status.ts';
import type { Tx } from './database.ts';
import { toStored } from './exact-text.ts';
import type { OrderRef } from './order-attention.ts';

/** One message of an order, with its parts. */
export interface StoredSaying extends OrderSaying {
  readonly conversation: ConversationId | null;
  readonly platform: Platform | null;
  /** The line that it goes over. */
  readonly line: LineId | null;
  readonly channel: ChannelName | null;
  /** The parts that have not left yet, in order, and all of them. */
  readonly unsent: readonly MessageKey[];
  readonly keys: readonly MessageKey[];
  /** The part that may have left and is still looked for. Once it was given up a person was told, and decides. */
  readonly unclear: MessageKey | null;
  readonly status: OutboundStatus | null;
  /** All of its parts wait: surely none has left. */
  readonly untouched: boolean;
  /** What the row said when it was prepared; null: by a version that did not keep it. */
  readonly saidOf: string | null;
}

export async function sayingsOf(tx: Tx, { merchant, order }: OrderRef): Promise<StoredSaying[]> {
  const rows = await tx.query<{
    type: OrderMessage;
    occurrence: string;
    state: 'asked' | 'composed' | 'skipped' | 'withdrawn' | 'failed' | 'unclear';
    why: string | null;
    attempt: number;
    recipient: string | null;
    conversation: ConversationId | null;
    platform: Platform | null;
    line: LineId | null;
    channel: ChannelName | null;
    key: string | null;
    parts: number;
    said_of: string | null;
    at: Date;
  }>(
    `select m.type, m.occurrence, m.state, m.why, m.attempt, m.recipient, m.conversation, c.platform, l.id as line, l.channel, m.key, m.parts, m.said_of, m.at
     from order_messages m left join conversations c on c.merchant = m.merchant and c.id = m.conversation
     left join lines l on l.merchant = c.merchant and l.id = c.line
     where m.merchant = $1 and m.order_id = $2 order by m.at, m.type, m.occurrence`,
    [merchant, order],
  );
  const parts = await tx.query<{ key: string; status: OutboundStatus; reason: string | null; at: Date }>(
    `select key, status, reason, at from messages where merchant = $1 and order_id = $2 and direction = 'out' order by part`,
    [merchant, order],
  );
  return rows.map(({ state, key, parts: count, said_of, at, ...row }) => {
    const keys = key === null ? [] : partKeys(key, count);
    const own = keys.flatMap((one) => parts.find((part) => part.key === one) ?? []);
    const unknown = own.find(({ status }) => status === 'unknown');
    const unclear = unknown === undefined || unknown.reason === GIVEN_UP ? null : messageKey(unknown.key);
    const common = {
      ...row,
      keys,
      unclear,
      saidOf: said_of,
      untouched: own.every(({ status }) => status === 'waiting'),
      unsent: own.filter(({ status }) => !LEFT.has(status)).map((part) => messageKey(part.key)),
    };
    if (state !== 'composed') return { ...common, state, atMs: at.getTime(), status: null };
    const failed = own.find(({ status }) => status === 'failed');
    const latest = Math.max(
      at.getTime(),
      ...own.filter(({ status }) => LEFT.has(status)).map((part) => part.at.getTime()),
    );
    const status = own.at(-1)?.status ?? null;
    if (failed !== undefined || own.length === 0)
      return { ...common, state: 'failed', why: failed?.reason ?? 'withdrawn', atMs: at.getTime(), status };
    if (unknown !== undefined) return { ...common, state: 'unclear', atMs: latest, status };
    return { ...common, state: common.unsent.length === 0 ? 'said' : 'waiting', atMs: latest, status };
  });
}

/** What `giveUpUnknown` leaves. */
const GIVEN_UP = 'unclear-send';

const LEFT: ReadonlySet<OutboundStatus> = new Set<OutboundStatus>([
  'accepted',
  'sent',
  'delivered',
  'read',
  'unknown',
  'failed',
]);

/** The first part bears the message's own name. */
const partKeys = (key: string, parts: number): MessageKey[] =>
  Array.from({ length: parts }, (_, index) => messageKey(index === 0 ? key : `${key}/${index + 1}`));

/** Which of these messages are about an order, and about which: also those of an earlier attempt, and of orders that are over. */
export async function ordersQuoted(
  tx: Tx,
  merchant: MerchantId,
  keys: readonly MessageKey[],
): Promise<{ readonly key: MessageKey; readonly order: string }[]> {
  if (keys.length === 0) return [];
  const rows = await tx.query<{ key: string; order_id: string }>(
    'select key, order_id from messages where merchant = $1 and key = any($2) and order_id is not null',
    [merchant, keys],
  );
  return rows.map(({ key, order_id }) => ({ key: messageKey(key), order: order_id }));
}

export interface Composition extends OrderRef {
  readonly type: OrderMessage;
  readonly occurrence: string;
  /** Another number is another attempt. */
  readonly attempt: number;
  readonly recipient: string;
  readonly conversation: ConversationId;
  readonly line: LineId;
  readonly texts: readonly string[];
  readonly saidOf: string;
  readonly at: Date;
}

/**
 * Keeps the message to be sent, once: its name is the order, the type, the occurrence and the attempt, so whoever repeats
 * this finds it there. False when this attempt is past, or the message has been decided otherwise meanwhile.
 */
export async function keepComposed(
  tx: Tx,
  { merchant, order, type, occurrence, attempt, ...message }: Composition,
): Promise<boolean> {
  const base = `${ORDER_KEYS}${order}/${type}/${occurrence}`;
  const key = attempt === 1 ? base : `${base}/to-${attempt}`;
  const kept = await tx.query(
    `insert into order_messages as m (merchant, order_id, type, occurrence, state, attempt, recipient, conversation, key, parts, said_of, at)
     values ($1, $2, $3, $4, 'composed', $5, $6, $7, $8, $9, $10, $11)
     on conflict (merchant, order_id, type, occurrence) do update set state = 'composed', why = null, attempt = excluded.attempt,
       recipient = excluded.recipient, conversation = excluded.conversation, key = excluded.key, parts = excluded.parts, said_of = excluded.said_of, at = excluded.at
       where m.attempt = excluded.attempt - 1 and m.state in ('asked', 'composed') returning key`,
    [
      merchant,
      order,
      type,
      occurrence,
      attempt,
      message.recipient,
      message.conversation,
      key,
      message.texts.length,
      message.saidOf,
      message.at,
    ],
  );
  if (kept.length === 0) return false;
  for (const [index, part] of message.texts.entries()) {
    const { text, exact } = toStored(part);
    await tx.query(
      `insert into messages (merchant, key, conversation, line, direction, by, type, text, exact, at, received_at, status, part, parts, order_id)
       values ($1, $2, $3, $4, 'out', 'bot', 'text', $5, $6, $7, $7, 'waiting', $8, $9, $10) on conflict do nothing`,
      [
        merchant,
        partKeys(key, message.texts.length)[index] ?? key,
        message.conversation,
        message.line,
        text,
        exact,
        message.at,
        index + 1,
        message.texts.length,
        order,
      ],
    );
  }
  return true;
}

/** What was prepared from an earlier reading of the row goes nowhere; false: some of it has begun to leave meanwhile. */
export async function endOutdated(
  tx: Tx,
  merchant: MerchantId,
  keys: readonly MessageKey[],
): Promise<boolean> {
  const parts = await tx.query<{ status: OutboundStatus }>(
    'select status from messages where merchant = $1 and key = any($2) for update',
    [merchant, keys],
  );
  if (!parts.every(({ status }) => status === 'waiting')) return false;
  await tx.query(
    `update messages set status = 'failed', reason = 'order-changed', waiting_until = null where merchant = $1 and key = any($2)`,
    [merchant, keys],
  );
  return true;
}

/** A number that the platform did not know, counted with the attempt that found it out. */
export async function countRefusal(
  tx: Tx,
  { merchant, order }: OrderRef,
  number: string,
  { times, lastMs }: Refusal,
): Promise<void> {
  await tx.query('update orders set refused = refused || $3 where merchant = $1 and id = $2', [
    merchant,
    order,
    JSON.stringify({ [number]: { times, lastMs } }),
  ]);
}

/** It will not be said: its type is switched off, the customer was thanked already. False when something is there already. */
export async function skipSaying(
  tx: Tx,
  { merchant, order }: OrderRef,
  type: OrderMessage,
  occurrence: string,
  why: string,
  at: Date,
): Promise<boolean> {
  const skipped = await tx.query(
    `insert into order_messages (merchant, order_id, type, occurrence, state, why, at) values ($1, $2, $3, $4, 'skipped', $5, $6)
     on conflict do nothing returning type`,
    [merchant, order, type, occurrence, why, at],
  );
  return skipped.length > 0;
}

/** What has not left will not. One that has begun to leave is not withdrawn: false. */
export async function withdrawSaying(
  tx: Tx,
  { merchant, order }: OrderRef,
  type: OrderMessage,
  occurrence: string,
  why: string,
): Promise<boolean> {
  const [row] = await tx.query<{ key: string | null; parts: number }>(
    'select key, parts from order_messages where merchant = $1 and order_id = $2 and type = $3 and occurrence = $4 for update',
    [merchant, order, type, occurrence],
  );
  if (row === undefined) return false;
  const keys = row.key === null ? [] : partKeys(row.key, row.parts);
  const parts = await tx.query<{ status: OutboundStatus }>(
    'select status from messages where merchant = $1 and key = any($2) for update',
    [merchant, keys],
  );
  const untouched = parts.every(({ status }) => status === 'waiting' || status === 'failed');
  await tx.query(
    `update messages set status = 'failed', reason = $3, waiting_until = null where merchant = $1 and key = any($2) and status = 'waiting'`,
    [merchant, keys, why],
  );
  if (!untouched) return false;
  await tx.query(
    `update order_messages set state = 'withdrawn', why = $5 where merchant = $1 and order_id = $2 and type = $3 and occurrence = $4`,
    [merchant, order, type, occurrence, why],
  );
  return true;
}

/** A person wants a message sent (again): the next occurrence by hand. */
export async function askForSaying(
  tx: Tx,
  { merchant, order }: OrderRef,
  type: OrderMessage,
  at: Date,
): Promise<string> {
  const [row] = await tx.query<{ count: number }>(
    `select count(*)::int as count from order_messages where merchant = $1 and order_id = $2 and type = $3 and occurrence like 'again-%'`,
    [merchant, order, type],
  );
  const occurrence = `again-${(row?.count ?? 0) + 1}`;
  await tx.query(
    `insert into order_messages (merchant, order_id, type, occurrence, state, at) values ($1, $2, $3, $4, 'asked', $5) on conflict do nothing`,
    [merchant, order, type, occurrence, at],
  );
  return occurrence;
}
