import { endsWindow } from '../domain/commands.ts';
import { inboundKey, type ConversationId, type MessageKey } from '../domain/ids.ts';
import type { InboundMessage } from '../domain/message.ts';
import type { Tx } from './database.ts';
import { toStored } from './exact-text.ts';
import type { Destination, Stored } from './inbound.ts';

/** A message and the conversation it belongs to. */
export interface Arrival {
  readonly to: Destination;
  readonly message: InboundMessage;
}

export interface StoredIn extends Stored {
  readonly conversation: ConversationId;
}

/**
 * Keeps customers' messages of one merchant, each once, whoever delivers them however often: the key is line and
 * provider's id. As many statements for a thousand as for one: providers post up to that many at once.
 */
export async function storeMessages(
  tx: Tx,
  arrivals: readonly Arrival[],
  nowMs: number,
): Promise<StoredIn[]> {
  const [first] = arrivals;
  if (first === undefined) return [];
  const { merchant } = first.to;
  // Nothing here waits for anything before it, so all of it is one round trip.
  keepConversations(tx, arrivals, nowMs);
  const rows = arrivals.map(({ to, message }) => rowOf(to, message, nowMs));
  const inserting = tx.query<{ key: string }>(
    `with kept as (
     insert into messages (merchant, key, conversation, line, direction, by, type, text, exact, payload, media, provider_id, reply_to, at, received_at, ends_window, status, turn)
     select $1, key, conversation, line, 'in', 'customer', type, text, decode(exact, 'base64'), payload, media, provider_id, reply_to, at, $3, ends_window, 'received', turn
     from rows from (json_to_recordset($2::json) as (key text, conversation text, line text, type text, text text, exact text, payload jsonb, media jsonb,
       provider_id text, reply_to text, at timestamptz, ends_window boolean, turn text)) with ordinality r order by ordinality
     on conflict do nothing returning key, conversation),
     told as (
     insert into events (merchant, kind, conversation, data)
     select $1, 'message.received', conversation, jsonb_build_object('key', key) from kept)
     select key from kept`,
    [merchant, JSON.stringify(rows), new Date(nowMs)],
  );
  const asking = tx.query<StateRow>(
    `with unclaimed as (
       select conversation, count(*)::int as count from messages
       where merchant = $1 and conversation = any($3) and direction = 'in' and turn is null and status = 'received' group by conversation)
     select key, m.conversation, turn, received_at, ends_window, coalesce(u.count, 0) as unclaimed
     from messages m left join unclaimed u on u.conversation = m.conversation where merchant = $1 and key = any($2)`,
    [merchant, rows.map(({ key }) => key), [...new Set(rows.map(({ conversation }) => conversation))]],
  );
  const [inserted, states] = await Promise.all([inserting, asking]);
  const isNew = new Set(inserted.map(({ key }) => key));
  const byKey = new Map(states.map((state) => [state.key, state]));
  return rows.map(({ key }) => storedOf(key, byKey.get(key), isNew.has(key)));
}

interface StateRow {
  readonly [column: string]: unknown;
  readonly key: string;
  readonly conversation: ConversationId;
  readonly turn: string | null;
  readonly received_at: Date;
  readonly ends_window: boolean;
  readonly unclaimed: number;
}

function storedOf(key: MessageKey, state: StateRow | undefined, isNew: boolean): StoredIn {
  if (state === undefined)
    throw new Error(`message ${key} was not stored: its key belongs to another merchant's line`);
  return {
    key,
    isNew,
    conversation: state.conversation,
    claimed: state.turn !== null,
    unclaimed: state.unclaimed,
    receivedAtMs: state.received_at.getTime(),
    endsWindow: state.ends_window,
  };
}

/** One row per conversation, whichever of its messages comes last; locked in one order, so that two posts can't block each other. */
function keepConversations(tx: Tx, arrivals: readonly Arrival[], nowMs: number): void {
  const rows = new Map<ConversationId, { readonly atMs: number; readonly row: Record<string, unknown> }>();
  for (const { to, message } of arrivals) {
    const before = rows.get(to.conversation);
    const atMs = Math.max(before?.atMs ?? 0, Math.min(message.atMs, nowMs));
    rows.set(to.conversation, {
      atMs,
      row: {
        id: to.conversation,
        platform: to.platform,
        account: to.account,
        line: to.line,
        customer: clean(message.from.address),
        send_to: clean(message.from.sendTo) ?? before?.row['send_to'] ?? null,
        name: clean(message.from.name) ?? before?.row['name'] ?? null,
        at: new Date(atMs),
      },
    });
  }
  const bound = [
    arrivals[0]?.to.merchant ?? '',
    JSON.stringify([...rows.values()].map(({ row }) => row)),
    new Date(nowMs),
  ];
  const inserting = `insert into conversations (merchant, id, platform, account, line, customer, send_to, name, last_inbound_at, last_activity_at)
     select $1, id, platform, account, line, customer, send_to, name, at, $3
     from json_to_recordset($2) as (id text, platform text, account text, line text, customer text, send_to text, name text, at timestamptz) order by id`;
  // Two unique keys name a conversation, and an update on conflict watches one of them only: of many first messages that
  // come at once it would fail some. Made in this way there is a row when it comes to the update.
  tx.queue(`${inserting} on conflict do nothing`, bound);
  tx.queue(
    `${inserting} on conflict (merchant, id) do update set
       line = excluded.line,
       send_to = coalesce(excluded.send_to, conversations.send_to),
       name = coalesce(excluded.name, conversations.name),
       last_inbound_at = greatest(conversations.last_inbound_at, excluded.last_inbound_at),
       last_activity_at = greatest(conversations.last_activity_at, excluded.last_activity_at)`,
    bound,
  );
}

function rowOf({ line, conversation }: Destination, message: InboundMessage, nowMs: number) {
  const { text, exact } = toStored(message.text);
  const id = clean(message.id);
  return {
    key: inboundKey(line, id),
    conversation,
    line,
    type: message.type,
    text,
    exact: exact?.toString('base64') ?? null,
    payload: cleanJson(message.payload),
    media: cleanJson(message.media),
    provider_id: id,
    reply_to: clean(message.replyTo) ?? null,
    at: new Date(Math.min(message.atMs, nowMs)),
    // A button is known by the channel; the customer's own words mean the same on every one.
    ends_window: message.endsWindow === true || endsWindow(message.text),
    // Kept and shown, but nobody waits for an answer to it: no turn takes it, and the sweep passes it by.
    turn: message.silent === true ? 'silent' : null,
  };
}

/** Only the customer's own words are kept byte-true; elsewhere what PostgreSQL can't hold is replaced. */
function clean(text: string): string;
function clean(text: string | undefined): string | undefined;
function clean(text: string | undefined): string | undefined {
  return text === undefined ? undefined : toStored(text).text;
}

const cleanJson = (value: unknown): unknown =>
  value === undefined
    ? null
    : JSON.parse(
        JSON.stringify(value, (_, item: unknown) => (typeof item === 'string' ? clean(item) : item)),
      );
