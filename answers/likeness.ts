/** How alike a customer's word and a word of a product's name are. Both in their normal form. */

/** Articles and the particles that are written together with them. */
const PREFIX = /^(?:وبال|وال|بال|فال|كال|ولل|لل|ال)(?=[\u0620-\u06FF]{2})/u;
const PARTICLE = /^[وبلف](?=[\u0620-\u06FF]{3})/u;
/** Plurals, the feminine ending, and the Kurdish definite and plural endings, longest first. */
const ARABIC_ENDING = /(?:يهكان|هكان|يهكه|هكه|يات|ات|ين|ان|ون|ه)$/u;
const ENGLISH_ENDING = /(?:es|s)$/u;
const ARABIC_VOWELS = /[اويه]/gu;

/** From 1 (the same word) down to 0 (another one). `strict`: no typing mistakes forgiven. */
export function likeness(asked: string, named: string, strict: boolean): number {
  if (asked === named) return 1;
  // A number is a model or a size: 13 is no misspelt 14.
  if (/\p{N}/u.test(asked) || /\p{N}/u.test(named)) return 0;
  const forms = formsOf(asked);
  const names = formsOf(named);
  if (forms.some((form) => names.includes(form))) return 0.95;
  if (strict) return 0;
  const [bare, name] = [withoutArticle(asked), withoutArticle(named)];
  if (sameBones(bare, name)) return 0.8;
  return forms.some((form) => names.some((candidate) => withinTypo(form, candidate))) ? 0.7 : 0;
}

const withoutArticle = (word: string): string => word.replace(PREFIX, '');

/** The word as it may have been meant: without article, particle and ending. */
function formsOf(word: string): string[] {
  const bare = withoutArticle(word);
  const starts = bare === word ? [word, word.replace(PARTICLE, '')] : [bare];
  return [...new Set(starts.flatMap((start) => [start, withoutEnding(start)]))];
}

function withoutEnding(word: string): string {
  const ending = /[a-z]/.test(word) ? ENGLISH_ENDING : ARABIC_ENDING;
  const stem = word.replace(ending, '');
  return stem.length >= 3 ? stem : word;
}

/** Broken plurals keep the consonants: فستان and فساتين, جاكيت and جواكت, عطر and عطور. */
function sameBones(asked: string, named: string): boolean {
  if (!/^[\u0620-\u06FF]+$/u.test(asked)) return false;
  const bones = asked.replace(ARABIC_VOWELS, '');
  return bones.length >= 3 && bones === named.replace(ARABIC_VOWELS, '');
}

/** One slip in a word of five letters, two in a word of eight; a shorter word with a slip is another word. */
function withinTypo(asked: string, named: string): boolean {
  const length = Math.min(asked.length, named.length);
  const allowed = length >= 8 ? 2 : length >= 5 ? 1 : 0;
  return allowed > 0 && Math.abs(asked.length - named.length) <= allowed && slips(asked, named) <= allowed;
}

/** Letters changed, missing, added or swapped with their neighbour (optimal string alignment). */
export function slips(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(changed, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
