import type { ConversationId, LineId, MerchantId } from '../domain/ids.ts';
import type { ChannelName, Platform } from '../domain/message.ts';
import type { OrderId } from '../domain/order.ts';
import type { WebhookDeliveryRef } from './webhook-activities.ts';

/**
 * Workflow ids and task queues, made here and nowhere else. Neither is encrypted by the codec, so no
 * phone number stands in them: the customer is a keyed hash.
 */
export interface ConversationRef {
  readonly merchant: MerchantId;
  readonly platform: Platform;
  readonly conversation: ConversationId;
}

export const conversationWorkflowId = ({ merchant, platform, conversation }: ConversationRef): string =>
  `conversation/${merchant}/${platform}/${conversation}`;

export const lineWorkflowId = (merchant: MerchantId, line: LineId): string => `line/${merchant}/${line}`;

export const orderWorkflowId = (merchant: MerchantId, order: OrderId): string => `order/${merchant}/${order}`;

export const sheetWorkflowId = (merchant: MerchantId): string => `sheet/${merchant}`;

export const webhookWorkflowId = ({ merchant, webhook, event }: WebhookDeliveryRef): string =>
  `webhook/${merchant}/${event}/${webhook}`;

/**
 * Workflows, what is fast and pure, and answers over HTTP: the worker that has thought an answer begins to send it in the
 * same step, and it waits in this queue only where that worker has its hands full.
 */
export const DECISIONS_QUEUE = 'zajel';
/** What nobody waits for at the other end: order messages, sheets, looks into a chat. */
export const SENDS_QUEUE = 'zajel-sends';
/** Customers' files on their way here: no slow download holds up a send. */
export const FILES_QUEUE = 'zajel-files';
/** Posts to merchants' own systems: a slow one of theirs holds up no send. */
export const WEBHOOKS_QUEUE = 'zajel-webhooks';
/** Whoever can hold a line with a connection of its own: a browser, its login, its memory. */
export const LINES_QUEUE = 'zajel-lines';

/** Polled by whoever holds the line, and only while it does: what is sent meanwhile waits in it. */
export const lineQueue = (merchant: MerchantId, line: LineId): string => `line/${merchant}/${line}`;

/** Where a line's sends are done: by any worker over HTTP, by the holder of the connection where there is one. */
export const sendsQueueOf = (channel: ChannelName, merchant: MerchantId, line: LineId): string =>
  channel === 'whatsapp-web' ? lineQueue(merchant, line) : SENDS_QUEUE;
