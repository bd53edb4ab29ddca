import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';

/** A small `.xlsx` as Excel writes it: shared and rich strings, styles, a number format, a formula, a second tab, a chart. */
export function workbook(): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(PARTS).map(([name, xml]) => [name, strToU8(xml)])));
}

export const partsOf = (bytes: Uint8Array): Record<string, string> =>
  Object.fromEntries(Object.entries(unzipSync(bytes)).map(([name, part]) => [name, strFromU8(part)]));

const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const RELATION = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const STRINGS = [
  'الاسم',
  'رقم الهاتف',
  'تاريخ الطلب',
  'توتال السعر',
  'الحالة',
  'حالة الواتساب',
  'Mona &amp; Co',
  'جديد',
  'Adel',
];

const PARTS: Record<string, string> = {
  '[Content_Types].xml':
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
  'xl/workbook.xml': `<workbook ${MAIN} xmlns:r="${RELATION}"><sheets><sheet name="Prices" sheetId="2" state="hidden" r:id="rId2"/><sheet name="Orders" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `<Relationships><Relationship Id="rId1" Type="${RELATION}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${RELATION}/worksheet" Target="/xl/worksheets/sheet2.xml"/></Relationships>`,
  'xl/sharedStrings.xml': `<sst ${MAIN}>${STRINGS.map((text) => `<si><t xml:space="preserve">${text}</t></si>`).join('')}<si><r><t>تم </t></r><r><rPr><b/></rPr><t>الشحن</t></r><rPh sb="0" eb="1"><t>no</t></rPh></si></sst>`,
  'xl/styles.xml': `<styleSheet ${MAIN}><numFmts count="1"><numFmt numFmtId="164" formatCode="&quot;0&quot;0"/></numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
  'xl/charts/chart1.xml': '<chart>untouched</chart>',
  'xl/worksheets/sheet2.xml': `<worksheet ${MAIN}><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>`,
  'xl/worksheets/sheet1.xml':
    `<worksheet ${MAIN}><cols><col min="1" max="1" width="30"/></cols><sheetData>` +
    `<row r="2" spans="1:6">${['A', 'B', 'C', 'D', 'E', 'F'].map((column, index) => `<c r="${column}2" t="s"><v>${index}</v></c>`).join('')}</row>` +
    '<row r="3"><c r="A3" s="1" t="s"><v>6</v></c><c r="B3" s="1"><v>1012345601</v></c><c r="C3" s="2"><v>46000</v></c><c r="D3"><f>250*2</f><v>500</v></c><c r="E3" s="2" t="s"><v>7</v></c></row>' +
    '<row r="5"><c r="A5" t="s"><v>8</v></c><c r="B5" t="e"><f>+20 102 083 8442</f><v>#NAME?</v></c><c r="D5" t="str"><f>A1&amp;"x"</f><v>90</v></c><c r="E5" t="s"><v>9</v></c><c r="F5" t="inlineStr"><is><t>sent</t></is></c></row>' +
    '</sheetData><conditionalFormatting sqref="E3:E5"/></worksheet>',
};
