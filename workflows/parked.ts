import type { Held } from './held-parts.ts';
import { PARKED_LOOK_AGAIN_MS } from './policies.ts';

/** The send for which everything else of a conversation waits: why, until when, and after how long to look again. */
export class Parked {
  #waiting: Held | null = null;
  #lookAgainMs: number = PARKED_LOOK_AGAIN_MS.first;

  get waiting(): Held | null {
    return this.#waiting;
  }

  waitsFor(held: Held): void {
    this.#waiting = held;
  }

  /** How long to wait before the next look, if nobody wakes the run. */
  nextPauseMs(): number {
    const { longest } = PARKED_LOOK_AGAIN_MS;
    const untilMs = this.#waiting?.untilMs ?? null;
    // Who knows until when it waits does not ask before: a thousand that ask to no purpose would keep the others waiting.
    if (untilMs !== null) return Math.min(Math.max(untilMs - Date.now(), 0), longest);
    const pauseMs = this.#lookAgainMs;
    this.#lookAgainMs = Math.min(pauseMs * 2, longest);
    return pauseMs;
  }

  /** There was news: the next look comes soon again. */
  woken(): void {
    this.#lookAgainMs = PARKED_LOOK_AGAIN_MS.first;
  }

  over(): void {
    this.#waiting = null;
    this.woken();
  }
}
