import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';

export const HISTORIES = new URL('./histories/', import.meta.url);

const historySchema = z.looseObject({
  events: z.array(
    z.looseObject({
      eventType: z.string(),
      workflowExecutionContinuedAsNewEventAttributes: z
        .looseObject({ newExecutionRunId: z.string() })
        .optional(),
    }),
  ),
});

/** A history as `temporal workflow show --output json` prints it. */
export type History = z.infer<typeof historySchema>;

export const readHistory = (file: URL): History =>
  historySchema.parse(JSON.parse(readFileSync(file, 'utf8')));

export const countOf = ({ events }: History, type: string): number =>
  events.filter(({ eventType }) => eventType === type).length;

export const recorded = (): { readonly name: string; readonly history: History }[] =>
  readdirSync(HISTORIES)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => ({ name: file.replace(/\.json$/, ''), history: readHistory(new URL(file, HISTORIES)) }));
