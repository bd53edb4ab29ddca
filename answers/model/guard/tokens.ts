import { asciiDigits, normalise } from '../../../domain/text.ts';

/** A word, a run of digits or a telling sign of a line, and where it stands. */
export interface Token {
  readonly kind: 'word' | 'digits' | 'sign' | 'unreadable';
  readonly raw: string;
  /** In its normal form. */
  readonly word: string;
  readonly start: number;
  readonly end: number;
  /** Nothing stands between it and the token before it. */
  readonly glued: boolean;
  readonly clause: number;
  readonly sentence: number;
}

export interface Line {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** The sentences (by their number) that end in a question mark. */
  readonly questions: ReadonlySet<number>;
}

/** Stands for a number that is written in no way we read: circled, Roman, in another script. One of them itself, so that a text read twice is the same. */
export const UNREADABLE = '\u24FF';
const OTHER_NUMBERS = /[\p{Nl}\p{No}〇零一二三四五六七八九十百千萬万\u{1F51F}]/gu;
const OTHER_DIGITS = /(?![0-9])\p{Nd}/gu;
const SEEN_BY_NOBODY =
  /[\p{Default_Ignorable_Code_Point}\p{Cs}\p{Co}\p{Cn}\uFFFD\u0640]|(?![\n\r\t\u2028\u2029])[\p{Cf}\p{Cc}]/gu;
const TOKEN =
  /(?<digits>\d+(?:[.,'’:،]\d+)*)|(?<word>\p{L}[\p{L}\p{M}]*(?:['’ʼ`]\p{L}[\p{L}\p{M}]*)*)|(?<sign>[\p{Sc}%٪‰])|(?<unreadable>\u24FF)/gu;
const ENDS_SENTENCE = /[!?؟؛;\n]|\.(?=\s|$)/u;
const ENDS_CLAUSE = /[,،…•|]/u;

/** `1️⃣` before a line's words is the line's number. */
const LIST_KEYCAP = /(^|\n)([1-9])\uFE0F?\u20E3[ \t]*(?=\p{L})/gu;

/** As it is seen: no hidden characters, every digit an ASCII one, what is no plain digit marked as unreadable. */
export const asSeen = (text: string): string =>
  asciiDigits(text.replace(LIST_KEYCAP, '$1$2) ').replace(SEEN_BY_NOBODY, ''))
    .replace(OTHER_NUMBERS, UNREADABLE)
    .normalize('NFKC')
    .replace(SEEN_BY_NOBODY, '')
    .replace(OTHER_DIGITS, UNREADABLE)
    // A stroke or a keycap over a digit leaves it a digit.
    .replace(/(?<=[\d\u24FF])\p{M}+/gu, '');

export const linesOf = (text: string): Line[] =>
  asSeen(text)
    .split(/[\n\r\u2028\u2029\u000B\u000C\u0085]+/u)
    .map(lineOf);

export function lineOf(text: string): Line {
  const tokens: Token[] = [];
  const questions = new Set<number>();
  let [end, clause, sentence] = [0, 0, 0];
  for (const match of text.matchAll(TOKEN)) {
    const gap = text.slice(end, match.index);
    if (/[?؟]/u.test(gap)) questions.add(sentence);
    if (ENDS_SENTENCE.test(gap)) sentence += 1;
    if (ENDS_SENTENCE.test(gap) || ENDS_CLAUSE.test(gap)) clause += 1;
    const [raw] = match;
    const start = match.index;
    end = start + raw.length;
    tokens.push({
      kind: kindOf(match.groups ?? {}),
      raw,
      word: normalise(raw).replace(/['’ʼ`]/gu, ''),
      start,
      end,
      glued: gap === '' && tokens.length > 0,
      clause,
      sentence,
    });
  }
  if (/[?؟]/u.test(text.slice(end))) questions.add(sentence);
  return { text, tokens, questions };
}

function kindOf(groups: Readonly<Record<string, string | undefined>>): Token['kind'] {
  if (groups['digits'] !== undefined) return 'digits';
  if (groups['word'] !== undefined) return 'word';
  return groups['sign'] === undefined ? 'unreadable' : 'sign';
}

/** The tokens of a fact (a name, a description), to be found again in what is said. */
export const tokensOf = (text: string): readonly Token[] => lineOf(asSeen(text).replace(/\s+/gu, ' ')).tokens;

/** A piece of a line as it was written, from one token to another. */
export const saidFrom = ({ text, tokens }: Line, first: number, last: number): string =>
  text.slice(tokens[Math.max(0, first)]?.start, tokens[Math.min(last, tokens.length - 1)]?.end);

/** Whether a run of words stands in a line from this place on. */
export const standsAt = (tokens: readonly Token[], at: number, wanted: readonly Token[]): boolean =>
  wanted.length > 0 &&
  wanted.every(({ word, kind }, index) => {
    const token = tokens[at + index];
    return token?.kind === kind && token.word === word;
  });
