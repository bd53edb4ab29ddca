import { type Client, WorkflowIdConflictPolicy, WorkflowNotFoundError } from '@temporalio/client';
import type { SignalDefinition } from '@temporalio/workflow';
import type { WindowRules } from '../domain/settings.ts';
import type { conversation as conversationWorkflow, ConversationInput } from '../workflows/conversation.ts';
import {
  messageSignal,
  takenOverSignal,
  type MessageArrived,
  type TakenOver,
} from '../workflows/conversation-signals.ts';
import { conversationWorkflowId, DECISIONS_QUEUE, type ConversationRef } from '../workflows/ids.ts';
import { windowOf, withHeadStart } from '../workflows/window.ts';
import { CALL_TIMEOUT_MS } from './connection.ts';
import { despiteRacingStarts } from './started-meanwhile.ts';
import { searchAttributesOf } from './search-attributes.ts';

/** How the conversation is started when no run is there, by the merchant's own rules. */
export type ConversationStart = Omit<ConversationInput, 'carried' | 'window'> & {
  readonly window: WindowRules;
};

/** What the store said of the message when it kept it. */
export interface ArrivedMessage extends MessageArrived {
  /** Messages of the conversation that no turn has taken, this one included. */
  readonly unclaimed: number;
}

/** Brings news to a conversation's workflow, starting a run when none is there. */
export class ConversationMail {
  readonly #client: Client;
  readonly #timeoutMs: number;

  constructor(client: Client, timeoutMs = CALL_TIMEOUT_MS) {
    this.#client = client;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * A message was stored. Inside a window a plain signal is all it takes: the run has been started with a
   * delay as long as the window, and sleeps without costing a workflow task. What ends the window uses
   * signal-with-start, which also cancels that delay.
   */
  async messageArrived(start: ConversationStart, { unclaimed, ...message }: ArrivedMessage): Promise<void> {
    const endsNow = message.endsWindow || unclaimed >= start.window.maxMessages;
    const opensWindow = unclaimed === 1;
    if (!endsNow && !opensWindow && (await this.tell(start, messageSignal, message))) return;
    const wakesAtMs = windowOf([message], withHeadStart(start.window))?.endsAtMs ?? Date.now();
    await this.tellOrStart(
      start,
      messageSignal,
      [message],
      endsNow ? 0 : Math.max(wakesAtMs - Date.now(), 0),
    );
  }

  /** A person in charge is something to wait for: where no run is there, one begins, which Temporal shows and which ends with the take-over. */
  async takenOver(start: ConversationStart, takenOver: TakenOver): Promise<void> {
    if (!(await this.tell(start, takenOverSignal, takenOver)))
      await this.tellOrStart(start, takenOverSignal, [takenOver]);
  }

  /** Signals the run that is there; false when there is none. */
  async tell<Args extends unknown[]>(
    ref: ConversationRef,
    signal: SignalDefinition<Args>,
    ...args: Args
  ): Promise<boolean> {
    const handle = this.#client.workflow.getHandle(conversationWorkflowId(ref));
    try {
      await this.#soon(() => handle.signal(signal, ...args));
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  }

  async tellOrStart<News>(
    start: ConversationStart,
    signal: SignalDefinition<[News]>,
    args: [News],
    startDelayMs = 0,
  ): Promise<void> {
    await this.#soon(() =>
      despiteRacingStarts(() =>
        this.#client.workflow.signalWithStart<typeof conversationWorkflow, [News]>('conversation', {
          workflowId: conversationWorkflowId(start),
          taskQueue: DECISIONS_QUEUE,
          args: [{ ...start, window: withHeadStart(start.window) }],
          signal,
          signalArgs: args,
          workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
          typedSearchAttributes: searchAttributesOf(start),
          priority: { fairnessKey: start.merchant },
          ...(startDelayMs > 0 ? { startDelay: startDelayMs } : {}),
        }),
      ),
    );
  }

  /** Is a run there? Asked by the sweep, about turns that have been open for long. */
  async isRunning(ref: ConversationRef): Promise<boolean> {
    try {
      const { status } = await this.#soon(() =>
        this.#client.workflow.getHandle(conversationWorkflowId(ref)).describe(),
      );
      return status.name === 'RUNNING';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  }

  #soon<T>(call: () => Promise<T>): Promise<T> {
    return this.#client.withDeadline(Date.now() + this.#timeoutMs, call);
  }
}
