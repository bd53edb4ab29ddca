import { tokensOf, type Token } from './tokens.ts';

/** A known phrase in a line: where, and what it means. */
export interface Found<Meaning> {
  readonly at: number;
  readonly end: number;
  readonly means: Meaning;
}

export type FindPhrases<Meaning> = (tokens: readonly Token[]) => Found<Meaning>[];

/** What Arabic writes onto a word (`and`, `for`, `the`), and how long the word behind it is at least. */
const PREFIXES: readonly (readonly [prefix: RegExp, shortest: number])[] = [
  [/^[وف]/u, 2],
  [/^[وف]?[بلك]/u, 3],
  [/^[وف]?[بك]?ال/u, 3],
  [/^[وف]?لل/u, 3],
];

/** Makes the reader of a table of phrases: leftmost, longest first, with particles written onto the word or not. */
export function phraseFinder<Meaning extends string>(
  table: Readonly<Record<Meaning, readonly string[]>>,
): FindPhrases<Meaning> {
  const byFirst = new Map<string, { readonly words: readonly string[]; readonly means: Meaning }[]>();
  for (const means in table)
    for (const entry of table[means]) {
      const words = tokensOf(entry).map(({ word }) => word);
      const first = words[0] ?? '';
      byFirst.set(first, [...(byFirst.get(first) ?? []), { words, means }]);
    }
  const startingWith = (word: string) => [
    ...(byFirst.get(word) ?? []),
    ...new Set(
      PREFIXES.flatMap(([prefix, shortest]) => {
        const bare = word.replace(prefix, '');
        return bare !== word && bare.length >= shortest ? [bare] : [];
      }).flatMap((bare) => byFirst.get(bare) ?? []),
    ),
  ];
  return (tokens) => {
    const found: Found<Meaning>[] = [];
    for (let at = 0; at < tokens.length;) {
      const here = at;
      const [longest] = startingWith(tokens[at]?.word ?? '')
        .filter(({ words }) => words.slice(1).every((word, index) => tokens[here + index + 1]?.word === word))
        .sort((a, b) => b.words.length - a.words.length);
      if (longest === undefined) at += 1;
      else {
        found.push({ at, end: at + longest.words.length, means: longest.means });
        at += longest.words.length;
      }
    }
    return found;
  };
}
