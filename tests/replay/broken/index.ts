import { upsertSearchAttributes } from '@temporalio/workflow';
import { conversation as asShipped, type ConversationInput } from '../../../workflows/conversation.ts';
import { PHASE } from '../../../workflows/phase.ts';

/**
 * What a careless change looks like: one more thing shown at the beginning, without `patched()`. Every conversation
 * that is open during the deploy would hang on it; tests/replay/replay.test.ts must refuse it.
 */
export async function conversation(input: ConversationInput): Promise<void> {
  upsertSearchAttributes([{ key: PHASE, value: 'gathering' }]);
  await asShipped(input);
}
