import { CURRENCIES, SHARED_NAMES } from '../../../domain/currencies.ts';
import { phraseFinder, type Found } from './phrases.ts';
import type { Token } from './tokens.ts';

/** A currency in a line, and which it may be. */
export interface SaidCurrency extends Found<string> {
  readonly codes: ReadonlySet<string>;
  /** It is an ordinary word as well (`try`, `id`): a currency only beside a number. */
  readonly doubtful: boolean;
}

/** As people say them beside the spellings of `CURRENCIES`; a shared name may be any of them. */
const MORE: Readonly<Record<string, readonly string[]>> = {
  'EGP GBP SDG': [
    'pound',
    'pounds',
    'جنيه',
    'جنيها',
    'جنيهات',
    'جنيهين',
    'جونەیە',
    'جونەیەیە',
    'جنیهە',
    'پاوەند',
    'geneh',
    'gneh',
    'guineh',
  ],
  'IQD KWD BHD JOD LYD TND DZD': [
    'dinar',
    'dinars',
    'دينارا',
    'دينارين',
    'دینار',
    'دیناری',
    'دینارە',
    'دیناریە',
  ],
  'SAR OMR QAR YER': ['riyal', 'riyals', 'rial', 'rials', 'ريالا', 'ريالين', 'ڕیاڵ'],
  'AED MAD': ['dirham', 'dirhams', 'درهما', 'درهمين', 'دیرهەم'],
  'TRY SYP LBP': ['lira', 'liras', 'ليرات', 'لیرە'],
  IQD: ['دیناری عێراقی', 'دينار عراقي', 'iraqi dinar', 'iraqi dinars'],
  EGP: ['جنيه مصري', 'egyptian pounds', 'egyptian pound'],
  USD: ['دولارا', 'دولارات', 'دولارين', 'دۆلار', 'دۆلارە', 'bucks'],
  OTHER: [
    'قرش',
    'قروش',
    'فلس',
    'فلوس',
    'cents',
    'cent',
    'rupee',
    'rupees',
    'yen',
    'yuan',
    '¥',
    '₹',
    '₽',
    '₿',
    '₪',
    '₩',
    '¢',
  ],
};
const FAMILY: Readonly<Record<string, string>> = {
  دينار: 'IQD KWD BHD JOD LYD TND DZD',
  دنانير: 'IQD KWD BHD JOD LYD TND DZD',
  ريال: 'SAR OMR QAR YER',
  ريالات: 'SAR OMR QAR YER',
  درهم: 'AED MAD',
  دراهم: 'AED MAD',
  ليرة: 'TRY SYP LBP',
};
/** English and Arabic words and letters besides. */
const ORDINARY = new Set([
  'id',
  'le',
  'try',
  'da',
  'mad',
  'bd',
  'dt',
  'tl',
  'sr',
  'qr',
  'jd',
  'kd',
  'ج',
  'جم',
  'فلوس',
  'pound',
  'pounds',
  'yen',
  'cent',
]);

const table: Record<string, string[]> = {};
const put = (codes: string, entries: readonly string[]): void => {
  table[codes] = [...(table[codes] ?? []), ...entries];
};
// Where a spelling stands twice, the first found wins: the wider reading of a bare name before the narrower one.
for (const [codes, entries] of Object.entries(MORE)) put(codes, entries);
for (const name of SHARED_NAMES) put(FAMILY[name] ?? 'OTHER', [name]);
for (const [code, { words }] of Object.entries(CURRENCIES)) put(code, words);
const find = phraseFinder(table);
const SIGNS = new Set(
  Object.values(table)
    .flat()
    .filter((word) => /^\p{Sc}$/u.test(word)),
);

export const currenciesIn = (tokens: readonly Token[]): SaidCurrency[] => [
  // Kurdish `here` differs from a lira by the mark on one letter.
  ...find(tokens)
    .filter(({ at }) => tokens[at]?.raw !== 'لێرە')
    .map((found) => ({
      ...found,
      codes: new Set(found.means.split(' ')),
      doubtful: ORDINARY.has(
        tokens
          .slice(found.at, found.end)
          .map(({ word }) => word)
          .join(' '),
      ),
    })),
  ...tokens.flatMap((token, at) =>
    token.kind === 'sign' && /\p{Sc}/u.test(token.raw) && !SIGNS.has(token.raw)
      ? [{ at, end: at + 1, means: 'OTHER', codes: new Set(['OTHER']), doubtful: false }]
      : [],
  ),
];
