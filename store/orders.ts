import { createHmac } from 'node:crypto';
import type { MerchantId } from '../domain/ids.ts';
import { orderId, type OrderId, type OrderRow } from '../domain/order.ts';
import { type OrderCategory, type OrderMessage } from '../domain/order-status.ts';
import type { Refusal } from '../domain/order-plan.ts';
import type { PhoneCandidate } from '../domain/phone.ts';
import type { Tx } from './database.ts';
import { recordEvent } from './events.ts';

/** `known`: found at the first connection, nothing was said. `asked`: a question to the customer is open. */
export type OrderPhase =
  'known' | 'settling' | 'sending' | 'waiting' | 'asked' | 'needs-human' | 'idle' | 'done';

export interface Order {
  readonly id: OrderId;
  readonly rowKey: string;
  readonly number: string | null;
  readonly fields: OrderRow['fields'];
  readonly phones: readonly PhoneCandidate[];
  readonly phoneProblem: OrderRow['problem'];
  readonly seen: OrderRow | null;
  readonly seenAt: Date | null;
  readonly statusText: string;
  readonly category: OrderCategory | null;
  readonly categorySince: Date;
  readonly baseline: OrderCategory | null;
  readonly goneAt: Date | null;
  readonly decision: 'confirm' | 'cancel' | null;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly decidedTurn: string | null;
  readonly writeStatus: string | null;
  readonly writeState: string | null;
  readonly refused: Readonly<Record<string, Refusal>>;
  readonly waiting: {
    readonly reason: string;
    readonly until: Date | null;
    readonly about: OrderMessage | null;
  } | null;
  readonly phase: OrderPhase;
  readonly updatedAt: Date;
}

interface Row {
  [column: string]: unknown;
  id: string;
  row_key: string;
  number: string | null;
  fields: OrderRow['fields'];
  phones: PhoneCandidate[];
  phone_problem: OrderRow['problem'];
  seen: OrderRow | null;
  seen_at: Date | null;
  status_text: string;
  category: OrderCategory | null;
  category_since: Date;
  baseline: OrderCategory | null;
  gone_at: Date | null;
  decision: 'confirm' | 'cancel' | null;
  decided_by: string | null;
  decided_at: Date | null;
  decided_turn: string | null;
  write_status: string | null;
  write_state: string | null;
  refused: Record<string, Refusal>;
  waiting_reason: string | null;
  waiting_until: Date | null;
  waiting_for: OrderMessage | null;
  phase: OrderPhase;
  updated_at: Date;
}

export const ORDER_COLUMNS = `id, row_key, number, fields, phones, phone_problem, seen, seen_at, status_text, category, category_since, baseline, gone_at,
  decision, decided_by, decided_at, decided_turn, write_status, write_state, refused, waiting_reason, waiting_until, waiting_for, phase, updated_at`;

const orderOf = (row: Row): Order => ({
  id: orderId(row.id),
  rowKey: row.row_key,
  number: row.number,
  fields: row.fields,
  phones: row.phones,
  phoneProblem: row.phone_problem,
  seen: row.seen,
  seenAt: row.seen_at,
  statusText: row.status_text,
  category: row.category,
  categorySince: row.category_since,
  baseline: row.baseline,
  goneAt: row.gone_at,
  decision: row.decision,
  decidedBy: row.decided_by,
  decidedAt: row.decided_at,
  decidedTurn: row.decided_turn,
  writeStatus: row.write_status,
  writeState: row.write_state,
  refused: row.refused,
  waiting:
    row.waiting_reason === null
      ? null
      : { reason: row.waiting_reason, until: row.waiting_until, about: row.waiting_for },
  phase: row.phase,
  updatedAt: row.updated_at,
});

const READABLE = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._#-]{0,79}$/u;
/** Whoever numbers orders by the customer's phone must not put it into a workflow id in clear. */
const LIKE_A_PHONE = /^\+?\d[\d -]{8,}\d$/;

/** The order's name for ever, from its row's key. What is no fit name, or may be a phone number, becomes a keyed hash. */
export function orderIdOf(hashKey: Buffer, merchant: MerchantId, rowKey: string): OrderId {
  const own = /^id:(.*)$/s.exec(rowKey)?.[1];
  const name = own ?? rowKey.replace(':', '-');
  if (READABLE.test(name) && !LIKE_A_PHONE.test(name)) return orderId(name);
  return orderId(
    `x-${createHmac('sha256', hashKey)
      .update(JSON.stringify([merchant, rowKey]))
      .digest('base64url')
      .slice(0, 16)}`,
  );
}

