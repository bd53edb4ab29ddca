/** How a message is laid out in a terminal. Pure. */

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });
const WIDE = /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]/u;
const INVISIBLE = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

/** What somebody wrote must not move the cursor, colour the screen or ring the bell. */
export const harmless = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u2028\u2029]/gu, (mark) => (mark === '\n' ? '\n' : mark === '\t' ? ' ' : ''));

/**
 * The text cut into lines of a terminal, between words where it can. A line of Arabic stands alone, never beside
 * Latin letters: a terminal that knows right-to-left then shows it whole, and one that doesn't at least keeps it together.
 */
export function lines(text: string, width: number): string[] {
  return harmless(text)
    .split('\n')
    .flatMap((paragraph) => wrapped(paragraph, Math.max(width, 8)));
}

function wrapped(paragraph: string, width: number): string[] {
  const done: string[] = [];
  let line = '';
  for (const word of paragraph.split(/(?<= )/u)) {
    if (line !== '' && columns(line) + columns(word.trimEnd()) > width) {
      done.push(line.trimEnd());
      line = '';
    }
    for (const { segment } of graphemes.segment(word)) {
      if (columns(line) + columns(segment) > width && segment !== ' ') {
        done.push(line);
        line = '';
      }
      line += segment;
    }
  }
  return [...done, line.trimEnd()];
}

function columns(text: string): number {
  let count = 0;
  for (const { segment } of graphemes.segment(text))
    count += INVISIBLE.test(segment) ? 0 : WIDE.test(segment) ? 2 : 1;
  return count;
}
