/**
 * As much XML as a workbook's parts need: elements by name, with their places in the text, so that one can be
 * replaced while every other byte stays. The elements asked for never contain one of their own name.
 */
export interface XmlElement {
  readonly attributes: string;
  /** What is between the tags; empty for `<c/>`. */
  readonly inner: string;
  readonly start: number;
  readonly end: number;
  readonly innerStart: number;
  /** `x:` in `<x:c>`, as some writers have it. */
  readonly prefix: string;
}

export function* elements(xml: string, name: string): Generator<XmlElement> {
  const opening = openingTag(name);
  for (let at = 0; ;) {
    // Shared with whoever reads elements of the same name meanwhile, so its place is set every time.
    opening.lastIndex = at;
    const tag = opening.exec(xml);
    if (tag === null) return;
    const [whole, prefix = '', attributes = '', selfClosing] = tag;
    const innerStart = tag.index + whole.length;
    if (selfClosing === '/') {
      at = innerStart;
      yield { attributes, inner: '', start: tag.index, end: at, innerStart, prefix };
      continue;
    }
    const innerEnd = xml.indexOf(`</${prefix}${name}`, innerStart);
    if (innerEnd === -1) return;
    at = xml.indexOf('>', innerEnd) + 1;
    yield {
      attributes,
      inner: xml.slice(innerStart, innerEnd),
      start: tag.index,
      end: at,
      innerStart,
      prefix,
    };
  }
}

/** A tab of 3,000 orders is read with some 300,000 look-ups of a dozen names: each pattern is made once. */
const patterns = new Map<string, RegExp>();

function pattern(source: string, flags: string): RegExp {
  const known = patterns.get(source);
  if (known !== undefined) return known;
  const made = new RegExp(source, flags);
  patterns.set(source, made);
  return made;
}

const openingTag = (name: string): RegExp =>
  pattern(`<((?:[\\w.-]+:)?)${name}(?=[\\s/>])((?:[^>"']|"[^"]*"|'[^']*')*?)(/?)>`, 'g');

export function first(xml: string, name: string): XmlElement | undefined {
  for (const element of elements(xml, name)) return element;
  return undefined;
}

export function attribute(element: Pick<XmlElement, 'attributes'>, name: string): string | undefined {
  const found = pattern(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, '').exec(element.attributes);
  const value = found?.[1] ?? found?.[2];
  return value === undefined ? undefined : unescapeXml(value);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

export const unescapeXml = (text: string): string =>
  text.replace(
    /&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi,
    (entity, hex: string | undefined, decimal: string | undefined, name: string | undefined) => {
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      if (decimal !== undefined) return String.fromCodePoint(Number.parseInt(decimal, 10));
      return ENTITIES[name ?? ''] ?? entity;
    },
  );

export const escapeXml = (text: string): string =>
  // Control characters can't stand in XML at all; spreadsheet programs refuse the whole file for one.
  text
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
