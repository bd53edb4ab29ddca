import type { MerchantId } from '../domain/ids.ts';
import type { Tx } from './database.ts';
import { fromStored } from './exact-text.ts';
import type { WebhookDelivery } from './webhooks.ts';

/** What the merchant's system is told, read when it is told: a status that moved on meanwhile is told as it is. */
export interface WebhookPayload {
  readonly id: string;
  readonly type: string;
  readonly at: string;
  readonly merchant: MerchantId;
  readonly conversation: {
    readonly platform: string;
    readonly customer: string;
    readonly name: string | null;
  } | null;
  readonly message: Record<string, unknown> | null;
  readonly data: Record<string, unknown>;
}

/** Names an event for ever, in every attempt and redelivery: receivers dedupe by it. */
export const eventId = (event: number): string => `evt_${event}`;

export async function webhookPayload(
  tx: Tx,
  merchant: MerchantId,
  { event, kind, conversation, data, happenedAt }: WebhookDelivery,
): Promise<WebhookPayload> {
  const { key } = data;
  return {
    id: eventId(event),
    type: kind,
    at: happenedAt.toISOString(),
    merchant,
    conversation: conversation === null ? null : await conversationOf(tx, merchant, conversation),
    message: typeof key === 'string' ? await messageOf(tx, merchant, key) : null,
    data,
  };
}

async function conversationOf(
  tx: Tx,
  merchant: MerchantId,
  id: string,
): Promise<WebhookPayload['conversation']> {
  const [row] = await tx.query<{ platform: string; customer: string; name: string | null }>(
    'select platform, customer, name from conversations where merchant = $1 and id = $2',
    [merchant, id],
  );
  return row ?? null;
}

async function messageOf(tx: Tx, merchant: MerchantId, key: string): Promise<Record<string, unknown> | null> {
  const [row] = await tx.query<{
    provider_id: string | null;
    direction: string;
    by: string;
    type: string;
    text: string;
    exact: Buffer | null;
    at: Date;
    status: string;
    reason: string | null;
    line: string;
  }>(
    'select provider_id, direction, by, type, text, exact, at, status, reason, line from messages where merchant = $1 and key = $2',
    [merchant, key],
  );
  if (row === undefined) return null;
  const { provider_id: id, direction, by, type, at, status, reason, line } = row;
  // JSON can't carry half a character: what the customer typed so is shown as well as it can be.
  return {
    key,
    id,
    line,
    direction,
    by,
    type,
    text: fromStored(row).toWellFormed(),
    at: at.toISOString(),
    status,
    reason,
  };
}
