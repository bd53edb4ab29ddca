import { setTimeout as pause } from 'node:timers/promises';
import { adviceFor } from '../api/line-advice.ts';
import { lineState } from '../api/schemas/line.ts';
import { memoryOf } from '../channels/whatsapp-web/processes.ts';
import type { LineFleet } from '../tests/chaos/line-fleet.ts';
import { holderOf } from '../tests/chaos/line-holder.ts';
import { memoryMb } from './processes.ts';

const LOOK_EVERY_MS = 1_000;
const MEMORY_EVERY_MS = 60_000;
const MB = 1_048_576;

interface MemorySample {
  readonly minute: number;
  readonly workerMb: number;
  readonly browserMb: number;
}

/** Looks at the line over the API all the time, as its operator would. */
export class LineWatch {
  readonly #fleet: LineFleet;
  readonly #began = Date.now();
  readonly #changes = new Map<string, { readonly state: string; readonly why: string }>();
  readonly #silentAbout = new Set<string>();
  readonly #memory: MemorySample[] = [];
  #longestBeatMs = 0;
  #over = false;
  #watching: Promise<void>;

  constructor(fleet: LineFleet) {
    this.#fleet = fleet;
    this.#watching = this.#watch();
  }

  /** What was seen, in sentences. */
  async told(): Promise<string[]> {
    this.#over = true;
    await this.#watching;
    const changes = [...this.#changes.values()];
    const unexplained = [
      ...new Set(changes.filter(isUnexplained).map(({ state, why }) => `${state}/${why}`)),
    ];
    const reasons = new Set(changes.map(({ why }) => why));
    return [
      `${changes.length} changes of state, ${reasons.size} different reasons; ` +
        `without an explanation of their own in both languages: ${listed(unexplained)}. ` +
        `Down without advice in the API at that moment: ${listed([...this.#silentAbout])}.`,
      `Oldest heartbeat seen while connected: ${(this.#longestBeatMs / 1_000).toFixed(1)} s.`,
      `Memory (worker / browser, MB) by minute: ${this.#memory
        .filter(({ minute }, index) => minute % 10 === 0 || index === this.#memory.length - 1)
        .map(({ minute, workerMb, browserMb }) => `${minute}: ${workerMb} / ${browserMb}`)
        .join(
          '; ',
        )}. At most ${most(this.#memory.map(({ workerMb }) => workerMb))} / ${most(this.#memory.map(({ browserMb }) => browserMb))}.`,
    ];
  }

  async #watch(): Promise<void> {
    for (let nextMemoryMs = 0; !this.#over;) {
      await pause(LOOK_EVERY_MS);
      try {
        await this.#look();
        if (Date.now() < nextMemoryMs) continue;
        nextMemoryMs = Date.now() + MEMORY_EVERY_MS;
        await this.#weigh();
      } catch (error) {
        // A process that ended while it was looked at; the next look sees the next one.
        process.stderr.write(
          `not seen: ${error instanceof Error ? error.message.slice(0, 200) : String(error)}\n`,
        );
      }
    }
  }

  async #look(): Promise<void> {
    const { state, reason, history, advice } = await this.#fleet.line();
    for (const { at, ...change } of history) this.#changes.set(`${at} ${change.state}`, change);
    const advised = advice.some(({ text }) => text.ar !== '' && text.en !== '');
    if (state !== 'connected' && !advised) this.#silentAbout.add(`${state}/${reason ?? ''}`);
    this.#longestBeatMs = Math.max(this.#longestBeatMs, (await this.#fleet.beatAgeMs()) ?? 0);
  }

  async #weigh(): Promise<void> {
    const browser = await memoryOf(this.#fleet.paths.profile);
    this.#memory.push({
      minute: Math.round((Date.now() - this.#began) / 60_000),
      workerMb: Math.round(memoryMb([await holderOf(this.#fleet)])),
      browserMb: Math.round((browser ?? 0) / MB),
    });
  }
}

/** A line that is down for a reason of which only the general "wait" can be said. */
function isUnexplained({ state, why }: { readonly state: string; readonly why: string }): boolean {
  const known = lineState.parse(state);
  if (known === 'connected') return why === '';
  const [advice] = adviceFor(known, why);
  return advice === undefined || advice.code === 'wait-or-restart';
}

const listed = (all: readonly string[]): string => (all.length === 0 ? 'none' : all.join(', '));
const most = (numbers: readonly number[]): number => Math.max(0, ...numbers);
