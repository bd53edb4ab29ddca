import type { Failure } from '../../domain/errors.ts';
import type { HeaderAliases, SheetColumns } from '../../domain/sheet-columns.ts';
import { decideWrite } from '../decide-write.ts';
import { newRowKey } from '../row-key.ts';
import { carried, messageOf, networkFailure, refusal } from '../failures.ts';
import { identify } from '../identify.ts';
import type { SheetMemory } from '../memory.ts';
import { splitHeader, withoutFormulas } from '../place-columns.ts';
import type {
  ReadOptions,
  RowProblem,
  SheetRead,
  SheetRow,
  SheetSource,
  WriteBack,
  WriteBackOutcome,
} from '../source.ts';
import { isWhole, openTab, type OpenTab } from './open-tab.ts';
import { markerOf, openIn, readSettled, replaceFile, type FileState } from './settled-file.ts';
import { sheetPath } from './sheet-path.ts';

export interface FileSheet {
  /** The data folder's `sheets/`. */
  readonly folder: string;
  /** Inside that folder. */
  readonly path: string;
  /** A tab of an `.xlsx` by its name. @default the first visible one */
  readonly tab?: string;
}

/** The file was saved by somebody between our reading and our writing this often: let them finish. */
const WRITE_ATTEMPTS = 3;
/** A file that is open in a program is looked at again after this. */
const OPEN_RETRY_MS = 30_000;

/** Orders in a local `.csv` or `.xlsx` that people edit with a spreadsheet program meanwhile. */
export function fileSource(sheet: FileSheet, aliases: HeaderAliases = {}): SheetSource {
  async function open(memory: SheetMemory, signal: AbortSignal): Promise<OpenFile> {
    const { file, format } = await sheetPath(sheet.folder, sheet.path);
    const state = await readSettled(file, (bytes) => isWhole(format, bytes), signal);
    const tab = openTab(format, state.bytes, sheet.tab);
    const { headers, found, body } = splitHeader(tab.rows, aliases);
    return { file, state, tab, headers, found, ...identify(body, headers, found, memory) };
  }

  return {
    kind: 'file',

    async read({ signal, memory, unlessModified }: ReadOptions): Promise<SheetRead> {
      if (unlessModified !== undefined) {
        const { file } = await sheetPath(sheet.folder, sheet.path);
        // Not there at this instant: the reading below waits for a program that is saving, or says that it is missing.
        const marker = await markerOf(file).catch(() => null);
        if (marker === unlessModified) return { kind: 'unchanged', modified: marker };
      }
      const known = typeof memory === 'function' ? await memory() : memory;
      const { state, headers, found, rows, problems } = await open(known, signal);
      return {
        kind: 'reading',
        modified: state.marker,
        tab: null,
        headers,
        columns: found.columns,
        columnProblems: found.problems,
        rows: rows.map((row) => withoutFormulas(row, found.columns)),
        problems,
      };
    },

    // A file has no place of its own for an id: it lives in the memory that the caller stores.
    pin: (rows) =>
      Promise.resolve({
        rows: rows.map((row) => ({ ...row, rowKey: row.rowKey ?? newRowKey() })),
        refused: null,
      }),

    async writeBack(change: WriteBack, memory: SheetMemory, signal: AbortSignal): Promise<WriteBackOutcome> {
      for (let attempt = 1; attempt <= WRITE_ATTEMPTS; attempt += 1) {
        const { file, state, tab, found, rows } = await open(memory, signal);
        const decision = decideWrite(change, rows, found.columns);
        if (!decision.write) return decision.outcome;
        // What is written under an open file is lost when that program saves, and the person never sees it.
        const program = await openIn(file);
        if (program !== null) throw inUse(program);
        const bytes = tab.edited(
          decision.row.place,
          decision.edits.map(({ column, to }) => ({ column, value: to })),
        );
        if (await replaceFile(file, state, bytes)) return { written: true };
      }
      throw refusal({
        class: 'retryable',
        reason: 'file-being-edited',
        detail: 'somebody saved the file at the same moment, several times',
      });
    },

    classify,
  };
}

interface OpenFile {
  readonly file: string;
  readonly state: FileState;
  readonly tab: OpenTab;
  readonly headers: readonly string[];
  readonly found: SheetColumns;
  readonly rows: readonly SheetRow[];
  readonly problems: readonly RowProblem[];
}

const inUse = (program: string): Error =>
  refusal({
    class: 'retryable',
    reason: 'file-open',
    detail: `the file is open in ${program}; it is written when it is closed`,
    retryAfterMs: OPEN_RETRY_MS,
  });

/** A busy disk may recover; a file that may not be touched needs a person. */
const PASSING = new Set(['EBUSY', 'EAGAIN', 'EMFILE', 'ENFILE', 'EIO', 'ESTALE']);

function classify(error: unknown): Failure {
  const known = carried(error) ?? networkFailure(error);
  if (known !== null) return known;
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const detail = messageOf(error);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return { class: 'auth', reason: 'file-not-permitted', detail };
  if (code === 'ENOSPC') return { class: 'retryable', reason: 'no-space', detail };
  return PASSING.has(code)
    ? { class: 'retryable', reason: 'file-busy', detail }
    : { class: 'permanent', reason: 'file-failed', detail };
}
