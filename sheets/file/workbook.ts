import { strFromU8, unzipSync, type Unzipped } from 'fflate';
import { refusal } from '../failures.ts';
import { attribute, elements, first, unescapeXml } from './xml.ts';

/** The parts of an `.xlsx` that are needed to read one tab of it. */
export interface Workbook {
  readonly parts: Unzipped;
  /** The part that holds the tab's cells. */
  readonly tabPart: string;
  readonly tabXml: string;
  readonly sharedStrings: readonly string[];
  /** Number format of each cell style. */
  readonly formats: readonly CellFormat[];
  /** Dates count from 1904, as old Macs had it. */
  readonly from1904: boolean;
}

export type CellFormat = { readonly id: number } | { readonly code: string };

/** 3,000 orders are about 1 MB unpacked. A file that unpacks to more than this is an accident or an attack. */
const MAX_UNPACKED_BYTES = 100_000_000;

/** Null while the bytes are not a finished zip. */
export function unpack(bytes: Uint8Array): Unzipped | null {
  let total = 0;
  try {
    return unzipSync(bytes, {
      filter: ({ originalSize }) => {
        total += originalSize;
        if (total > MAX_UNPACKED_BYTES)
          throw refusal({
            class: 'permanent',
            reason: 'file-too-large',
            detail: 'the file unpacks to more than 100 MB',
          });
        return true;
      },
    });
  } catch (error) {
    // fflate's own errors carry a numeric code: truncated, not a zip, bad block.
    if (error instanceof Error && 'code' in error && typeof error.code === 'number') return null;
    throw error;
  }
}

/** `tab`: its name, else the first one that is not hidden. */
export function openWorkbook(parts: Unzipped, tab: string | undefined): Workbook {
  const text = (part: string): string | null => (parts[part] === undefined ? null : strFromU8(parts[part]));
  const root = partNamed(parts, /^xl\/workbook\d*\.xml$/);
  const workbook = text(root);
  if (workbook === null)
    throw refusal({ class: 'permanent', reason: 'file-format', detail: 'this is not an .xlsx workbook' });
  const targets = targetsOf(text(root.replace('xl/', 'xl/_rels/') + '.rels') ?? '');
  const tabs = [...elements(workbook, 'sheet')].map((sheet) => ({
    name: attribute(sheet, 'name') ?? '',
    hidden: (attribute(sheet, 'state') ?? 'visible') !== 'visible',
    part: targets.get(attribute(sheet, '(?:\\w+:)?id') ?? '') ?? '',
  }));
  const wanted =
    tab === undefined
      ? (tabs.find(({ hidden }) => !hidden) ?? tabs[0])
      : tabs.find(({ name }) => name === tab);
  const tabXml = wanted === undefined ? null : text(wanted.part);
  if (wanted === undefined || tabXml === null) {
    throw refusal({
      class: 'permanent',
      reason: 'tab-not-found',
      detail: `there is no tab ${JSON.stringify(tab ?? '')} in the workbook`,
    });
  }
  const properties = first(workbook, 'workbookPr');
  return {
    parts,
    tabPart: wanted.part,
    tabXml,
    sharedStrings: [...elements(text('xl/sharedStrings.xml') ?? '', 'si')].map(({ inner }) =>
      richText(inner),
    ),
    formats: formatsOf(text('xl/styles.xml') ?? ''),
    from1904: properties !== undefined && ['1', 'true'].includes(attribute(properties, 'date1904') ?? ''),
  };
}

/** Text with formatting comes in runs; the phonetic hints of East Asian writing are no part of it. */
export function richText(inner: string): string {
  const spoken = inner.replace(/<(?:[\w.-]+:)?rPh[\s>][\s\S]*?<\/(?:[\w.-]+:)?rPh>/g, '');
  return [...elements(spoken, 't')]
    .map((run) =>
      unescapeXml(run.inner).replace(/_x([\dA-Fa-f]{4})_/g, (_, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      ),
    )
    .join('');
}

const partNamed = (parts: Unzipped, pattern: RegExp): string =>
  Object.keys(parts).find((part) => pattern.test(part)) ?? 'xl/workbook.xml';

const targetsOf = (relationships: string): Map<string, string> =>
  new Map(
    [...elements(relationships, 'Relationship')].map((one) => {
      const target = attribute(one, 'Target') ?? '';
      return [
        attribute(one, 'Id') ?? '',
        target.startsWith('/') ? target.slice(1) : `xl/${target.replace(/^\.\//, '')}`,
      ];
    }),
  );

function formatsOf(styles: string): CellFormat[] {
  const codes = new Map(
    [...elements(styles, 'numFmt')].map((one) => [
      Number(attribute(one, 'numFmtId')),
      attribute(one, 'formatCode') ?? 'General',
    ]),
  );
  const cellStyles = first(styles, 'cellXfs')?.inner ?? '';
  return [...elements(cellStyles, 'xf')].map((xf) => {
    const id = Number(attribute(xf, 'numFmtId') ?? 0);
    const code = codes.get(id);
    return code === undefined ? { id } : { code };
  });
}
