import type { MerchantId } from '../domain/ids.ts';

export interface WebhookDeliveryRef {
  readonly merchant: MerchantId;
  readonly webhook: string;
  /** The event's number in the feed. */
  readonly event: number;
}

/** What the delivery of a webhook asks of the world. */
export interface WebhookActivities {
  /** Posts once; throws where it is to be tried again. Does nothing for what was delivered or removed meanwhile. */
  readonly postWebhook: (ref: WebhookDeliveryRef) => Promise<void>;
  readonly buryWebhook: (ref: WebhookDeliveryRef) => Promise<void>;
}
