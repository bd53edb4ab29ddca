import { newRowKey, pinOf } from '../row-key.ts';
import type { Failure } from '../../domain/errors.ts';
import type { Pinning, SheetRow } from '../source.ts';
import { classifyGoogle, REQUEST_REFUSED } from './classify.ts';
import type { GoogleClient } from './client.ts';
import { METADATA_KEY } from './grid.ts';

/** One request takes many ids, but its answer must come within the time-out. */
const BATCH = 1_000;

/**
 * Writes the ids beside the rows, where only this project of Google's sees them. They are witnesses: a row that
 * moved between the reading and this gets a wrong one, its cells outvote it, and the next poll puts it right.
 */
export async function pinRows(
  { sheets }: GoogleClient,
  spreadsheetId: string,
  sheetId: number,
  rows: readonly SheetRow[],
  signal: AbortSignal,
): Promise<Pinning> {
  const pinned = rows.map((row) => ({ ...row, rowKey: row.rowKey ?? newRowKey() }));
  for (let from = 0; from < pinned.length; from += BATCH) {
    const requests = pinned.slice(from, from + BATCH).flatMap((row) => {
      const dimensionRange = { sheetId, dimension: 'ROWS', startIndex: row.place - 1, endIndex: row.place };
      const lookup = {
        metadataKey: METADATA_KEY,
        locationMatchingStrategy: 'EXACT_LOCATION',
        metadataLocation: { dimensionRange },
      };
      const stale = { deleteDeveloperMetadata: { dataFilter: { developerMetadataLookup: lookup } } };
      const developerMetadata = {
        metadataKey: METADATA_KEY,
        metadataValue: pinOf(row.rowKey),
        location: { dimensionRange },
        visibility: 'PROJECT',
      };
      return [
        ...(typeof row.pinned === 'string' ? [stale] : []),
        { createDeveloperMetadata: { developerMetadata } },
      ];
    });
    const refused = await sheets.spreadsheets
      .batchUpdate({ spreadsheetId, fields: 'spreadsheetId', requestBody: { requests } }, { signal })
      .then(() => null, onlyRefusal);
    if (refused !== null) return { rows: pinned, refused };
  }
  return { rows: pinned.map((row) => ({ ...row, pinned: row.rowKey })), refused: null };
}

/** The sheet is full of ids: the order goes on without. Anything else is for the caller's policy. */
function onlyRefusal(error: unknown): Failure {
  const failure = classifyGoogle(error);
  if (failure.class === 'permanent' && failure.reason === REQUEST_REFUSED) return failure;
  throw error;
}
