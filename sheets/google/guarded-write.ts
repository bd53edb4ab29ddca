import { z } from 'zod';
import { refusal } from '../failures.ts';
import type { WantedEdit } from '../decide-write.ts';
import type { Columns, SheetRow } from '../source.ts';
import type { GoogleClient } from './client.ts';
import { gridSchema, ORIGIN_FIELDS, tracedRows, type TracedRow } from './grid.ts';
import { sameHeader, sameOrder } from './same-row.ts';

export interface Target {
  readonly spreadsheetId: string;
  readonly sheetId: number;
  readonly title: string;
  /** The header row and the order's row as they were read. */
  readonly header: Pick<SheetRow, 'place' | 'cells'>;
  readonly row: Pick<SheetRow, 'place' | 'cells'>;
  readonly columns: Columns;
}

/**
 * `written`: all of it. `lost`: a person changed a cell first, theirs stays. `moved`: the row or the columns were
 * no longer where they were read; nothing of ours is left there, and it must be looked for again. `formula`: a
 * cell is computed by the sheet.
 */
export type GuardedOutcome = 'written' | 'lost' | 'moved' | 'formula';

/**
 * Compare-and-set, which the API does not have, from two things it has. Find-and-replace limited to one cell and to
 * its whole content changes the cell only if it still says what was read. And the answer to the same atomic batch
 * shows the header and the row as they were at that instant: if they are not the ones that were meant, what was
 * replaced is put back, by the same means, before anything else happens.
 */
export async function guardedWrite(
  client: GoogleClient,
  target: Target,
  edits: readonly WantedEdit[],
  signal: AbortSignal,
): Promise<GuardedOutcome> {
  const first = await attempt(client, target, edits, 'replace', signal);
  if (first.outcome !== 'lost' || !first.stillBlank) return first.outcome;
  // The cells are as they were read, and yet not replaced: find-and-replace passes over empty cells here.
  return (await attempt(client, target, edits, 'fill', signal)).outcome;
}

/** How an empty cell is written: `fill` puts the text there whatever it holds, so it is the second choice. */
type BlankCells = 'replace' | 'fill';

async function attempt(
  client: GoogleClient,
  target: Target,
  edits: readonly WantedEdit[],
  blank: BlankCells,
  signal: AbortSignal,
): Promise<{ outcome: GuardedOutcome; stillBlank: boolean }> {
  const { changed, header, row } = await setCells(client, target, edits, blank, signal);
  const ours = new Set(edits.map(({ column }) => column));
  const there =
    sameHeader(target.header, header, target.columns) && sameOrder(target.row, row, target.columns, ours);
  if (there && changed.every(Boolean)) return { outcome: 'written', stillBlank: false };
  const done = edits.filter((_, index) => changed[index]);
  if (done.length > 0) {
    const back = done.map(({ column, from, to }) => ({ column, from: to, to: from }));
    const undo = await setCells(client, target, back, 'replace', signal);
    if (!undo.changed.every(Boolean)) throw notUndone(target);
  }
  if (!there) return { outcome: 'moved', stillBlank: false };
  const left = edits.filter((_, index) => !changed[index]);
  if (left.some(({ column }) => row.origins[column] === 'computed'))
    return { outcome: 'formula', stillBlank: false };
  return {
    outcome: 'lost',
    stillBlank: left.every(({ column, from }) => from === '' && (row.cells[column]?.formatted ?? '') === ''),
  };
}

const REPLY_FIELDS =
  'replies(findReplace(occurrencesChanged)),updatedSpreadsheet(sheets(properties(sheetId),' +
  `data(startRow,rowData(values(${ORIGIN_FIELDS})))))`;

const replySchema = z.object({
  replies: z
    .array(z.object({ findReplace: z.object({ occurrencesChanged: z.number().default(0) }).optional() }))
    .default([]),
  updatedSpreadsheet: gridSchema.default({ sheets: [] }),
});

async function setCells(
  { sheets }: GoogleClient,
  { spreadsheetId, sheetId, title, header, row }: Target,
  edits: readonly WantedEdit[],
  blank: BlankCells,
  signal: AbortSignal,
): Promise<{ changed: boolean[]; header: TracedRow; row: TracedRow }> {
  const tab = `'${title.replaceAll("'", "''")}'`;
  const { data } = await sheets.spreadsheets.batchUpdate(
    {
      spreadsheetId,
      fields: REPLY_FIELDS,
      requestBody: {
        requests: edits.map((edit) => {
          const range = {
            sheetId,
            startRowIndex: row.place - 1,
            endRowIndex: row.place,
            startColumnIndex: edit.column,
            endColumnIndex: edit.column + 1,
          };
          if (edit.from !== '' || blank === 'replace') return { findReplace: { ...wholeCell(edit), range } };
          return {
            updateCells: {
              rows: [{ values: [{ userEnteredValue: { stringValue: edit.to } }] }],
              fields: 'userEnteredValue',
              range,
            },
          };
        }),
        includeSpreadsheetInResponse: true,
        responseIncludeGridData: true,
        responseRanges: [`${tab}!${header.place}:${header.place}`, `${tab}!${row.place}:${row.place}`],
      },
    },
    { signal },
  );
  const reply = replySchema.parse(data);
  const rows = new Map(
    reply.updatedSpreadsheet.sheets
      .flatMap((one) => one.data.flatMap(tracedRows))
      .map((one) => [one.place, one]),
  );
  const nothing = (place: number): TracedRow => ({ place, cells: [], hint: null, origins: [] });
  return {
    changed: edits.map(({ from }, index) =>
      from === '' && blank === 'fill'
        ? true
        : (reply.replies[index]?.findReplace?.occurrencesChanged ?? 0) > 0,
    ),
    header: rows.get(header.place) ?? nothing(header.place),
    row: rows.get(row.place) ?? nothing(row.place),
  };
}

/** An empty cell is found by a pattern only; in a pattern's replacement `$` and `\` have a meaning of their own. */
const wholeCell = ({
  from,
  to,
}: WantedEdit): {
  find: string;
  replacement: string;
  searchByRegex: boolean;
  matchEntireCell: boolean;
  matchCase: boolean;
  includeFormulas: boolean;
} =>
  from === ''
    ? {
        find: '^$',
        replacement: to.replace(/[\\$]/g, '\\$&'),
        searchByRegex: true,
        matchEntireCell: true,
        matchCase: true,
        includeFormulas: false,
      }
    : {
        find: from,
        replacement: to,
        searchByRegex: false,
        matchEntireCell: true,
        matchCase: true,
        includeFormulas: false,
      };

const notUndone = ({ row }: Target): Error =>
  refusal({
    class: 'unknown',
    reason: 'sheet-moved-twice',
    detail: `the sheet was rearranged twice during a write: please check the status in row ${row.place}`,
  });
