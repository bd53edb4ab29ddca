import { setTimeout as pause } from 'node:timers/promises';
import { cpuMs, memoryMb, usedMs } from './processes.ts';
import { circumstances } from './surroundings.ts';
import { markdown } from './table.ts';
import { message, openStage, post, postOf, type Stage } from './webhooks-shop.ts';

const CUSTOMERS = 100;
const WINDOW_MS = 4_000;
/** A customer who was answered reads, and writes the next question. */
const READING_MS = 2_000;
/** Nobody waits for longer: then it counts as lost. */
const ANSWERED_WITHIN_MS = 120_000;
/** What a start leaves behind is over by then. */
const SETTLED_AFTER_MINUTES = 2;

/** A hundred customers who are all in a conversation at once: each writes, waits for the answer, and writes again. */
export async function benchHundred(minutes: number): Promise<void> {
  const stage = await openStage(WINDOW_MS);
  try {
    const began = performance.now();
    const memory: number[] = [];
    const cpuBefore = cpuMs([stage.zajel.pid]);
    const measuring = setInterval(() => memory.push(memoryMb([stage.zajel.pid])), 15_000);
    const untilMs = began + minutes * 60_000;
    const phones = new Phones(stage);
    const talks = await Promise.all(
      Array.from({ length: CUSTOMERS }, (_, nth) =>
        talk(stage.url, phones, String(9_647_800_000_000 + nth), untilMs),
      ),
    );
    clearInterval(measuring);
    const passedMs = performance.now() - began;
    const asked = talks.reduce((sum, one) => sum + one.asked, 0);
    const late = talks.flatMap(({ lateMs }) => lateMs).toSorted((a, b) => a - b);
    const answers = stage.graph.delivered().length;
    const steady = memory.slice(Math.min(SETTLED_AFTER_MINUTES * 4, memory.length - 1));
    console.log(
      `\n${markdown(
        [
          'customers',
          'minutes',
          'questions',
          'lost',
          'doubled',
          'late p50',
          'p99',
          'CPU',
          'memory min 2',
          'end',
        ],
        [
          [
            CUSTOMERS,
            Number((passedMs / 60_000).toFixed(1)),
            asked,
            asked - late.length,
            answers - late.length,
            at(late, 0.5),
            at(late, 0.99),
            `${(usedMs(cpuBefore, cpuMs([stage.zajel.pid])) / passedMs).toFixed(2)} cores`,
            `${Math.round(steady[0] ?? NaN)} MB`,
            `${Math.round(steady.at(-1) ?? NaN)} MB`,
          ],
        ],
      )}\n\nLate: from the window's end (${WINDOW_MS} ms after the question) until the answer is at the provider, in ms.\n${circumstances(null)}`,
    );
  } finally {
    await stage.close();
  }
}

/** When each customer's phone rang; what the double keeps is read once. */
class Phones {
  readonly #graph: Stage['graph'];
  readonly #rang = new Map<string, number[]>();
  #read = 0;

  constructor({ graph }: Stage) {
    this.#graph = graph;
  }

  rang(customer: string): readonly number[] {
    const all = this.#graph.received();
    for (; this.#read < all.length; this.#read += 1) {
      const send = all[this.#read];
      if (send === undefined || send.id === null) continue;
      const own = this.#rang.get(send.to);
      if (own === undefined) this.#rang.set(send.to, [send.atMs]);
      else own.push(send.atMs);
    }
    return this.#rang.get(customer) ?? [];
  }
}

async function talk(
  url: string,
  phones: Phones,
  from: string,
  untilMs: number,
): Promise<{ readonly asked: number; readonly lateMs: readonly number[] }> {
  const lateMs: number[] = [];
  let asked = 0;
  while (performance.now() < untilMs) {
    const before = phones.rang(from).length;
    const bytes = postOf({ messages: [message(from, `${from}.${asked}`)] });
    // What is not accepted the provider brings again.
    while ((await post(url, bytes)).status !== 200) await pause(500);
    const askedAtMs = Date.now();
    asked += 1;
    const rangAtMs = await nextAfter(before, () => phones.rang(from));
    if (rangAtMs !== null) lateMs.push(rangAtMs - askedAtMs - WINDOW_MS);
    await pause(READING_MS);
  }
  return { asked, lateMs };
}

async function nextAfter(before: number, rang: () => readonly number[]): Promise<number | null> {
  const deadline = performance.now() + ANSWERED_WITHIN_MS;
  while (performance.now() < deadline) {
    const all = rang();
    if (all.length > before) return all[before] ?? null;
    await pause(100);
  }
  return null;
}

const at = (sorted: readonly number[], share: number): number =>
  Math.round(sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? NaN);
