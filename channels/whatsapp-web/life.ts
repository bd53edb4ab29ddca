import { wordsOf } from './classify.ts';
import type { Ended } from './state.ts';
import { within } from './waiting.ts';

const SETTLE_MS = 5_000;

type Log = (event: string, fields: Readonly<Record<string, unknown>>) => void;

/**
 * One browser's life: what runs in the background while it lasts, and its one end. No error of background work gets out
 * as an unhandled rejection (that would end every line of the process), and the end always comes to its end.
 */
export class Life {
  readonly done: Promise<Ended>;
  readonly #over = new AbortController();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #running = new Set<Promise<void>>();
  readonly #log: Log;
  readonly #close: (ended: Ended) => Promise<void>;
  #resolveDone: (ended: Ended) => void = () => undefined;

  /** `close` is called once, when the life has ended. */
  constructor(log: Log, close: (ended: Ended) => Promise<void>) {
    this.#log = log;
    this.#close = close;
    this.done = new Promise((resolve) => (this.#resolveDone = resolve));
  }

  get over(): AbortSignal {
    return this.#over.signal;
  }

  end(ended: Ended): void {
    if (this.over.aborted) return;
    this.#over.abort();
    for (const timer of this.#timers) clearTimeout(timer);
    const closed = this.#close(ended).catch((error: unknown) =>
      this.#log('line.close-failed', { error: wordsOf(error) }),
    );
    void closed.then(() => this.#settle()).then(() => this.#resolveDone(ended));
  }

  /** What still runs may be in the middle of a file; but a caller that never answers must not keep the line down. */
  async #settle(): Promise<void> {
    try {
      await within(SETTLE_MS, 'background work', Promise.all(this.#running));
    } catch (error) {
      this.#log('line.background-left', { error: wordsOf(error) });
    }
  }

  /** Work in the background. The end waits for it. */
  run(what: string, work: () => Promise<void>): void {
    const running: Promise<void> = work()
      .catch((error: unknown) => {
        if (!this.over.aborted) this.#log('line.step-failed', { what, error: wordsOf(error) });
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }
  after(ms: number, what: string, work: () => Promise<void>): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.run(what, work);
    }, ms);
    this.#timers.add(timer);
    return timer;
  }
  /** Counted from the end of one round to the start of the next: rounds never overlap. */
  every(ms: () => number, what: string, work: () => Promise<void>): void {
    this.after(ms(), what, async () => {
      try {
        await work();
      } finally {
        if (!this.over.aborted) this.every(ms, what, work);
      }
    });
  }

  /** Rejects when the life ends: to be raced with work that would then wait for ever. */
  async endedEarly(): Promise<never> {
    await new Promise<void>((resolve) => {
      if (this.over.aborted) resolve();
      else this.over.addEventListener('abort', () => resolve(), { once: true });
    });
    throw new Error('the browser ended meanwhile');
  }
}
