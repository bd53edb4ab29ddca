import { condition } from '@temporalio/workflow';
import type { Inbox } from './inbox.ts';
import { windowOf, type RunRules, type Window } from './window.ts';

/** What a customer says, gathered until its window is over or somebody asks for it at once. */
export class Gathering {
  readonly #inbox: Inbox;
  #rules: RunRules;
  #flushed = false;

  constructor(inbox: Inbox, rules: RunRules) {
    this.#inbox = inbox;
    this.#rules = rules;
  }

  get rules(): RunRules {
    return this.#rules;
  }
  /** As the merchant has them by now. */
  set rules(rules: RunRules) {
    this.#rules = rules;
  }

  flush(): void {
    this.#flushed = true;
  }

  /** A flush takes what is in the store also where its signal got lost. */
  get isAsked(): boolean {
    return !this.#inbox.isEmpty || this.#flushed;
  }

  get window(): Window | null {
    return windowOf(this.#inbox.messages, this.#rules);
  }

  /** Returns when the window of the messages now in the inbox is over, or a moment before, and when that was or will be. */
  async untilWindowEnds(isClosed: () => boolean): Promise<number> {
    for (;;) {
      const { window } = this;
      if (window === null || this.#flushed || isClosed() || window.endsAtMs <= Date.now()) {
        const isEarly = window !== null && !window.isCut && !this.#flushed;
        this.#flushed = false;
        if (isEarly) return window.endsAtMs + (this.#rules.headStartMs ?? 0);
        return Math.min(window?.endsAtMs ?? Date.now(), Date.now());
      }
      // Only a new end is a reason to wake: most messages of a burst leave the timer alone.
      const moved = (): boolean => this.#flushed || isClosed() || this.window?.endsAtMs !== window.endsAtMs;
      await condition(moved, window.endsAtMs - Date.now());
    }
  }
}
