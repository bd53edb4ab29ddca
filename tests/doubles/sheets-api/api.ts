import { z } from 'zod';
import type { Heard } from '../far-end/server.ts';
import { batchBody, batchUpdate, rangesOfBody } from './batch.ts';
import type { Quirks } from './find-replace.ts';
import { applyMask, parseMask } from './field-mask.ts';
import type { Spreadsheet } from './grid.ts';
import { rendering, updateValues, valuesOf, valuesUpdate } from './values.ts';
import { a1, metadataLookup, placesOf, Refused, resource } from './view.ts';

/** The requests that the double understands, by the names Google's own documentation gives them. */
export type RequestKind =
  | 'token'
  | 'get'
  | 'getByDataFilter'
  | 'batchUpdate'
  | 'values.batchGet'
  | 'values.batchGetByDataFilter'
  | 'values.batchUpdate'
  | 'values.batchUpdateByDataFilter'
  | 'developerMetadata.search'
  | 'drive.files.get';

export interface Addressed {
  readonly kind: RequestKind;
  readonly spreadsheetId: string;
}

const ROUTES: readonly (readonly [method: string, path: RegExp, kind: RequestKind])[] = [
  ['POST', /^\/token$/, 'token'],
  ['GET', /^\/v4\/spreadsheets\/([^/:]+)$/, 'get'],
  ['POST', /^\/v4\/spreadsheets\/([^/:]+):getByDataFilter$/, 'getByDataFilter'],
  ['POST', /^\/v4\/spreadsheets\/([^/:]+):batchUpdate$/, 'batchUpdate'],
  ['GET', /^\/v4\/spreadsheets\/([^/:]+)\/values:batchGet$/, 'values.batchGet'],
  ['POST', /^\/v4\/spreadsheets\/([^/:]+)\/values:batchGetByDataFilter$/, 'values.batchGetByDataFilter'],
  ['POST', /^\/v4\/spreadsheets\/([^/:]+)\/values:batchUpdate$/, 'values.batchUpdate'],
  [
    'POST',
    /^\/v4\/spreadsheets\/([^/:]+)\/values:batchUpdateByDataFilter$/,
    'values.batchUpdateByDataFilter',
  ],
  ['POST', /^\/v4\/spreadsheets\/([^/:]+)\/developerMetadata:search$/, 'developerMetadata.search'],
  ['GET', /^\/drive\/v3\/files\/([^/:]+)$/, 'drive.files.get'],
];

export function addressed({ method, path }: Heard): Addressed | null {
  for (const [wanted, pattern, kind] of ROUTES) {
    const match = pattern.exec(decodeURIComponent(path));
    if (method === wanted && match !== null) return { kind, spreadsheetId: match[1] ?? '' };
  }
  return null;
}

/** The good answer to a request that may be made. */
export function answer(
  kind: Exclude<RequestKind, 'token'>,
  sheet: Spreadsheet,
  heard: Heard,
  quirks: Quirks,
): unknown {
  const { query, json } = heard;
  const fields = query.get('fields');
  const masked = (value: unknown): unknown => (fields === null ? value : applyMask(value, parseMask(fields)));
  switch (kind) {
    case 'get': {
      const grid = query.get('includeGridData') === 'true' || (fields?.includes('data') ?? false);
      const ranges = query.getAll('ranges').map((range) => a1(sheet, range));
      return masked(resource(sheet, grid ? ranges : null));
    }
    case 'getByDataFilter':
      return masked(
        resource(
          sheet,
          rangesOfBody(sheet, json).map((range) => ({ ...range, ...checked(sheet, range.sheetId) })),
        ),
      );
    case 'batchUpdate':
      return masked(batchUpdate(sheet, batchBody.parse(json), quirks));
    case 'values.batchGet': {
      const how = rendering.parse(query.get('valueRenderOption') ?? undefined);
      return {
        spreadsheetId: sheet.id,
        valueRanges: query
          .getAll('ranges')
          .map((range) => ({ range, values: valuesOf(sheet, a1(sheet, range), how) })),
      };
    }
    case 'values.batchGetByDataFilter': {
      const { valueRenderOption } = z.object({ valueRenderOption: rendering }).parse(json);
      return {
        spreadsheetId: sheet.id,
        valueRanges: rangesOfBody(sheet, json).map((range) => ({
          valueRange: { values: valuesOf(sheet, range, valueRenderOption) },
        })),
      };
    }
    case 'values.batchUpdate':
    case 'values.batchUpdateByDataFilter':
      return { spreadsheetId: sheet.id, totalUpdatedCells: updateValues(sheet, valuesUpdate.parse(json)) };
    case 'developerMetadata.search': {
      const { dataFilters } = z
        .object({ dataFilters: z.array(z.object({ developerMetadataLookup: metadataLookup })) })
        .parse(json);
      const found = dataFilters.flatMap(({ developerMetadataLookup }) =>
        placesOf(sheet, developerMetadataLookup),
      );
      return {
        matchedDeveloperMetadata: found.map(({ tab, row, metadata }) => ({
          developerMetadata: {
            ...metadata,
            location: {
              locationType: 'ROW',
              dimensionRange: { sheetId: tab.sheetId, dimension: 'ROWS', startIndex: row, endIndex: row + 1 },
            },
          },
        })),
      };
    }
    case 'drive.files.get':
      return masked({
        id: sheet.id,
        modifiedTime: new Date(sheet.modified).toISOString(),
        version: String(sheet.version),
      });
  }
}

function checked(sheet: Spreadsheet, sheetId: number): { sheetId: number } {
  if (!sheet.tabs.some((tab) => tab.sheetId === sheetId))
    throw new Refused(400, `Invalid dataFilter[0]: No grid with id: ${sheetId}`);
  return { sheetId };
}
