import { setTimeout as pause } from 'node:timers/promises';

/** Somebody who hears nothing writes again after this. */
const PATIENCE_MS = 120_000;

/** How people reach the shop, and how they hear of it. */
export interface Wire {
  say(from: string, text: string): void;
  /** After the first so many sends: whom each reached, null where it reached nobody. */
  arrivedSince(count: number): readonly (string | null)[];
}

/** People who write in one to three fragments, wait for the answer, think, and write again. */
export class Customers {
  /** Everything that was written: the words, each only once. */
  readonly said: string[] = [];
  readonly #wire: Wire;
  readonly #random: (below: number) => number;
  readonly #firstNumber: number;
  readonly #heard = new Map<string, number>();
  #counted = 0;

  constructor(wire: Wire, random: (below: number) => number, firstNumber: number) {
    this.#wire = wire;
    this.#random = random;
    this.#firstNumber = firstNumber;
  }

  async write(count: number, stopped: AbortSignal): Promise<void> {
    await Promise.all(
      Array.from({ length: count }, (_, index) => this.#one(String(this.#firstNumber + index), stopped)),
    );
  }

  async #one(from: string, stopped: AbortSignal): Promise<void> {
    await pause(this.#random(10_000));
    for (let question = 1; !stopped.aborted; question += 1) {
      const before = this.#heardBy(from);
      const fragments = 1 + this.#random(3);
      for (let fragment = 1; fragment <= fragments; fragment += 1) {
        const text = `سؤال ${question} (${fragment}/${fragments}) من ${from}`;
        this.said.push(text);
        this.#wire.say(from, text);
        await pause(300 + this.#random(400));
      }
      const over = (): boolean => stopped.aborted;
      const impatientAt = Date.now() + PATIENCE_MS;
      while (this.#heardBy(from) === before && Date.now() < impatientAt && !over()) await pause(250);
      for (let left = this.#random(20_000); left > 0 && !over(); left -= 250) await pause(250);
    }
  }

  #heardBy(from: string): number {
    for (const to of this.#wire.arrivedSince(this.#counted)) {
      this.#counted += 1;
      if (to !== null) this.#heard.set(to, (this.#heard.get(to) ?? 0) + 1);
    }
    return this.#heard.get(from) ?? 0;
  }
}
