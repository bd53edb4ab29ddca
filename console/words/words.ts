import { arReasons } from './ar-reasons.ts';
import { arShop } from './ar-shop.ts';
import { ar } from './ar.ts';
import { formsOf, type CountKey } from './counts.ts';
import { enReasons } from './en-reasons.ts';
import { enShop } from './en-shop.ts';
import { en } from './en.ts';

export type Language = 'ar' | 'en';
export const LANGUAGES: readonly Language[] = ['ar', 'en'];

export const WORDS = { ar: { ...ar, ...arShop }, en: { ...en, ...enShop } };
export const REASONS = { ar: arReasons, en: enReasons };

export type WordKey = keyof typeof en | keyof typeof enShop;
export type Values = Readonly<Record<string, string | number>>;

export const fill = (text: string, values: Values = {}): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));

export const isWordKey = (key: string): key is WordKey => Object.hasOwn(WORDS.en, key);
const isReason = (code: string): code is keyof typeof enReasons => Object.hasOwn(enReasons, code);

/** The words of `<family>.<code>`; a code that a newer server sends and we don't know yet is shown as it is. */
export function wordOf(language: Language, family: string, code: string): string {
  const key = `${family}.${code}`;
  return isWordKey(key) ? WORDS[language][key] : readable(code);
}

export function reasonWords(language: Language, code: string): string {
  if (isReason(code)) return REASONS[language][code];
  // U+2068/2069 isolate the code, so that a Latin word doesn't turn the Arabic sentence around.
  return language === 'ar' ? `سبب آخر (\u2068${readable(code)}\u2069)` : `another reason (${readable(code)})`;
}

export function counted(language: Language, key: CountKey, n: number, shown: string): string {
  const forms = formsOf(language, key);
  return fill(forms[new Intl.PluralRules(language).select(n)] ?? forms.other, { n: shown });
}

/** `send-refused` → `send refused`. */
export const readable = (code: string): string => code.replaceAll(/[-_.]+/g, ' ').trim();
