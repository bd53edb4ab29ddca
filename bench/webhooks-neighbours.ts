import { setTimeout as pause } from 'node:timers/promises';
import type { FaultPlan } from '../tests/doubles/far-end/faults.ts';
import { circumstances } from './surroundings.ts';
import { markdown } from './table.ts';
import { message, NEIGHBOUR, NUMBER, openStage, post, postOf, type Stage } from './webhooks-shop.ts';

const WINDOW_MS = 2_000;
const PER_SECOND = 3;
/** What a trouble leaves behind (a pause, a breaker) is over before the neighbour is well again. */
const BETWEEN_MS = 8_000;

/** What happens at the provider to the other merchant's line. */
const TROUBLES: readonly { readonly what: string; readonly fault: FaultPlan }[] = [
  { what: 'throttled (130429)', fault: { kind: 'error', code: 130429, account: NEIGHBOUR, share: 1 } },
  { what: 'fails, breaker open (503)', fault: { kind: 'http', status: 503, account: NEIGHBOUR, share: 1 } },
  { what: 'hangs until time-outs', fault: { kind: 'accept-then-time-out', account: NEIGHBOUR, share: 1 } },
];

/**
 * Two merchants, the same questions at both all the time. Each trouble of the neighbour's stands between two stretches
 * in which it is well, so that a slower machine slows both sides of a comparison.
 */
export async function benchNeighbours(seconds: number): Promise<void> {
  const stage = await openStage(WINDOW_MS);
  const rows: (readonly (string | number)[])[] = [];
  try {
    await stretch(stage, 5);
    for (const { what, fault } of TROUBLES) {
      const before = await stretch(stage, seconds);
      stage.graph.fail(fault);
      const during = await stretch(stage, seconds);
      stage.graph.heal();
      await pause(BETWEEN_MS);
      const after = await stretch(stage, seconds);
      const well = [...before, ...after].toSorted((a, b) => a - b);
      const ill = during.toSorted((a, b) => a - b);
      const moved = (share: number): string =>
        `${Math.round((at(ill, share) / Math.max(at(well, share), 1) - 1) * 100)} %`;
      rows.push([
        what,
        ill.length,
        ...[at(well, 0.5), at(ill, 0.5), moved(0.5), at(well, 0.99), at(ill, 0.99), moved(0.99)],
      ]);
      console.error(rows.at(-1)?.join(' | '));
    }
    console.log(
      `\n${markdown(
        ['the neighbour’s line', 'answers', 'p50 well', 'ill', 'moved', 'p99 well', 'ill', 'moved'],
        rows,
      )}\n\nMilliseconds from a question on the line that is well until its answer is at the provider, a window of ${WINDOW_MS} ms included; ${PER_SECOND} questions a second on each of the two lines.\n${circumstances(null)}`,
    );
  } finally {
    await stage.close();
  }
}

let customers = 9_647_900_000_000;

/** Both are asked; how long the one that is well took to answer. */
async function stretch({ url, graph }: Stage, seconds: number): Promise<number[]> {
  const asked = new Map<string, number>();
  const posting: Promise<unknown>[] = [];
  for (let nth = 0; nth < seconds * PER_SECOND; nth += 1) {
    for (const number of [NUMBER, NEIGHBOUR]) {
      const from = String((customers += 1));
      if (number === NUMBER) asked.set(from, Date.now());
      posting.push(post(url, postOf({ messages: [message(from, from)] }, number)));
    }
    await pause(1_000 / PER_SECOND);
  }
  await Promise.all(posting);
  for (;;) {
    const answers = graph.delivered().filter(({ to }) => asked.has(to));
    if (answers.length >= asked.size) return answers.map(({ to, atMs }) => atMs - (asked.get(to) ?? NaN));
    await pause(100);
  }
}

const at = (sorted: readonly number[], share: number): number =>
  Math.round(sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? NaN);
