import type { ConversationActivities } from '../workflows/conversation-activities.ts';
import type { OrderActivities } from '../workflows/order-activities.ts';
import type { SheetActivities } from '../workflows/sheet-activities.ts';
import type { WebhookActivities } from '../workflows/webhook-activities.ts';
import type { ActivityContext } from './context.ts';
import { createDeliver } from './deliver.ts';
import { createFetchMedia } from './fetch-media.ts';
import { createSettle } from './look-up.ts';
import { createOrderActivities } from './orders.ts';
import { createPollSheet } from './sheets.ts';
import { createTurns } from './turn.ts';
import { createWebhookActivities } from './webhooks.ts';
import { createWriteBack } from './write-back.ts';

/** Everything that workflows ask of the world. */
export const createActivities = (
  context: ActivityContext,
): ConversationActivities & OrderActivities & SheetActivities & WebhookActivities => ({
  ...createTurns(context),
  deliver: createDeliver(context),
  settle: createSettle(context),
  fetchMedia: createFetchMedia(context),
  ...createOrderActivities(context),
  writeBackOrder: createWriteBack(context),
  pollSheet: createPollSheet(context),
  ...createWebhookActivities(context),
});
