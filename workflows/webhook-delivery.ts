import { ActivityFailure, isCancellation, proxyActivities } from '@temporalio/workflow';
import type { WebhookActivities, WebhookDeliveryRef } from './webhook-activities.ts';
import { WEBHOOKS_QUEUE } from './ids.ts';
import { BURY, WEBHOOK } from './policies.ts';

const { postWebhook } = proxyActivities<Pick<WebhookActivities, 'postWebhook'>>({
  ...WEBHOOK,
  taskQueue: WEBHOOKS_QUEUE,
});
const { buryWebhook } = proxyActivities<Pick<WebhookActivities, 'buryWebhook'>>({
  ...BURY,
  taskQueue: WEBHOOKS_QUEUE,
});

/** One event to one of the merchant's own systems: tried for two days, then laid aside for a person. */
export async function webhookDelivery(ref: WebhookDeliveryRef): Promise<void> {
  try {
    await postWebhook(ref);
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    await buryWebhook(ref);
  }
}
