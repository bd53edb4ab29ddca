import type { MessageKey } from '../domain/ids.ts';
import type { MessageArrived } from './conversation-signals.ts';

/**
 * The messages that no turn of this run has taken. Adding is all that a signal does; removing names the
 * keys that a claim has dealt with, so a message that arrives meanwhile stays.
 */
export class Inbox {
  readonly #waiting = new Map<MessageKey, MessageArrived>();
  readonly #dealtWith = new Set<MessageKey>();
  #arrivals = 0;

  constructor(carried: readonly MessageArrived[] = []) {
    for (const message of carried) this.add(message);
  }

  add(message: MessageArrived): void {
    if (this.#dealtWith.has(message.key)) return;
    if (!this.#waiting.has(message.key)) this.#arrivals += 1;
    this.#waiting.set(message.key, message);
  }

  /** How many messages this run has been told of. */
  get arrivals(): number {
    return this.#arrivals;
  }

  get messages(): MessageArrived[] {
    return [...this.#waiting.values()];
  }

  get keys(): MessageKey[] {
    return [...this.#waiting.keys()];
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** What a claim took, and what it left out because another turn already has it or its sender withdrew it. */
  dealtWith(keys: Iterable<MessageKey>): void {
    for (const key of keys) {
      this.#dealtWith.add(key);
      this.#waiting.delete(key);
    }
  }
}
