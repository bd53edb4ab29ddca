import { arLineReasons } from './ar-line-reasons.ts';
import { arLines } from './ar-lines.ts';
import { arModelReasons } from './ar-model-reasons.ts';
import { arOrderReasons } from './ar-order-reasons.ts';
import { arOrders } from './ar-orders.ts';
import { arProblems } from './ar-problems.ts';
import { arReasons } from './ar-reasons.ts';
import { arSheet } from './ar-sheet.ts';
import { arShop } from './ar-shop.ts';
import { arTemplates } from './ar-templates.ts';
import { ar } from './ar.ts';
import { formsOf, type CountKey } from './counts.ts';
import { enLineReasons } from './en-line-reasons.ts';
import { enLines } from './en-lines.ts';
import { enModelReasons } from './en-model-reasons.ts';
import { enOrderReasons } from './en-order-reasons.ts';
import { enOrders } from './en-orders.ts';
import { enProblems } from './en-problems.ts';
import { enReasons } from './en-reasons.ts';
import { enSheet } from './en-sheet.ts';
import { enShop } from './en-shop.ts';
import { enTemplates } from './en-templates.ts';
import { en } from './en.ts';

export type Language = 'ar' | 'en';
export const LANGUAGES: readonly Language[] = ['ar', 'en'];

export const WORDS = {
  ar: { ...ar, ...arShop, ...arLines, ...arOrders, ...arSheet, ...arTemplates, ...arProblems },
  en: { ...en, ...enShop, ...enLines, ...enOrders, ...enSheet, ...enTemplates, ...enProblems },
};
export const REASONS = {
  ar: { ...arReasons, ...arLineReasons, ...arOrderReasons, ...arModelReasons },
  en: { ...enReasons, ...enLineReasons, ...enOrderReasons, ...enModelReasons },
};

export type WordKey = keyof (typeof WORDS)['en'];
type Reason = keyof (typeof REASONS)['en'];
export type Values = Readonly<Record<string, string | number>>;

export const fill = (text: string, values: Values = {}): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));

export const isWordKey = (key: string): key is WordKey => Object.hasOwn(WORDS.en, key);
export const isReason = (code: string): code is Reason => Object.hasOwn(REASONS.en, code);

/** The words of `<family>.<code>`; a code that a newer server sends and we don't know yet is shown as it is. */
export function wordOf(language: Language, family: string, code: string): string {
  const key = `${family}.${code}`;
  return isWordKey(key) ? WORDS[language][key] : readable(code);
}

export function reasonWords(language: Language, code: string): string {
  if (isReason(code)) return REASONS[language][code];
  const known = knownPart(language, code);
  if (known !== null) return known;
  // U+2068/2069 isolate the code, so that a Latin word doesn't turn the Arabic sentence around.
  return language === 'ar' ? `سبب آخر (\u2068${readable(code)}\u2069)` : `another reason (${readable(code)})`;
}

/** Codes that end in something of their own: `phone-landline`, `instance-lost-428`, `missing-name-total`. */
function knownPart(language: Language, code: string): string | null {
  const phone = /^phone-(.+)$/.exec(code)?.[1];
  if (phone !== undefined && isWordKey(`phoneProblem.${phone}`))
    return wordOf(language, 'phoneProblem', phone);
  const [, told = '', status = ''] = /^(.+)-(\d+)$/.exec(code) ?? [];
  if (isReason(told)) return `${REASONS[language][told]} (${status})`;
  const missing = /^missing-(.+)$/.exec(code)?.[1];
  if (missing === undefined) return null;
  const names = missing.split('-').map((name) => wordOf(language, 'variable', name));
  return fill(WORDS[language]['reason.missing'], { names: names.join(language === 'ar' ? '، ' : ', ') });
}

export function counted(language: Language, key: CountKey, n: number, shown: string): string {
  const forms = formsOf(language, key);
  return fill(forms[new Intl.PluralRules(language).select(n)] ?? forms.other, { n: shown });
}

/** `send-refused` → `send refused`. */
export const readable = (code: string): string => code.replaceAll(/[-_.]+/g, ' ').trim();
