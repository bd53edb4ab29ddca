/** The longest text that one message may carry, in the unit its channel counts in. */
export interface TextLimit {
  /** `characters` are UTF-16 units: never fewer than what any provider counts. `bytes` are UTF-8. */
  readonly unit: 'characters' | 'bytes';
  readonly limit: number;
}

interface Piece {
  readonly text: string;
  readonly size: number;
  /** White space where a line may be broken; a non-breaking space is not. */
  readonly breakable: boolean;
  readonly newline: boolean;
}

/**
 * A long text as messages that fit: cut at a line's end if one is near, else between words, else between
 * graphemes, so that no letter loses its vowel sign and no emoji family is torn. In order; nothing is lost but
 * the white space at a cut. A single grapheme longer than the limit (a pile of marks) is cut between code points:
 * sending it in pieces is better than not at all. Blank text gives no message.
 */
export function splitText(text: string, limit: TextLimit): string[] {
  if (!(limit.limit >= 1)) throw new RangeError(`not a text limit: ${limit.limit}`);
  if (text.trim() === '') return [];
  if (sizeOf(text, limit.unit) <= limit.limit) return [text];

  const pieces = piecesOf(text, limit);
  const parts: string[] = [];
  for (let start = 0; start < pieces.length;) {
    const end = nextCut(pieces, start, limit.limit);
    const part = join(pieces, start, end);
    if (part.trim() !== '') parts.push(part);
    start = end;
    while (pieces[start]?.breakable === true) start += 1;
  }
  return parts;
}

/** Where the part that begins at `start` ends: as late as it fits, drawn back to the nearest good place. */
function nextCut(pieces: readonly Piece[], start: number, limit: number): number {
  let full = start;
  for (let size = 0; full < pieces.length; full += 1) {
    size += pieces[full]?.size ?? 0;
    if (size > limit && full > start) break;
  }
  if (full >= pieces.length) return pieces.length;

  // A line's end is worth a shorter part, but not one less than half as long: that would only make more messages.
  const nearest = start + Math.ceil((full - start) / 2);
  const line = lastIndex(pieces, nearest, full, (piece) => piece.newline);
  const word = line ?? lastIndex(pieces, start + 1, full, (piece) => piece.breakable);
  return word === null ? full : startOfSpace(pieces, start, word);
}

function lastIndex(
  pieces: readonly Piece[],
  from: number,
  to: number,
  wanted: (piece: Piece) => boolean,
): number | null {
  for (let index = to; index >= from; index -= 1) {
    const piece = pieces[index];
    if (piece !== undefined && wanted(piece)) return index;
  }
  return null;
}

function startOfSpace(pieces: readonly Piece[], start: number, index: number): number {
  let first = index;
  while (first - 1 > start && pieces[first - 1]?.breakable === true) first -= 1;
  return first;
}

const join = (pieces: readonly Piece[], start: number, end: number): string =>
  pieces
    .slice(start, end)
    .map((piece) => piece.text)
    .join('');

function piecesOf(text: string, { unit, limit }: TextLimit): Piece[] {
  const pieces: Piece[] = [];
  for (const { segment } of new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text)) {
    const size = sizeOf(segment, unit);
    if (size > limit) for (const point of segment) pieces.push(piece(point, sizeOf(point, unit)));
    else pieces.push(piece(segment, size));
  }
  return pieces;
}

const piece = (text: string, size: number): Piece => ({
  text,
  size,
  breakable: /^[^\S\u00A0\u2007\u202F\uFEFF]+$/.test(text),
  newline: text.includes('\n'),
});

function sizeOf(text: string, unit: TextLimit['unit']): number {
  if (unit === 'characters') return text.length;
  let bytes = 0;
  for (const point of text) {
    const code = point.codePointAt(0) ?? 0;
    // A lone surrogate goes out as the replacement character, which is three bytes like its neighbours.
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
