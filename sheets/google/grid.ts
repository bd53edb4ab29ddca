import { z } from 'zod';
import { keyOfPin } from '../row-key.ts';
import type { Cell, RowKey } from '../source.ts';

/** Under which the key of an order is kept on its row. Visible to this project of Google's only. */
export const METADATA_KEY = 'zajel';

/**
 * What tells a cell that a person typed from one that the sheet computes. Asked for whole: a cell to which an array
 * formula spills has no `userEnteredValue` at all, and only all of it shows that there is none.
 */
export const ORIGIN_FIELDS = 'formattedValue,effectiveValue,userEnteredValue';

/**
 * One request brings everything: what is shown, the bare numbers behind it, and the ids pinned to the rows, all of
 * one instant. Strings are asked for once only: behind a text there is nothing but the text.
 */
export const GRID_FIELDS =
  'sheets(properties(sheetId,title,index),data(startRow,startColumn,' +
  'rowData(values(formattedValue,effectiveValue(numberValue,boolValue))),rowMetadata(developerMetadata(metadataKey,metadataValue))))';

const valueSchema = z.object({
  formattedValue: z.string().optional(),
  effectiveValue: z
    .object({ numberValue: z.number().optional(), boolValue: z.boolean().optional() })
    .optional(),
  userEnteredValue: z.object({ formulaValue: z.string().optional() }).optional(),
});
const rowSchema = z.object({ values: z.array(valueSchema).optional() });
const metadataSchema = z.object({
  developerMetadata: z
    .array(z.object({ metadataKey: z.string().optional(), metadataValue: z.string().optional() }))
    .optional(),
});

export const gridSchema = z.object({
  sheets: z
    .array(
      z.object({
        properties: z.object({
          sheetId: z.number().default(0),
          title: z.string().default(''),
          index: z.number().default(0),
        }),
        data: z
          .array(
            z.object({
              startRow: z.number().default(0),
              startColumn: z.number().default(0),
              rowData: z.array(rowSchema).default([]),
              rowMetadata: z.array(metadataSchema).default([]),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
});

export type Grid = z.infer<typeof gridSchema>;
export type GridData = Grid['sheets'][number]['data'][number];

export interface GridRow {
  readonly place: number;
  readonly cells: readonly Cell[];
  readonly hint: RowKey | null;
}

/** `empty`: neither a person nor a formula has put anything there, or a formula that spills left it empty. */
export type Origin = 'typed' | 'computed' | 'empty';

/** A row that was asked for with `ORIGIN_FIELDS`. */
export interface TracedRow extends GridRow {
  /** Of each cell; those past the end are empty. */
  readonly origins: readonly Origin[];
}

export const tracedRows = (data: GridData): TracedRow[] =>
  gridRows(data).map((row, index) => ({
    ...row,
    origins: (data.rowData[index]?.values ?? []).map(originOf),
  }));

export const gridRows = ({ startRow, rowData, rowMetadata }: GridData): GridRow[] =>
  rowData.map((row, index) => {
    const pinned = rowMetadata[index]?.developerMetadata?.find(
      ({ metadataKey }) => metadataKey === METADATA_KEY,
    )?.metadataValue;
    return {
      place: startRow + index + 1,
      cells: (row.values ?? []).map(cellOf),
      hint: pinned === undefined ? null : keyOfPin(pinned),
    };
  });

function cellOf({ formattedValue, effectiveValue, userEnteredValue }: z.infer<typeof valueSchema>): Cell {
  const formatted = formattedValue ?? '';
  const formula = userEnteredValue?.formulaValue;
  const unformatted =
    effectiveValue?.numberValue ?? effectiveValue?.boolValue ?? (formatted === '' ? null : formatted);
  return { formatted, unformatted, ...(formula === undefined ? {} : { formula }) };
}

function originOf({ formattedValue, effectiveValue, userEnteredValue }: z.infer<typeof valueSchema>): Origin {
  if (userEnteredValue !== undefined)
    return userEnteredValue.formulaValue === undefined ? 'typed' : 'computed';
  return effectiveValue === undefined && (formattedValue ?? '') === '' ? 'empty' : 'computed';
}
