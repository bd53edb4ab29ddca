import { setTimeout as pause } from 'node:timers/promises';
import type { GraphDouble } from '../../doubles/graph-api/double.ts';

/** Somebody who hears nothing writes again after this. */
const PATIENCE_MS = 120_000;

/** People who write in one to three fragments, wait for the answer, think, and write again. */
export class Customers {
  /** Everything that was written: the words, each only once. */
  readonly said: string[] = [];
  readonly #graph: GraphDouble;
  readonly #account: string;
  readonly #random: (below: number) => number;
  readonly #heard = new Map<string, number>();
  #counted = 0;

  constructor(graph: GraphDouble, account: string, random: (below: number) => number) {
    this.#graph = graph;
    this.#account = account;
    this.#random = random;
  }

  async write(count: number, stopped: AbortSignal): Promise<void> {
    await Promise.all(
      Array.from({ length: count }, (_, index) => this.#one(String(9_647_700_100_000 + index), stopped)),
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
        this.#graph.say({ account: this.#account, from, text });
        await pause(300 + this.#random(400));
      }
      const over = (): boolean => stopped.aborted;
      const impatientAt = Date.now() + PATIENCE_MS;
      while (this.#heardBy(from) === before && Date.now() < impatientAt && !over()) await pause(250);
      for (let left = this.#random(20_000); left > 0 && !over(); left -= 250) await pause(250);
    }
  }

  #heardBy(from: string): number {
    const sends = this.#graph.received();
    for (; this.#counted < sends.length; this.#counted += 1) {
      const send = sends[this.#counted];
      if (send !== undefined && send.id !== null)
        this.#heard.set(send.to, (this.#heard.get(send.to) ?? 0) + 1);
    }
    return this.#heard.get(from) ?? 0;
  }
}
