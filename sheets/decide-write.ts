import { normalise } from '../domain/text.ts';
import { plainText } from './failures.ts';
import { textAt, type Columns, type SheetRow, type WriteBack, type WriteBackOutcome } from './source.ts';

export type WriteDecision =
  | { readonly write: true; readonly row: SheetRow; readonly edits: readonly WantedEdit[] }
  | { readonly write: false; readonly outcome: WriteBackOutcome };

export interface WantedEdit {
  readonly column: number;
  readonly from: string;
  readonly to: string;
}

/**
 * What a write-back means for the sheet as it is now. Only the columns `status` and `messageState` can come out of
 * this, whatever is asked. A status that says the same in another spelling (a space, a tatweel) is not a change.
 */
export function decideWrite(change: WriteBack, rows: readonly SheetRow[], columns: Columns): WriteDecision {
  const refuse = (outcome: WriteBackOutcome): WriteDecision => ({ write: false, outcome });
  const row = rows.find(({ rowKey }) => rowKey === change.rowKey);
  if (row === undefined) return refuse({ written: false, why: 'gone' });
  const set = withPlace(change.set, row, columns);
  const wanted = (['status', 'messageState'] as const).flatMap((field) => {
    const to = set[field];
    return to === undefined ? [] : [{ column: columns[field], to: plainText(to) }];
  });
  const edits: WantedEdit[] = [];
  for (const { column, to } of wanted) {
    if (column === undefined) return refuse({ written: false, why: 'no-column' });
    edits.push({ column, from: textAt(row, column), to });
  }
  const outstanding = edits.filter(({ from, to }) => from !== to);
  // All is already as it should be: an earlier attempt wrote it and its answer was lost on the way.
  if (outstanding.length === 0) return refuse({ written: true });
  const status = textAt(row, columns.status);
  const ourEarlierWrite = change.set.status !== undefined && status === change.set.status;
  if (normalise(status) !== normalise(change.expect.status) && !ourEarlierWrite)
    return refuse({ written: false, why: 'changed' });
  if (outstanding.some(({ column }) => row.cells[column]?.formula !== undefined))
    return refuse({ written: false, why: 'formula' });
  return { write: true, row, edits: outstanding };
}

/** The customer's answer does not wait for a place for the note about the message. */
function withPlace(set: WriteBack['set'], row: SheetRow, { messageState: at }: Columns): WriteBack['set'] {
  const hasPlace = at !== undefined && row.cells[at]?.formula === undefined;
  return hasPlace || set.status === undefined ? set : { status: set.status };
}
