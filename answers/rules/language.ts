import type { Language, TurnContext } from '../answer.ts';
import { spansOf, tokensOf } from './phrases.ts';

/** Letters that Sorani has and Arabic has not. */
const KURDISH_LETTERS = /[ێۆەڕڵ]/u;
const ARABIC_LETTERS = /[\u0620-\u064A\u066E-\u06D3]/u;
/** Latin words with a digit for a letter, as in `3ayez` and `se3r`. */
const ARABIZI = /^(?:[a-z]+[2378][a-z]*|[2378][a-z]{3,})$/u;
/** Written by everybody, whatever they speak. */
const EVERYBODYS = new Set(['ok', 'okay', 'okey', 'k', 'stop', 'start', 'hi', 'hello', 'thx', 'no', 'yes']);
const HISTORY_LOOKED_AT = 6;

/** The customer's language: by this turn's own words, else by what the customer wrote before, else the merchant's. */
export function languageOf(context: TurnContext): Language {
  const now = context.messages.map(({ text }) => text).join('\n');
  const certain = languageIn(now);
  if (certain !== null) return certain;
  const past = context.history
    .filter(({ by }) => by === 'customer')
    .slice(-HISTORY_LOOKED_AT)
    .reverse();
  for (const { text } of past) {
    const language = languageIn(text);
    if (language !== null) return language;
  }
  return context.history.length === 0 && /\p{Script=Latin}/u.test(now) ? 'en' : context.merchant.language;
}

/** The language of a text, or null when it could be anyone's (`ok`, `1`, `👍`). */
export function languageIn(text: string): Language | null {
  if (KURDISH_LETTERS.test(text)) return 'ku';
  const tokens = tokensOf(text);
  const said = spansOf(tokens).map(({ languages }) => languages);
  const only = (language: Language): number =>
    said.filter((languages) => languages.size === 1 && languages.has(language)).length;
  if (ARABIC_LETTERS.test(text)) return only('ku') > only('ar') ? 'ku' : 'ar';
  const telling = tokens.filter((token) => /\p{Script=Latin}/u.test(token) && !EVERYBODYS.has(token));
  if (telling.length === 0) return null;
  const [ar, ku, en] = [
    only('ar') + telling.filter((token) => ARABIZI.test(token)).length,
    only('ku'),
    only('en'),
  ];
  if (ar > en && ar >= ku) return 'ar';
  return ku > en ? 'ku' : 'en';
}
