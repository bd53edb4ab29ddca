import { WorkflowNotFoundError } from '@temporalio/common';
import type { MessageKey } from '../../domain/ids.ts';
import { applyStatuses } from '../../store/statuses.ts';
import { sendAgainSignal } from '../../workflows/conversation-signals.ts';
import { conversationWorkflowId } from '../../workflows/ids.ts';
import { until } from '../support/live-shop.ts';
import type { Shop } from '../support/shop.ts';
import { CUSTOMER, inStore, type Path } from './paths.ts';

/** What a provider reports later: the run that answered is over, and the one that follows is kept. */
export const STATUS_PATHS: readonly Path[] = [
  {
    name: 'failed-then-sent-again',
    shows: { EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: 1, EVENT_TYPE_ACTIVITY_TASK_COMPLETED: 1 },
    async walk(shop) {
      await answered(shop);
      const key = await reportedAsFailed(shop);
      await shop.house.mail.tellOrStart(shop.start(CUSTOMER), sendAgainSignal, [[key]]);
    },
  },
  {
    // The line's next trouble is met by a message that had left before.
    name: 'failed-then-held-then-sent-again',
    shows: {
      EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: 1,
      EVENT_TYPE_ACTIVITY_TASK_COMPLETED: 2,
      EVENT_TYPE_TIMER_FIRED: 1,
    },
    async walk(shop) {
      await answered(shop);
      const key = await reportedAsFailed(shop);
      await inStore(shop, (tx) =>
        tx.query(`update lines set paused_until = now() + interval '3 seconds' where merchant = $1`, [
          shop.merchant,
        ]),
      );
      await shop.house.mail.tellOrStart(shop.start(CUSTOMER), sendAgainSignal, [[key]]);
    },
  },
];

async function answered(shop: Shop): Promise<void> {
  await shop.say(CUSTOMER, 'hello');
  await until(
    () => status(shop),
    (now) => now === 'COMPLETED',
  );
}

async function status(shop: Shop): Promise<string | null> {
  try {
    const run = shop.house.client.workflow.getHandle(conversationWorkflowId(shop.start(CUSTOMER)));
    return (await run.describe()).status.name;
  } catch (error) {
    // Not started yet.
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

/** The provider had taken the answer, and could not bring it. */
export function reportedAsFailed(shop: Shop): Promise<MessageKey> {
  const { merchant, line } = shop;
  return inStore(shop, async (tx) => {
    const [sent] = await tx.query<{ provider_id: string }>(
      `select provider_id from messages where direction = 'out' and status = 'accepted'`,
    );
    if (sent === undefined) throw new Error('nothing was sent');
    const [applied] = await applyStatuses(
      tx,
      merchant,
      line,
      [
        {
          kind: 'status',
          account: `${merchant}/sim`,
          id: sent.provider_id,
          status: 'failed',
          atMs: Date.now(),
          failure: { class: 'retryable', reason: 'provider-unavailable', detail: 'reported later' },
        },
      ],
      Date.now(),
    );
    if (applied?.sendAgain !== true) throw new Error('it is not to be sent again');
    return applied.key;
  });
}
