import { z } from 'zod';
import { findAndReplace, findReplace, type Quirks } from './find-replace.ts';
import { copyTab, EMPTY, setCell, type Spreadsheet } from './grid.ts';
import { recalculate } from './recalculate.ts';
import {
  a1,
  dataFilter,
  dimensionRange,
  gridRange,
  metadataLookup,
  placesOf,
  rangesOf,
  Refused,
  resource,
  tabById,
} from './view.ts';

const request = z.union([
  z.object({ findReplace }),
  z.object({
    updateCells: z.object({
      range: gridRange,
      fields: z.string(),
      rows: z.array(
        z.object({
          values: z.array(
            z.object({ userEnteredValue: z.object({ stringValue: z.string().optional() }).optional() }),
          ),
        }),
      ),
    }),
  }),
  z.object({
    createDeveloperMetadata: z.object({
      developerMetadata: z.object({
        metadataId: z.number().optional(),
        metadataKey: z.string(),
        metadataValue: z.string().default(''),
        visibility: z.enum(['DOCUMENT', 'PROJECT']),
        location: z.object({ dimensionRange }),
      }),
    }),
  }),
  z.object({
    deleteDeveloperMetadata: z.object({ dataFilter: z.object({ developerMetadataLookup: metadataLookup }) }),
  }),
  z.object({
    insertDimension: z.object({ range: dimensionRange, inheritFromBefore: z.boolean().optional() }),
  }),
  z.object({ deleteDimension: z.object({ range: dimensionRange }) }),
  z.object({ moveDimension: z.object({ source: dimensionRange, destinationIndex: z.number() }) }),
]);
type Request = z.output<typeof request>;

export const batchBody = z.object({
  requests: z.array(z.unknown()),
  includeSpreadsheetInResponse: z.boolean().default(false),
  responseIncludeGridData: z.boolean().default(false),
  responseRanges: z.array(z.string()).default([]),
});

/** All or nothing, as at Google: on the first bad request nothing of the batch has happened. */
export function batchUpdate(
  spreadsheet: Spreadsheet,
  body: z.output<typeof batchBody>,
  quirks: Quirks,
): unknown {
  const draft: Spreadsheet = { ...spreadsheet, tabs: spreadsheet.tabs.map(copyTab) };
  const replies = body.requests.map((one, index) => {
    const known = request.safeParse(one);
    if (!known.success)
      throw new Refused(400, `Invalid requests[${index}]: ${known.error.message.slice(0, 200)}`);
    return apply(draft, known.data, quirks);
  });
  draft.tabs.forEach(recalculate);
  const view = resource(
    draft,
    body.responseIncludeGridData ? body.responseRanges.map((range) => a1(draft, range)) : null,
  );
  spreadsheet.tabs = draft.tabs;
  spreadsheet.modified += 1;
  spreadsheet.version += 1;
  return {
    spreadsheetId: spreadsheet.id,
    replies,
    ...(body.includeSpreadsheetInResponse ? { updatedSpreadsheet: view } : {}),
  };
}

function apply(sheet: Spreadsheet, one: Request, quirks: Quirks): unknown {
  if ('findReplace' in one) return { findReplace: findAndReplace(sheet, one.findReplace, quirks) };
  if ('updateCells' in one) {
    const { range, rows } = one.updateCells;
    const text = rows[0]?.values[0]?.userEnteredValue?.stringValue ?? '';
    setCell(
      tabById(sheet, range.sheetId),
      range.startRowIndex,
      range.startColumnIndex,
      text === '' ? EMPTY : { value: text, shown: text },
    );
    return {};
  }
  if ('createDeveloperMetadata' in one) {
    const { location, ...metadata } = one.createDeveloperMetadata.developerMetadata;
    const tab = tabById(sheet, location.dimensionRange.sheetId);
    const row = tab.rows[location.dimensionRange.startIndex];
    if (row === undefined) throw new Refused(400, 'Invalid requests: dimensionRange is out of bounds');
    const kept = tab.rows
      .flatMap((each) => each.metadata)
      .reduce((sum, each) => sum + each.metadataKey.length + each.metadataValue.length, 0);
    if (kept + metadata.metadataKey.length + metadata.metadataValue.length > quirks.metadataCharacters) {
      throw new Refused(
        400,
        'Invalid requests: developer metadata exceeds the maximum size allowed for this sheet',
      );
    }
    const created = { ...metadata, metadataId: metadata.metadataId ?? Math.floor(Math.random() * 2 ** 31) };
    row.metadata.push(created);
    return { createDeveloperMetadata: { developerMetadata: { ...created, location } } };
  }
  if ('deleteDeveloperMetadata' in one) {
    const found = placesOf(sheet, one.deleteDeveloperMetadata.dataFilter.developerMetadataLookup);
    for (const { tab, row, metadata } of found) {
      const holder = tab.rows[row];
      if (holder !== undefined) holder.metadata = holder.metadata.filter((each) => each !== metadata);
    }
    return { deleteDeveloperMetadata: { deletedDeveloperMetadata: found.map(({ metadata }) => metadata) } };
  }
  if ('moveDimension' in one) {
    const { source, destinationIndex } = one.moveDimension;
    const { rows } = tabById(sheet, source.sheetId);
    const moved = rows.splice(source.startIndex, source.endIndex - source.startIndex);
    // The destination counts as if nothing had been taken out yet.
    rows.splice(
      destinationIndex > source.startIndex ? destinationIndex - moved.length : destinationIndex,
      0,
      ...moved,
    );
    return {};
  }
  const { range } = 'insertDimension' in one ? one.insertDimension : one.deleteDimension;
  const tab = tabById(sheet, range.sheetId);
  const count = range.endIndex - range.startIndex;
  const fresh = 'insertDimension' in one;
  if (range.dimension === 'ROWS')
    tab.rows.splice(
      range.startIndex,
      fresh ? 0 : count,
      ...(fresh ? Array.from({ length: count }, () => ({ cells: [], metadata: [] })) : []),
    );
  else
    for (const row of tab.rows)
      row.cells.splice(
        range.startIndex,
        fresh ? 0 : count,
        ...(fresh ? Array.from({ length: count }, () => EMPTY) : []),
      );
  return {};
}

export const filterBody = z.object({ dataFilters: z.array(dataFilter).default([]) });
export const rangesOfBody = (sheet: Spreadsheet, body: unknown): ReturnType<typeof rangesOf> =>
  rangesOf(sheet, filterBody.parse(body).dataFilters);
