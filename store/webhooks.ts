import { merchantId, type MerchantId } from '../domain/ids.ts';
import type { Tx } from './database.ts';

export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly secret: Buffer;
  readonly events: readonly string[];
  readonly active: boolean;
  readonly createdAt: Date;
}

const COLUMNS = 'id, url, secret, events, active, created_at as "createdAt"';

export async function createWebhook(
  tx: Tx,
  merchant: MerchantId,
  webhook: Omit<Webhook, 'createdAt' | 'active'>,
): Promise<boolean> {
  const created = await tx.query(
    'insert into webhooks (merchant, id, url, secret, events) values ($1, $2, $3, $4, $5) on conflict do nothing returning id',
    [merchant, webhook.id, webhook.url, webhook.secret, webhook.events],
  );
  return created.length > 0;
}

export async function readWebhook(tx: Tx, merchant: MerchantId, id: string): Promise<Webhook | null> {
  const [row] = await tx.query<Webhook & { [column: string]: unknown }>(
    `select ${COLUMNS} from webhooks where merchant = $1 and id = $2`,
    [merchant, id],
  );
  return row ?? null;
}

export async function listWebhooks(
  tx: Tx,
  merchant: MerchantId,
  after: string,
  limit: number,
): Promise<Webhook[]> {
  return tx.query<Webhook & { [column: string]: unknown }>(
    `select ${COLUMNS} from webhooks where merchant = $1 and id > $2 order by id limit $3`,
    [merchant, after, limit],
  );
}

export async function changeWebhook(
  tx: Tx,
  merchant: MerchantId,
  id: string,
  change: {
    readonly url?: string | undefined;
    readonly events?: readonly string[] | undefined;
    readonly active?: boolean | undefined;
  },
): Promise<Webhook | null> {
  const [row] = await tx.query<Webhook & { [column: string]: unknown }>(
    `update webhooks set url = coalesce($3, url), events = coalesce($4, events), active = coalesce($5, active) where merchant = $1 and id = $2 returning ${COLUMNS}`,
    [merchant, id, change.url ?? null, change.events ?? null, change.active ?? null],
  );
  return row ?? null;
}

export async function deleteWebhook(tx: Tx, merchant: MerchantId, id: string): Promise<boolean> {
  return (
    (await tx.query('delete from webhooks where merchant = $1 and id = $2 returning id', [merchant, id]))
      .length > 0
  );
}

/** One event for one webhook. */
export interface DeliveryRef {
  readonly merchant: MerchantId;
  readonly webhook: string;
  /** The event's number in the feed. */
  readonly event: number;
}

export interface WebhookDelivery {
  readonly event: number;
  readonly kind: string;
  readonly conversation: string | null;
  readonly data: Record<string, unknown>;
  readonly happenedAt: Date;
  readonly state: 'pending' | 'delivered' | 'dead';
  readonly attempts: number;
  readonly status: number | null;
  readonly problem: string | null;
  readonly lastAttemptAt: Date | null;
}

const DELIVERY = `event::float8 as event, kind, conversation, data, happened_at as "happenedAt", state, attempts, status, problem, last_attempt_at as "lastAttemptAt"`;

/** Newest first; `before` is the event to go on from. */
export async function listDeliveries(
  tx: Tx,
  { merchant, webhook }: Omit<DeliveryRef, 'event'>,
  state: string | null,
  before: number | null,
  limit: number,
): Promise<WebhookDelivery[]> {
  return tx.query<WebhookDelivery & { [column: string]: unknown }>(
    `select ${DELIVERY} from webhook_deliveries where merchant = $1 and webhook = $2 and ($3::text is null or state = $3) and ($4::bigint is null or event < $4) order by event desc limit $5`,
    [merchant, webhook, state, before, limit],
  );
}

export async function readDelivery(
  tx: Tx,
  { merchant, webhook, event }: DeliveryRef,
): Promise<WebhookDelivery | null> {
  const [row] = await tx.query<WebhookDelivery & { [column: string]: unknown }>(
    `select ${DELIVERY} from webhook_deliveries where merchant = $1 and webhook = $2 and event = $3`,
    [merchant, webhook, event],
  );
  return row ?? null;
}

/** It goes out once more, whatever became of it. */
export async function askAgain(tx: Tx, { merchant, webhook, event }: DeliveryRef): Promise<boolean> {
  const rows = await tx.query(
    `update webhook_deliveries set state = 'pending', handed_over_at = null, problem = null where merchant = $1 and webhook = $2 and event = $3 returning event`,
    [merchant, webhook, event],
  );
  return rows.length > 0;
}

export interface Attempt {
  readonly state: WebhookDelivery['state'];
  readonly status: number | null;
  readonly problem: string | null;
  readonly at: Date;
}

export async function recordAttempt(
  tx: Tx,
  { merchant, webhook, event }: DeliveryRef,
  { state, status, problem, at }: Attempt,
): Promise<void> {
  await tx.query(
    `update webhook_deliveries set state = $4, status = $5, problem = $6, attempts = attempts + 1, last_attempt_at = $7 where merchant = $1 and webhook = $2 and event = $3`,
    [merchant, webhook, event, state, status, problem, at],
  );
}

/** Tried for as long as it is tried: kept, and redelivered when a person asks. */
export async function buryDelivery(tx: Tx, { merchant, webhook, event }: DeliveryRef): Promise<void> {
  await tx.query(
    `update webhook_deliveries set state = 'dead' where merchant = $1 and webhook = $2 and event = $3 and state = 'pending'`,
    [merchant, webhook, event],
  );
}

/** What no workflow has yet. `again`: it was tried before, and a person wants it tried now. */
export async function notHandedOver(
  tx: Tx,
  limit: number,
): Promise<{ readonly ref: DeliveryRef; readonly again: boolean }[]> {
  const rows = await tx.query<{ merchant: string; webhook: string; event: number; again: boolean }>(
    `select merchant, webhook, event::float8 as event, attempts > 0 as again from webhook_deliveries where state = 'pending' and handed_over_at is null order by created_at limit $1`,
    [limit],
  );
  return rows.map(({ again, ...row }) => ({ ref: { ...row, merchant: merchantId(row.merchant) }, again }));
}

export async function handedOver(tx: Tx, { merchant, webhook, event }: DeliveryRef, at: Date): Promise<void> {
  await tx.query(
    'update webhook_deliveries set handed_over_at = $4 where merchant = $1 and webhook = $2 and event = $3',
    [merchant, webhook, event, at],
  );
}

export async function forgetDeliveries(tx: Tx, before: Date): Promise<void> {
  await tx.query(`delete from webhook_deliveries where state <> 'pending' and created_at < $1`, [before]);
}
