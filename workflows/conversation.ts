import type { LineId } from '../domain/ids.ts';
import { ConversationRun } from './conversation-run.ts';
import type { MessageArrived, TakenOver } from './conversation-signals.ts';
import type { ConversationRef } from './ids.ts';
import type { Outbound } from './outbound-queue.ts';
import type { Turn } from './turn.ts';
import type { UnclearSend } from './unsettled.ts';
import type { RunRules } from './window.ts';

export interface ConversationInput extends ConversationRef {
  readonly line: LineId;
  readonly window: RunRules;
  /** Retries of one send after its first attempt. */
  readonly maxRetries: number;
  /** Where its sends are done (`sendsQueueOf`). @default SENDS_QUEUE */
  readonly sendsQueue?: string;
  /** What an earlier run of a long wait hands on. */
  readonly carried?: Carried;
}

export interface Carried {
  readonly inbox: readonly MessageArrived[];
  readonly queue: readonly Outbound[];
  readonly turn: Turn | null;
  readonly unclear: readonly UnclearSend[];
  readonly human: TakenOver | null;
  readonly turnsTaken: number;
}

/**
 * One customer of one merchant on one line. A run lasts as long as something waits: a window, a turn, a
 * send that is held or unclear, a person in charge. Everything that must outlive it is in the store.
 */
export async function conversation(input: ConversationInput): Promise<void> {
  const run = new ConversationRun(input);
  run.listen();
  await run.untilNothingWaits();
}
