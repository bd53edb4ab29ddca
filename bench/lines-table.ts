import type { LineFleet } from '../tests/chaos/line-fleet.ts';
import { arrived, type Recovery } from './lines-measure.ts';

/** The contract with the operator. */
export const GOAL_MS = 30_000;

export const isWell = (fleet: LineFleet, { ms, loginKept, waited }: Recovery): boolean =>
  ms !== null && ms <= GOAL_MS && loginKept && waited.every((one) => arrived(fleet, one) === 1);

/** A row per kind of failure, as Markdown. */
export function linesTable(fleet: LineFleet, recoveries: readonly Recovery[]): string {
  const kinds = [...new Set(recoveries.map(({ kind }) => kind))];
  const rows = kinds.map((kind) => {
    const of = recoveries.filter((one) => one.kind === kind);
    const times = of.flatMap(({ ms }) => (ms === null ? [] : [ms])).sort((a, b) => a - b);
    const waited = of.flatMap((one) => one.waited);
    const once = waited.filter((one) => arrived(fleet, one) === 1).length;
    return [
      kind,
      of.length,
      `${times.length} of ${of.length}`,
      seconds(times.at(-1)),
      seconds(times[Math.floor(times.length / 2)]),
      `${of.filter(({ loginKept }) => loginKept).length} of ${of.length}`,
      `${once} of ${waited.length}`,
    ].join(' | ');
  });
  const quick = recoveries.filter(({ ms }) => ms !== null && ms <= GOAL_MS).length;
  return [
    '| what happened | times | connected again | longest (s) | median (s) | login kept | waiting messages sent once |',
    '|---|---:|---:|---:|---:|---:|---:|',
    ...rows.map((row) => `| ${row} |`),
    '',
    `Within ${GOAL_MS / 1_000} s: ${quick} of ${recoveries.length}.`,
  ].join('\n');
}

const seconds = (ms: number | undefined): string => (ms === undefined ? '–' : (ms / 1_000).toFixed(1));