export async function readOrder(tx: Tx, merchant: MerchantId, id: OrderId): Promise<Order | null> {
  const [row] = await tx.query<Row>(`select ${ORDER_COLUMNS} from orders where merchant = $1 and id = $2`, [
    merchant,
    id,
  ]);
  return row === undefined ? null : orderOf(row);
}

export async function lockOrder(tx: Tx, merchant: MerchantId, id: OrderId): Promise<Order | null> {
  const [row] = await tx.query<Row>(
    `select ${ORDER_COLUMNS} from orders where merchant = $1 and id = $2 for update`,
    [merchant, id],
  );
  return row === undefined ? null : orderOf(row);
}

export interface OrderFilter {
  readonly category?: OrderCategory;
  readonly phase?: OrderPhase;
  readonly waiting?: boolean;
  /** In the number, the name or a phone. */
  readonly text?: string;
}

/** Most recently changed first. */
export async function listOrders(
  tx: Tx,
  merchant: MerchantId,
  filter: OrderFilter,
  after: { readonly at: Date; readonly id: string } | null,
  limit: number,
): Promise<Order[]> {
  const rows = await tx.query<Row>(
    `select ${ORDER_COLUMNS} from orders where merchant = $1 and ($2::text is null or category = $2) and ($3::text is null or phase = $3)
       and ($4::boolean is null or (waiting_reason is not null) = $4)
       and ($5::text is null or position(lower($5) in lower(coalesce(number, '') || ' ' || id || ' ' || coalesce(fields ->> 'name', '') || ' ' || phones::text)) > 0)
       and ($6::timestamptz is null or (updated_at, id) < ($6, $7))
     order by updated_at desc, id desc limit $8`,
    [
      merchant,
      filter.category ?? null,
      filter.phase ?? null,
      filter.waiting ?? null,
      filter.text ?? null,
      after?.at ?? null,
      after?.id ?? '',
      limit,
    ],
  );
  return rows.map(orderOf);
}

/** All orders that a customer may mean: written to in this conversation, or with one of these numbers. Newest first. */
export async function ordersOfCustomer(
  tx: Tx,
  merchant: MerchantId,
  conversation: string,
  number: string,
): Promise<Order[]> {
  const rows = await tx.query<Row>(
    `select ${ORDER_COLUMNS} from orders o where merchant = $1 and gone_at is null
       and (phones @> $2::jsonb or exists (select from order_messages m where m.merchant = o.merchant and m.order_id = o.id and m.conversation = $3))
     order by updated_at desc limit 20`,
    [merchant, JSON.stringify([{ number }]), conversation],
  );
  return rows.map(orderOf);
}

export interface NewOrder {
  readonly id: OrderId;
  readonly rowKey: string;
  readonly row: OrderRow;
}

/** Rows of a first connection: known, with their state, and nothing follows from them. */
export async function insertBaseline(
  tx: Tx,
  merchant: MerchantId,
  orders: readonly (NewOrder & { readonly category: OrderCategory | null })[],
  at: Date,
): Promise<void> {
  for (let from = 0; from < orders.length; from += 1_000) {
    const batch = orders.slice(from, from + 1_000).map(({ id, rowKey, row, category }) => ({
      id,
      row_key: rowKey,
      number: row.fields.orderId ?? null,
      fields: row.fields,
      phones: row.phones,
      phone_problem: row.problem,
      status_text: row.status,
      category,
    }));
    await tx.query(
      `insert into orders (merchant, id, row_key, number, fields, phones, phone_problem, status_text, category, category_since, baseline, phase, first_seen_at, updated_at)
       select $1, n.id, n.row_key, n.number, n.fields, n.phones, n.phone_problem, n.status_text, n.category, $3, n.category, 'known', $3, $3
       from jsonb_to_recordset($2::jsonb) as n(id text, row_key text, number text, fields jsonb, phones jsonb, phone_problem jsonb, status_text text, category text)
       on conflict (merchant, row_key) do update set number = excluded.number, fields = excluded.fields, phones = excluded.phones,
         phone_problem = excluded.phone_problem, status_text = excluded.status_text, category = excluded.category, category_since = excluded.category_since,
         baseline = excluded.baseline, seen = null, seen_at = null, gone_at = null, updated_at = excluded.updated_at`,
      [merchant, JSON.stringify(batch), at],
    );
  }
}

