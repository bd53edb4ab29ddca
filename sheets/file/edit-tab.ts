import { strToU8, zipSync, type Unzipped } from 'fflate';
import type { Workbook } from './workbook.ts';
import { columnName, type TabRow } from './tab-cells.ts';
import { attribute, escapeXml } from './xml.ts';

/** The tab's XML with one cell's text replaced. The cell keeps its style; every other character stays as it was. */
export function replaceTabCell(xml: string, row: TabRow, column: number, value: string): string {
  const { prefix } = row.element;
  const old = row.cells[column]?.element;
  const style = old === undefined ? undefined : attribute(old, 's');
  const cell =
    `<${prefix}c r="${columnName(column)}${row.number}"${style === undefined ? '' : ` s="${style}"`} t="inlineStr">` +
    `<${prefix}is><${prefix}t xml:space="preserve">${escapeXml(value)}</${prefix}t></${prefix}is></${prefix}c>`;
  if (old !== undefined) return xml.slice(0, old.start) + cell + xml.slice(old.end);
  // Cells stand in the order of their columns: a new one goes behind the last that is before it.
  const before = row.cells.slice(0, column).findLast((one) => one !== undefined);
  const at = before === undefined ? row.element.innerStart : before.element.end;
  return xml.slice(0, at) + cell + xml.slice(at);
}

/** The whole file again, with the edited tab. All other parts (styles, charts, other tabs) are taken over unread. */
export function repack(workbook: Workbook, tabXml: string): Uint8Array {
  const parts: Unzipped = { ...workbook.parts, [workbook.tabPart]: strToU8(tabXml) };
  return zipSync(parts, { level: 6 });
}
