import { cpus, totalmem, type, release, loadavg } from 'node:os';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../start/root.ts';
import type { Cost } from './cost.ts';
import type { Measured } from './measure.ts';

/** What is measured once per contender, not per rate. */
export interface Standing {
  readonly contender: string;
  readonly readyMs: number;
  readonly idleMemoryMb: number;
  readonly oneMessage: Cost | null;
  readonly burst: Cost | null;
}

export function loadTable(rows: readonly Measured[]): string {
  return markdown(
    [
      'contender',
      'turns/s',
      'kills',
      'late p50',
      'p99',
      'max',
      'accept p50',
      'p99',
      'CPU/turn server',
      'worker',
      'memory MB',
      'sent',
      'lost',
      'split',
      'doubled',
    ],
    rows.map(
      ({
        contender,
        rate,
        kills,
        latenessMs: late,
        acceptMs,
        cpuMsPerTurn,
        memoryMb,
        sent,
        lost,
        doubled,
        split,
      }) => [
        contender,
        rate,
        kills,
        ...[
          late.p50,
          late.p99,
          late.max,
          acceptMs.p50,
          acceptMs.p99,
          cpuMsPerTurn.server,
          cpuMsPerTurn.worker,
          memoryMb,
        ].map(rounded),
        sent,
        lost,
        split,
        doubled,
      ],
    ),
  );
}

export function standingTable(rows: readonly Standing[]): string {
  const cost = (of: Cost | null): string => (of === null ? '–' : `${of.actions} / ${of.events}`);
  return markdown(
    [
      'contender',
      'start to ready s',
      'idle memory MB',
      'one message: actions / events',
      'three messages: actions / events',
    ],
    rows.map(({ contender, readyMs, idleMemoryMb, oneMessage, burst }) => [
      contender,
      (readyMs / 1000).toFixed(1),
      rounded(idleMemoryMb),
      cost(oneMessage),
      cost(burst),
    ]),
  );
}

/** Where and when: figures from elsewhere are other figures. `windowMs`: of the turns that were measured, if any were. */
export function circumstances(windowMs: number | null): string {
  const [first] = cpus();
  const version = (name: string): string =>
    /"version":\s*"([^"]+)"/.exec(
      readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8'),
    )?.[1] ?? '?';
  return [
    `${new Date().toISOString()}, ${cpus().length} × ${first?.model.trim() ?? 'CPU'}, ${(totalmem() / 1e9).toFixed(1)} GB, ${type()} ${release()}, Node ${process.version},`,
    `Temporal SDK ${version('@temporalio/worker')}, PGlite ${version('@electric-sql/pglite')}${windowMs === null ? '' : `; window ${windowMs} ms, three messages per turn 700 ms apart`};`,
    `load average at the end ${loadavg()
      .map((load) => load.toFixed(1))
      .join(' ')} (what else ran on the machine is in the figures).`,
  ].join('\n');
}

const rounded = (value: number): string => (Number.isNaN(value) ? '–' : value.toFixed(value < 10 ? 1 : 0));

export function markdown(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join(
    '\n',
  );
}
