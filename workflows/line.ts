import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  log,
  proxyActivities,
  setHandler,
  TimeoutFailure,
  workflowInfo,
} from '@temporalio/workflow';
import { lineQueue, LINES_QUEUE } from './ids.ts';
import type { HolderActivities, LineActivities, LineRef } from './line-activities.ts';
import { lineCommand, lineStateQuery, type LineAnswer, type LineCommand } from './line-commands.ts';
import { LINE_AGAIN_MS, LINE_CHORE, LINE_COMMAND, LINE_HOLD } from './policies.ts';

export interface LineInput extends LineRef {
  /** What an earlier run hands on. Commands are answered before a run ends, so none is left unread. */
  readonly carried?: { readonly wanted: boolean };
}

const { holdLine } = proxyActivities<Pick<LineActivities, 'holdLine'>>({
  ...LINE_HOLD,
  taskQueue: LINES_QUEUE,
});
const { mayHold, clearLine } = proxyActivities<Pick<LineActivities, 'mayHold' | 'clearLine'>>({
  ...LINE_CHORE,
  taskQueue: LINES_QUEUE,
});

/**
 * Keeps one line for as long as somebody wants it. One activity at a time owns the browser, which is why two never share a
 * profile; what a person asks for reaches it through the line's own task queue, which only its holder polls.
 */
export async function line(input: LineInput): Promise<void> {
  const run = new LineRun(input);
  run.listen();
  await run.whileWanted();
}

class LineRun {
  readonly #input: LineInput;
  readonly #ref: LineRef;
  readonly #holder: HolderActivities;
  #wanted: boolean;
  #holding: CancellationScope | null = null;
  /** Commands that need the login to be nobody's. */
  #keptFree = 0;
  #ended = 0;

  constructor(input: LineInput) {
    const { merchant, line: id, carried } = input;
    this.#input = input;
    this.#ref = { merchant, line: id };
    this.#wanted = carried?.wanted ?? false;
    this.#holder = proxyActivities<HolderActivities>({ ...LINE_COMMAND, taskQueue: lineQueue(merchant, id) });
  }

  listen(): void {
    setHandler(lineCommand, (command) => this.#obey(command), { validator: refuseUnconfirmed });
    setHandler(lineStateQuery, () => ({
      wanted: this.#wanted,
      held: this.#holding !== null,
      ended: this.#ended,
    }));
  }

  async whileWanted(): Promise<void> {
    for (;;) {
      if (workflowInfo().continueAsNewSuggested) {
        await condition(allHandlersFinished);
        await continueAsNew<typeof line>({ ...this.#input, carried: { wanted: this.#wanted } });
      }
      if (this.#mayHold()) await this.#hold();
      else await condition(() => this.#mayHold() || (!this.#wanted && allHandlersFinished()));
      if (!this.#wanted && allHandlersFinished()) return;
    }
  }

  #mayHold(): boolean {
    return this.#wanted && this.#keptFree === 0;
  }

  async #hold(): Promise<void> {
    const scope = new CancellationScope();
    this.#holding = scope;
    try {
      const { why } = await scope.run(() => holdLine(this.#ref));
      this.#ended += 1;
      log.info('the browser ended', { why });
    } catch (error) {
      if (CancellationScope.current().consideredCancelled || !(error instanceof ActivityFailure)) throw error;
      if (!isCancellation(error)) {
        // The line itself is gone: there is nothing to keep.
        log.warn('the line is given up', { cause: error.cause?.message });
        this.#wanted = false;
      }
    } finally {
      this.#holding = null;
    }
    await condition(() => !this.#mayHold(), LINE_AGAIN_MS);
  }

  async #obey(command: LineCommand): Promise<LineAnswer> {
    switch (command.kind) {
      case 'start':
        return this.#start();
      case 'stop':
        this.#wanted = false;
        await this.#release();
        return { kind: 'done' };
      case 'logout': {
        const answer = await this.#ask(command);
        if (answer.kind !== 'done') return answer;
        this.#wanted = false;
        await this.#release();
        return answer;
      }
      case 'clear-session':
        return this.#clear();
      case 'restart-browser':
      case 'reconnect':
      case 'health-check':
      case 'fresh-qr':
      case 'pairing-code':
        return this.#ask(command);
    }
  }

  async #start(): Promise<LineAnswer> {
    if (this.#wanted) return { kind: 'done' };
    const refusal = await this.#refusal();
    if (refusal !== null) return { kind: 'refused', ...refusal };
    this.#wanted = true;
    return { kind: 'done' };
  }

  async #refusal(): Promise<{ readonly code: string; readonly text: string } | null> {
    try {
      return await mayHold(this.#ref);
    } catch (error) {
      if (neverTaken(error)) return NOBODY_HOLDS_LINES;
      throw error;
    }
  }

  async #clear(): Promise<LineAnswer> {
    this.#keptFree += 1;
    try {
      await this.#release();
      return { kind: 'cleared', copy: await clearLine(this.#ref) };
    } catch (error) {
      if (neverTaken(error)) return { kind: 'refused', ...NOBODY_HOLDS_LINES };
      throw error;
    } finally {
      this.#keptFree -= 1;
    }
  }

  /** Cancellation arrives with a heartbeat; asking the holder is sooner. The other way holds where nobody answers. */
  async #release(): Promise<void> {
    if (this.#holding === null) return;
    const told = this.#ask({ kind: 'stop' });
    this.#holding.cancel();
    await condition(() => this.#holding === null);
    await told;
  }

  async #ask(command: LineCommand): Promise<LineAnswer> {
    if (this.#holding === null) return { kind: 'not-held' };
    try {
      return await this.#holder.commandHolder(command);
    } catch (error) {
      if (error instanceof ActivityFailure && error.cause instanceof TimeoutFailure)
        return { kind: 'not-held' };
      throw error;
    }
  }
}

/** Also where there is one that has as many lines as it can hold. */
const NOBODY_HOLDS_LINES = {
  code: 'no-line-worker',
  text: 'No process that can hold another WhatsApp line is running. Start one (npm run worker, where Chromium is), then try again.',
} as const;

const neverTaken = (error: unknown): boolean =>
  error instanceof ActivityFailure &&
  error.cause instanceof TimeoutFailure &&
  error.cause.timeoutType === 'SCHEDULE_TO_START';

function refuseUnconfirmed(command: LineCommand): void {
  if (command.kind === 'clear-session' && !command.confirm)
    throw ApplicationFailure.nonRetryable('a login is cleared only when that is confirmed', 'unconfirmed');
}