/** What a row says now. It counts once it has stood for the settle time. A row that nobody has seen becomes an order. */
export async function noteSeen(
  tx: Tx,
  merchant: MerchantId,
  { id, rowKey, row }: NewOrder,
  at: Date,
): Promise<void> {
  await tx.query(
    `insert into orders (merchant, id, row_key, number, seen, seen_at, category_since, phase, first_seen_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $6, 'settling', $6, $6)
     on conflict (merchant, row_key) do update set seen = excluded.seen, seen_at = excluded.seen_at, gone_at = null`,
    [merchant, id, rowKey, row.fields.orderId ?? null, JSON.stringify(row), at],
  );
}

export async function noteGone(tx: Tx, merchant: MerchantId, rowKey: string, at: Date): Promise<void> {
  const [row] = await tx.query<{ id: string }>(
    'update orders set gone_at = $3, updated_at = $3 where merchant = $1 and row_key = $2 and gone_at is null returning id',
    [merchant, rowKey, at],
  );
  if (row !== undefined) await recordOrderEvent(tx, merchant, orderId(row.id), 'row-gone', {}, at);
}

export async function noteBack(tx: Tx, merchant: MerchantId, rowKey: string, at: Date): Promise<void> {
  const [row] = await tx.query<{ id: string }>(
    'update orders set gone_at = null, attention_at = $3, updated_at = $3 where merchant = $1 and row_key = $2 and gone_at is not null returning id',
    [merchant, rowKey, at],
  );
  if (row !== undefined) await recordOrderEvent(tx, merchant, orderId(row.id), 'row-back', {}, at);
}

/** The orders whose rows have stood still since `before`. */
export async function settledOrders(tx: Tx, merchant: MerchantId, before: Date): Promise<Order[]> {
  const rows = await tx.query<Row>(
    `select ${ORDER_COLUMNS} from orders where merchant = $1 and seen_at is not null and seen_at <= $2 order by seen_at, id limit 5000 for update`,
    [merchant, before],
  );
  return rows.map(orderOf);
}

/** When the next row will have stood still: the oldest edit that has not. */
export async function oldestUnsettled(tx: Tx, merchant: MerchantId): Promise<Date | null> {
  const [row] = await tx.query<{ at: Date | null }>(
    'select min(seen_at) as at from orders where merchant = $1 and seen_at is not null',
    [merchant],
  );
  return row?.at ?? null;
}

/** The row's contents become the order's. With another category its workflow has something to look at. */
export async function applySeen(
  tx: Tx,
  merchant: MerchantId,
  order: Order,
  row: OrderRow,
  to: { readonly category: OrderCategory | null; readonly moved: boolean; readonly attention: boolean },
  at: Date,
): Promise<void> {
  await tx.query(
    `update orders set number = $3, fields = $4, phones = $5, phone_problem = $6, status_text = $7, category = $8,
       category_since = case when $9 then $10 else category_since end,
       phase = case when phase in ('settling') then 'idle' else phase end,
       attention_at = case when $11 then $10 else attention_at end, seen = null, seen_at = null, updated_at = $10
     where merchant = $1 and id = $2`,
    [
      merchant,
      order.id,
      row.fields.orderId ?? null,
      JSON.stringify(row.fields),
      JSON.stringify(row.phones),
      row.problem === null ? null : JSON.stringify(row.problem),
      row.status,
      to.category,
      to.moved,
      at,
      to.attention,
    ],
  );
}

export async function recordOrderEvent(
  tx: Tx,
  merchant: MerchantId,
  id: OrderId,
  event: string,
  detail: Readonly<Record<string, unknown>>,
  at: Date,
): Promise<void> {
  await tx.query(
    'insert into order_events (merchant, order_id, at, event, detail) values ($1, $2, $3, $4, $5)',
    [merchant, id, at, event, JSON.stringify(detail)],
  );
  await recordEvent(tx, { merchant, kind: 'order.updated', data: { order: id, event } });
}

