import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';

const historySchema = z.object({
  events: z.array(
    z.looseObject({
      eventId: z.string(),
      eventTime: z.string(),
      eventType: z.string(),
      activityTaskCompletedEventAttributes: z.looseObject({ scheduledEventId: z.string() }).optional(),
    }),
  ),
});

/** What a watch did, as Temporal has it. */
export interface WatchHistory {
  /** Activities that were scheduled, polls or not. */
  readonly activities: number;
  /** From the decision to poll until everything that follows from it is in the store. */
  readonly pollsMs: readonly number[];
}

export async function watchHistory(cli: string, address: string, workflowId: string): Promise<WatchHistory> {
  const shown = ['workflow', 'show', '--address', address, '--workflow-id', workflowId, '--output', 'json'];
  const { stdout } = await promisify(execFile)(cli, shown, { maxBuffer: 256 * 1024 * 1024 });
  const { events } = historySchema.parse(JSON.parse(stdout));
  const scheduled = new Map(
    events
      .filter(({ eventType }) => eventType === 'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED')
      .map(({ eventId, eventTime }) => [eventId, Date.parse(eventTime)]),
  );
  const pollsMs = events.flatMap(({ eventTime, activityTaskCompletedEventAttributes: completed }) => {
    const beganMs = completed === undefined ? undefined : scheduled.get(completed.scheduledEventId);
    return beganMs === undefined ? [] : [Date.parse(eventTime) - beganMs];
  });
  return { activities: scheduled.size, pollsMs };
}
