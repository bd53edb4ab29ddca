import { format, getFormatFromId, isDateFormat, isValidFormat } from 'numfmt';
import { attribute, elements, first, unescapeXml, type XmlElement } from './xml.ts';
import { richText, type Workbook } from './workbook.ts';
import type { Cell } from '../source.ts';

export interface TabRow {
  /** 1-based, as the program shows it. */
  readonly number: number;
  readonly cells: readonly (TabCell | undefined)[];
  /** Where the row's cells begin and end in the tab's XML. */
  readonly element: XmlElement;
}

export interface TabCell extends Cell {
  readonly element: XmlElement;
}

/** All rows of the tab, in the file's order (which is the sheet's). */
export function tabRows(workbook: Workbook): TabRow[] {
  const data = first(workbook.tabXml, 'sheetData');
  if (data === undefined) return [];
  let next = 1;
  return [...elements(data.inner, 'row')].map((row) => {
    const number = Number(attribute(row, 'r') ?? next);
    next = number + 1;
    const rowStart = data.innerStart + row.innerStart;
    const cells: (TabCell | undefined)[] = [];
    for (const cell of elements(row.inner, 'c')) {
      const reference = attribute(cell, 'r');
      const column = reference === undefined ? cells.length : columnOf(reference);
      cells[column] = {
        ...valueOf(cell, workbook),
        element: {
          ...cell,
          start: rowStart + cell.start,
          end: rowStart + cell.end,
          innerStart: rowStart + cell.innerStart,
        },
      };
    }
    return {
      number,
      cells,
      element: {
        ...row,
        start: data.innerStart + row.start,
        end: data.innerStart + row.end,
        innerStart: rowStart,
      },
    };
  });
}

/** `AB12` is column 27. */
export function columnOf(reference: string): number {
  let column = 0;
  for (const letter of reference.toUpperCase().match(/[A-Z]/g) ?? [])
    column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}

export const columnName = (index: number): string =>
  (index >= 26 ? columnName(Math.floor(index / 26) - 1) : '') + String.fromCharCode(65 + (index % 26));

function valueOf(cell: XmlElement, workbook: Workbook): Cell {
  const formula = first(cell.inner, 'f');
  const typed = formula === undefined ? {} : { formula: `=${unescapeXml(formula.inner)}` };
  const raw = unescapeXml(first(cell.inner, 'v')?.inner ?? '');
  switch (attribute(cell, 't') ?? 'n') {
    case 's':
      return text(workbook.sharedStrings[Number(raw)] ?? '', typed);
    case 'inlineStr':
      return text(richText(first(cell.inner, 'is')?.inner ?? ''), typed);
    case 'b':
      return { formatted: raw === '1' ? 'TRUE' : 'FALSE', unformatted: raw === '1', ...typed };
    case 'n':
      return raw === ''
        ? { ...text('', typed), unformatted: null }
        : number(Number(raw), attribute(cell, 's'), workbook, typed);
    // `str`: the text that a formula gave; `e`: an error, `d`: a date as text.
    default:
      return text(raw, typed);
  }
}

const DAYS_FROM_1900_TO_1904 = 1_462;

const text = (value: string, typed: { formula?: string }): Cell => ({
  formatted: value,
  unformatted: value,
  ...typed,
});

function number(
  value: number,
  style: string | undefined,
  workbook: Workbook,
  typed: { formula?: string },
): Cell {
  const chosen = workbook.formats[Number(style ?? 0)];
  const code = chosen === undefined ? 'General' : 'code' in chosen ? chosen.code : getFormatFromId(chosen.id);
  const serial = workbook.from1904 && isDateFormat(code) ? value + DAYS_FROM_1900_TO_1904 : value;
  // A format that only the person's own program understands costs the look of the number, not the number.
  const formatted = isValidFormat(code) ? format(code, serial) : String(value);
  return {
    formatted: formatted.trim() === '' && value !== 0 ? String(value) : formatted,
    unformatted: value,
    ...typed,
  };
}
