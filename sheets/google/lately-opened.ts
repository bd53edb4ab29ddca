import type { SheetColumns } from '../../domain/sheet-columns.ts';
import type { WantedEdit } from '../decide-write.ts';
import type { RowProblem, SheetRow } from '../source.ts';
import type { GridRow } from './grid.ts';
import type { ReadTab } from './read-tab.ts';

/** The tab as one request found it. */
export interface OpenSheet {
  readonly readAtMs: number;
  readonly tab: ReadTab;
  readonly headers: readonly string[];
  readonly header: GridRow | null;
  readonly found: SheetColumns;
  readonly rows: readonly SheetRow[];
  readonly problems: readonly RowProblem[];
}

/** Longer than a usual pause between two polls, which forget it. */
const KEPT_MS = 60_000;

/**
 * Fifty orders that change at once would read a long tab fifty times: where the last write found the rows, the next one
 * looks first, and reads two rows instead of thousands. Whatever is not as it was is looked for in the whole tab. So only
 * where the row's own text names its order (a column of order ids): two rows that say the same change places unseen.
 */
export function latelyOpened(): {
  keep: (sheet: OpenSheet) => void;
  reading: () => OpenSheet | null;
  forget: () => void;
} {
  let kept: OpenSheet | null = null;
  return {
    keep: (sheet) => {
      if (sheet.found.columns.orderId !== undefined) kept = sheet;
    },
    reading: () => {
      if (kept !== null && performance.now() - kept.readAtMs > KEPT_MS) kept = null;
      return kept;
    },
    forget: () => {
      kept = null;
    },
  };
}

/** The sheet after a write of ours. */
export function written(sheet: OpenSheet, row: SheetRow, edits: readonly WantedEdit[]): OpenSheet {
  const text = new Map(edits.map(({ column, to }) => [column, to]));
  const cells = Array.from({
    length: Math.max(row.cells.length, ...edits.map(({ column }) => column + 1)),
  }).map((_, column) => {
    const now = text.get(column);
    const before = row.cells[column] ?? { formatted: '', unformatted: null };
    return now === undefined ? before : { formatted: now, unformatted: now };
  });
  return { ...sheet, rows: sheet.rows.map((one) => (one === row ? { ...one, cells } : one)) };
}