export async function orderTimeline(
  tx: Tx,
  merchant: MerchantId,
  id: OrderId,
  limit = 500,
): Promise<{ at: Date; event: string; detail: Record<string, unknown> }[]> {
  const rows = await tx.query<{ at: Date; event: string; detail: Record<string, unknown> }>(
    'select at, event, detail from order_events where merchant = $1 and order_id = $2 order by id desc limit $3',
    [merchant, id, limit],
  );
  return rows.reverse();
}

/** How a message went, once however often it is told; `words` go into the sheet's own column for it. */
export async function noteOutcome(
  tx: Tx,
  merchant: MerchantId,
  id: OrderId,
  event: string,
  detail: Readonly<Record<string, unknown>>,
  words: string | null,
  at: Date,
): Promise<void> {
  const [told] = await tx.query(
    'select from order_events where merchant = $1 and order_id = $2 and event = $3 and detail = $4::jsonb limit 1',
    [merchant, id, event, JSON.stringify(detail)],
  );
  if (told !== undefined) return;
  await recordOrderEvent(tx, merchant, id, event, detail, at);
  await tx.query(
    'update orders set write_state = coalesce($3, write_state), updated_at = $4 where merchant = $1 and id = $2',
    [merchant, id, words, at],
  );
}

/** What the order waits for, as people see it. */
export async function noteWait(
  tx: Tx,
  merchant: MerchantId,
  id: OrderId,
  phase: OrderPhase,
  waiting: Order['waiting'],
  at: Date,
): Promise<void> {
  const changed = await tx.query(
    `update orders set phase = $3, waiting_reason = $4, waiting_until = $5, waiting_for = $6
     where merchant = $1 and id = $2 and (phase, waiting_reason, waiting_for) is distinct from ($3, $4, $6) returning id`,
    [merchant, id, phase, waiting?.reason ?? null, waiting?.until ?? null, waiting?.about ?? null],
  );
  if (changed.length === 0) {
    await tx.query('update orders set waiting_until = $3 where merchant = $1 and id = $2', [
      merchant,
      id,
      waiting?.until ?? null,
    ]);
    return;
  }
  if (waiting === null)
    await recordEvent(tx, { merchant, kind: 'order.updated', data: { order: id, event: phase } });
  else
    await recordOrderEvent(
      tx,
      merchant,
      id,
      'waiting',
      { reason: waiting.reason, about: waiting.about, until: waiting.until?.toISOString() ?? null },
      at,
    );
}

/** The sheet has been asked to take what was to be written. What has been asked for since stays. */
export async function noteWritten(
  tx: Tx,
  merchant: MerchantId,
  order: Pick<Order, 'id' | 'writeStatus' | 'writeState'>,
  outcome: { readonly written: boolean; readonly why: string | null; readonly keepState: boolean },
  at: Date,
): Promise<void> {
  await tx.query(
    `update orders set status_text = case when $5 and $3::text is not null then $3 else status_text end,
       write_status = case when write_status is not distinct from $3 then null else write_status end,
       write_state = case when not $6 and write_state is not distinct from $4 then null else write_state end, updated_at = $7
     where merchant = $1 and id = $2`,
    [merchant, order.id, order.writeStatus, order.writeState, outcome.written, outcome.keepState, at],
  );
  const detail = {
    ...(order.writeStatus === null ? {} : { status: order.writeStatus }),
    ...(order.writeState === null ? {} : { messageState: order.writeState }),
  };
  await recordOrderEvent(
    tx,
    merchant,
    order.id,
    outcome.written ? 'written' : 'not-written',
    { ...detail, ...(outcome.why === null ? {} : { why: outcome.why }) },
    at,
  );
}

/** The orders that wait to say this, with the occurrence it would be, and their call for attention. */
export async function waitingFor(
  tx: Tx,
  merchant: MerchantId,
  type: OrderMessage,
  at: Date,
): Promise<{ id: OrderId; occurrence: string }[]> {
  const rows = await tx.query<{ id: string; category: OrderCategory | null }>(
    'update orders set attention_at = $3 where merchant = $1 and waiting_for = $2 returning id, category',
    [merchant, type, at],
  );
  return rows.map(({ id, category }) => ({
    id: orderId(id),
    occurrence: type === 'reminder' ? (category === 'noAnswer' ? 'noAnswer' : 'newOrder') : '1',
  }));
}
