/**
 * Calls to one destination under way at once in one worker: a hundred a second where each takes 0.3 s. A far end that
 * hangs takes no more of the worker's 300 places than these, until its breaker opens.
 */
export const MOST_AT_ONCE = 30;
/** Who finds all of them taken comes back after this, one after the other: faster than a slow far end ever answers. */
const BUSY_MS = 1_000;
const APART_MS = 10;

/** How many calls to one destination are under way. */
export class Room {
  readonly #now: () => number;
  #underWay = 0;
  /** When the last one of those who wait for room will be back. */
  #lastBackAtMs = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** 0: there is room. Else when whoever asks is to come back. */
  comeBackInMs(): number {
    if (this.#underWay < MOST_AT_ONCE) return 0;
    this.#lastBackAtMs = Math.max(this.#lastBackAtMs + APART_MS, this.#now() + BUSY_MS);
    return this.#lastBackAtMs - this.#now();
  }

  async during<T>(call: () => Promise<T>): Promise<T> {
    this.#underWay += 1;
    try {
      return await call();
    } finally {
      this.#underWay -= 1;
    }
  }
}
