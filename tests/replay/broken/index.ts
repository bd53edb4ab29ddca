import { upsertSearchAttributes } from '@temporalio/workflow';
import { conversation as asShipped, type ConversationInput } from '../../../workflows/conversation.ts';
import { order as orderAsShipped, type OrderInput } from '../../../workflows/order.ts';
import { line as lineAsShipped, type LineInput } from '../../../workflows/line.ts';
import { sheet as sheetAsShipped, type SheetInput } from '../../../workflows/sheet.ts';
import { PHASE } from '../../../workflows/phase.ts';

/**
 * What a careless change looks like: one more thing shown at the beginning, without `patched()`. Whatever is
 * open during the deploy would hang on it; tests/replay/replay.test.ts must refuse it.
 */
export async function conversation(input: ConversationInput): Promise<void> {
  upsertSearchAttributes([{ key: PHASE, value: 'gathering' }]);
  await asShipped(input);
}

export async function order(input: OrderInput): Promise<void> {
  upsertSearchAttributes([{ key: PHASE, value: 'waiting' }]);
  await orderAsShipped(input);
}

export async function line(input: LineInput): Promise<void> {
  upsertSearchAttributes([{ key: PHASE, value: 'waiting' }]);
  await lineAsShipped(input);
}

export async function sheet(input: SheetInput): Promise<void> {
  upsertSearchAttributes([{ key: PHASE, value: 'waiting' }]);
  await sheetAsShipped(input);
}
