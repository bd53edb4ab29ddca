import { setTimeout as pause } from 'node:timers/promises';
import { Connection, Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import type { RunningContender } from './contender.ts';
import { FRAGMENT_GAP_MS } from './load.ts';

/** What one turn costs at Temporal, counted from its real history. */
export interface Cost {
  readonly messages: number;
  readonly actions: number;
  readonly events: number;
}

const { EventType } = proto.temporal.api.enums.v1;
const SIGNAL = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED;
/** What Temporal Cloud bills as an action. A signal-with-start counts twice here, as its start and its signal. */
const ACTIONS: ReadonlySet<number> = new Set([
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
  SIGNAL,
  EventType.EVENT_TYPE_TIMER_STARTED,
  EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
  EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
  // One per workflow task that ran local activities: the SDK marks each, and here there is one per task.
  EventType.EVENT_TYPE_MARKER_RECORDED,
]);

export function costOfHistory({ events }: proto.temporal.api.history.v1.IHistory): Omit<Cost, 'messages'> {
  return {
    events: events?.length ?? 0,
    actions: events?.filter(({ eventType }) => ACTIONS.has(eventType ?? 0)).length ?? 0,
  };
}

export async function costOf(
  running: RunningContender,
  messages: number,
  windowMs: number,
): Promise<Cost | null> {
  if (running.temporal === undefined) return null;
  const customer = `cost-${messages}-${Date.now()}`;
  for (let index = 0; index < messages; index += 1) {
    await fetch(running.messagesUrl, {
      method: 'POST',
      headers: { ...running.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ from: customer, text: 'how much is the shirt?', id: `${customer}-${index}` }),
    });
    await pause(FRAGMENT_GAP_MS);
  }
  const connection = await Connection.connect({ address: running.temporal.address });
  try {
    const handle = new Client({ connection }).workflow.getHandle(
      await running.temporal.workflowIdOf(customer),
    );
    const deadline = Date.now() + windowMs * 2 + 10_000;
    while ((await handle.describe()).status.name === 'RUNNING' && Date.now() < deadline) await pause(250);
    return { messages, ...costOfHistory(await handle.fetchHistory()) };
  } finally {
    await connection.close();
  }
}
