import { createHmac } from 'node:crypto';
import type { MerchantId } from '../domain/ids.ts';
import { orderId, type OrderId, type OrderRow } from '../domain/order.ts';
import { type OrderCategory, type OrderMessage } from '../domain/order-status.ts';
import type { Refusal } from '../domain/order-plan.ts';
import type { PhoneCandidate } from '../domain/phone.ts';
import type { Tx } from './database.ts';

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

export interface StoredOrder {
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

export const orderOf = (row: StoredOrder): Order => ({
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
  const [row] = await tx.query<StoredOrder>(
    `select ${ORDER_COLUMNS} from orders where merchant = $1 and id = $2`,
    [merchant, id],
  );
  return row === undefined ? null : orderOf(row);
}

export async function lockOrder(tx: Tx, merchant: MerchantId, id: OrderId): Promise<Order | null> {
  const [row] = await tx.query<StoredOrder>(
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
  const rows = await tx.query<StoredOrder>(
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
  const rows = await tx.query<StoredOrder>(
    // One search for each of the two, put together: with an `or` all of the merchant's orders would be read.
    `select ${ORDER_COLUMNS} from orders where merchant = $1 and gone_at is null and id in (
       select order_id from order_numbers where merchant = $1 and number = $2
       union select order_id from order_messages where merchant = $1 and conversation = $3)
     order by updated_at desc limit 20`,
    [merchant, number, conversation],
  );
  return rows.map(orderOf);
}
