import { normalise, words } from '../../domain/text.ts';
import type { Language } from '../answer.ts';
import { WORD_KINDS, type IntentWords, type WordKind } from './kinds.ts';
import { ARABIC } from './words-ar.ts';
import { ENGLISH } from './words-en.ts';
import { KURDISH } from './words-ku.ts';

/** A stretch of a message that says something known. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly kinds: ReadonlySet<WordKind>;
  /** What it means if the message says nothing else. */
  readonly wholeKinds: ReadonlySet<WordKind>;
  readonly languages: ReadonlySet<Language>;
}

interface Phrase {
  readonly kinds: Set<WordKind>;
  readonly wholeKinds: Set<WordKind>;
  readonly languages: Set<Language>;
}
/** All phrases by their words, so that a message is read in one pass whatever their number. */
interface Branch {
  readonly next: Map<string, Branch>;
  phrase: Phrase | null;
}

const TABLES: readonly (readonly [Language, IntentWords])[] = [
  ['ar', ARABIC],
  ['en', ENGLISH],
  ['ku', KURDISH],
];
const root = grow(TABLES);

/** Words with a meaning of their own, which are no misspelt product. */
export const KNOWN_WORDS: ReadonlySet<string> = new Set(
  TABLES.flatMap(([, table]) =>
    WORD_KINDS.flatMap((kind) => table[kind].flatMap((entry) => tokensOf(entry))),
  ),
);

/** A message's words; a message of signs only (`👍👍`) is each of its signs once. */
export function tokensOf(text: string): string[] {
  const found = words(text);
  return found.length > 0 ? found : [...new Set(normalise(text).replace(/\s/gu, ''))];
}

/** The known stretches of a message, leftmost and longest first: `لا تلغي` is found, and not `تلغي` inside it. */
export function spansOf(tokens: readonly string[]): Span[] {
  const spans: Span[] = [];
  for (let start = 0; start < tokens.length;) {
    const found = longestAt(tokens, start);
    if (found !== null) spans.push({ start, ...found });
    start = found?.end ?? start + 1;
  }
  return spans;
}

function longestAt(tokens: readonly string[], start: number): Omit<Span, 'start'> | null {
  let best: Omit<Span, 'start'> | null = null;
  let here: readonly Branch[] = [root];
  for (let end = start; end < tokens.length && here.length > 0; end += 1) {
    const forms = formsOf(tokens[end] ?? '');
    here = here.flatMap((branch) =>
      forms.map((form) => branch.next.get(form)).filter((next) => next !== undefined),
    );
    const phrase = here.find((branch) => branch.phrase !== null)?.phrase;
    if (phrase) best = { end: end + 1, ...phrase };
  }
  return best;
}

/** A word as it may stand in the tables: without drawn-out letters (`بكااام`, `heyy`) and what Arabic writes onto it. */
function formsOf(token: string): string[] {
  const forms = [token, token.replace(/(\p{L})\1{2,}/gu, '$1'), token.replace(/(\p{L})\1+$/u, '$1')];
  for (const prefix of ['و', 'ف', 'ال', 'وال', 'بال']) {
    if (token.startsWith(prefix) && token.length >= prefix.length + 3) forms.push(token.slice(prefix.length));
  }
  return [...new Set(forms)];
}

function grow(tables: typeof TABLES): Branch {
  const trunk: Branch = { next: new Map(), phrase: null };
  for (const [language, table] of tables) {
    for (const kind of WORD_KINDS) for (const entry of table[kind]) plant(trunk, entry, kind, language);
  }
  return trunk;
}

function plant(trunk: Branch, entry: string, kind: WordKind, language: Language): void {
  const whole = entry.startsWith('=');
  let branch = trunk;
  for (const token of tokensOf(whole ? entry.slice(1) : entry)) {
    const next: Branch = branch.next.get(token) ?? { next: new Map(), phrase: null };
    branch.next.set(token, next);
    branch = next;
  }
  branch.phrase ??= { kinds: new Set(), wholeKinds: new Set(), languages: new Set() };
  (whole ? branch.phrase.wholeKinds : branch.phrase.kinds).add(kind);
  branch.phrase.languages.add(language);
}
