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

const rounded = (value: number): string => (Number.isNaN(value) ? '–' : value.toFixed(value < 10 ? 1 : 0));

export function markdown(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join(
    '\n',
  );
}
