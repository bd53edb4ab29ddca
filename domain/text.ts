/**
 * Text as people type it, made comparable. Nothing here is for storing or for showing: what a customer wrote is
 * kept byte-true elsewhere. Plain strings and regular expressions only, so that it gives the same result in a
 * workflow, in a browser and on a server; no input makes it throw, neither a lone surrogate nor a NUL.
 */

/** Bidi marks, zero-width characters, fillers, variation selectors, tags: there, but not to be seen. */
const INVISIBLE =
  /[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\u{E0000}-\u{E0FFF}]/gu;

/** Marks of Latin, Greek, Cyrillic and Arabic writing, and the keycap. Other scripts need theirs to stay words. */

const DIACRITICS =
  /[\u0300-\u036F\u0483-\u0489\u0610-\u061A\u064B-\u065F\u0670\u06D6-\u06DC\u06DF-\u06E4\u06E7\u06E8\u06EA-\u06ED\u08CA-\u08E1\u08E3-\u08FF\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20F0\uFE20-\uFE2F]/gu;

const SKIN_TONES = /[\u{1F3FB}-\u{1F3FF}]/gu;

/**
 * One letter for all the letters people type for it. Hamza seats and alef forms lose their marks before this, by
 * decomposition. The Kurdish vowels fold into the Arabic letters that a phone without a Kurdish keyboard offers.
 */
const LETTERS: Readonly<Record<string, string>> = {
  ٱ: 'ا',
  ٲ: 'ا',
  ٳ: 'ا',
  ٵ: 'ا',
  ة: 'ه',
  ە: 'ه',
  ھ: 'ه',
  ہ: 'ه',
  ۃ: 'ه',
  ى: 'ي',
  ی: 'ي',
  ێ: 'ي',
  ې: 'ي',
  ے: 'ي',
  ۍ: 'ي',
  ۆ: 'و',
  ۇ: 'و',
  ۋ: 'و',
  ک: 'ك',
  ڪ: 'ك',
  ڕ: 'ر',
  ڵ: 'ل',
  ـ: '',
  ς: 'σ',
};
const FOLDED = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'gu');

/** Neither letter nor digit, at either end. */
const SURROUNDING = /^[^\p{L}\p{N}]+|[^\p{L}\p{M}\p{N}]+$/gu;
const TOKEN = /[\p{L}\p{M}\p{N}]+/gu;
/** `don't` is one word; the apostrophe may be any of those that keyboards offer. */
const APOSTROPHE = /(?<=\p{L})['’ʼ`](?=\p{L})/gu;

/** Without bidi marks, zero-width characters and the like. Takes an emoji family apart: for comparing only. */
export const stripInvisible = (text: string): string => text.replace(INVISIBLE, '');

/** Arabic-Indic and Persian digits, with their decimal and thousands separators, as ASCII. All else stays. */
export const asciiDigits = (text: string): string =>
  text.replace(/[\u0660-\u0669\u06F0-\u06F9\u066B\u066C]/g, (sign) => {
    if (sign === '\u066B') return '.';
    if (sign === '\u066C') return ',';
    return String(sign.charCodeAt(0) & 0xf);
  });

/**
 * One form for all spellings of a text: two texts say the same when their normal forms are equal. A text of
 * nothing but punctuation or emoji keeps them, so that `❌` in a status column is not taken for an empty cell.
 */
export function normalise(text: string): string {
  const folded = asciiDigits(stripInvisible(text))
    .normalize('NFKD')
    .toLowerCase()
    .normalize('NFKD')
    .replace(INVISIBLE, '')
    .replace(DIACRITICS, '')
    .replace(FOLDED, (letter) => LETTERS[letter] ?? letter)
    .normalize('NFC')

    .replace(/[\s\u0000-\u001F\u007F-\u009F]+/gu, ' ')
    .trim();
  const bare = folded.replace(SURROUNDING, '');
  return bare === '' ? folded.replace(SKIN_TONES, '') : bare;
}

/** The words of a text, in order, in their normal form. `\b` does not see Arabic letters; this does. */
export const words = (text: string): string[] => normalise(text).replace(APOSTROPHE, '').match(TOKEN) ?? [];
