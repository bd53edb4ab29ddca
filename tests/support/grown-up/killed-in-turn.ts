import { setTimeout as pause } from 'node:timers/promises';
import type { Fleet } from './fleet.ts';

/** Away for so long, as a machine is that starts again; then there is a breath before the next one's turn. */
const AWAY_MS = 500;
const BREATH_MS = 1_000;

/** Kills (−9) one process of a fleet after the other, round and round; the next one only when all are at work. */
export class KilledInTurn {
  readonly #fleet: Fleet;
  readonly #kills = new Map<string, number>();
  readonly #over = new AbortController();
  readonly #done: Promise<void>;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
    this.#done = this.#goRound();
  }

  /** Ends when each has been killed at least once; returns how often each was. */
  async end(): Promise<ReadonlyMap<string, number>> {
    this.#over.abort();
    await this.#done;
    return this.#kills;
  }

  async #goRound(): Promise<void> {
    const parts = [...this.#fleet.workers, ...this.#fleet.apis];
    for (let round = 0; round === 0 || !this.#over.signal.aborted; round += 1) {
      for (const part of parts) {
        if (round > 0 && this.#over.signal.aborted) return;
        await part.kill(AWAY_MS);
        await part.atWork();
        this.#kills.set(part.name, (this.#kills.get(part.name) ?? 0) + 1);
        await pause(BREATH_MS);
      }
    }
  }
}
