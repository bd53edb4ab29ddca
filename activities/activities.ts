import type { ConversationActivities } from '../workflows/conversation-activities.ts';
import type { ActivityContext } from './context.ts';
import { createDeliver } from './deliver.ts';
import { createSettle } from './look-up.ts';
import { createTakeTurn } from './turn.ts';

/** Everything that workflows ask of the world. */
export const createActivities = (context: ActivityContext): ConversationActivities => ({
  takeTurn: createTakeTurn(context),
  deliver: createDeliver(context),
  settle: createSettle(context),
});
