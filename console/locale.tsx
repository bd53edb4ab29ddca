import { createContext, type ComponentChildren } from 'preact';
import { useContext, useEffect, useMemo, useState } from 'preact/hooks';
import type { CountKey } from './words/counts.ts';
import {
  counted,
  fill,
  reasonWords,
  wordOf,
  WORDS,
  type Language,
  type Values,
  type WordKey,
} from './words/words.ts';

export interface Locale {
  readonly language: Language;
  readonly t: (key: WordKey, values?: Values) => string;
  /** The words of a code from the API: `word('phase', 'gathering')`. */
  readonly word: (family: string, code: string) => string;
  readonly reason: (code: string) => string;
  readonly count: (key: CountKey, n: number) => string;
  readonly number: (n: number, options?: Intl.NumberFormatOptions) => string;
  /** Decimal text stays decimal: it never becomes a float on its way to the eye. */
  readonly money: (decimal: string, currency: string) => string;
  readonly time: (iso: string) => string;
  readonly dateTime: (iso: string) => string;
  /** The hour for today, the day for older. */
  readonly short: (iso: string) => string;
  readonly day: (iso: string) => string;
}

export function makeLocale(language: Language, country: string, timeZone: string): Locale {
  // The country decides the digits: Egypt writes ٥, Morocco 5.
  const tag = language === 'ar' ? tagOf(`ar-${country}`, 'ar') : 'en-GB';
  const zone = isTimeZone(timeZone) ? timeZone : undefined;
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(tag, { timeZone: zone, ...options });
  const time = format({ hour: 'numeric', minute: '2-digit' });
  const dateTime = format({ dateStyle: 'medium', timeStyle: 'short' });
  const day = format({ weekday: 'long', day: 'numeric', month: 'long' });
  const shortDay = format({ day: 'numeric', month: 'short' });
  const number = (n: number, options?: Intl.NumberFormatOptions) =>
    new Intl.NumberFormat(tag, options).format(n);
  return {
    language,
    t: (key, values) => fill(WORDS[language][key], values),
    word: (family, code) => wordOf(language, family, code),
    reason: (code) => reasonWords(language, code),
    count: (key, n) => counted(language, key, n, number(n)),
    number,
    money: (decimal, currency) => moneyIn(tag, decimal, currency),
    time: (iso) => said(time, iso),
    dateTime: (iso) => said(dateTime, iso),
    short: (iso) =>
      said(shortDay.format(Date.parse(iso)) === shortDay.format(Date.now()) ? time : shortDay, iso),
    day: (iso) => said(day, iso),
  };
}

const said = (format: Intl.DateTimeFormat, iso: string): string =>
  Number.isNaN(Date.parse(iso)) ? iso : format.format(Date.parse(iso));

function moneyIn(tag: string, decimal: string, currency: string): string {
  // `format` takes decimal text exactly; anything else is shown as it was written.
  if (!/^\d+(\.\d+)?$/.test(decimal)) return `${decimal} ${currency}`;
  const exact = decimal as `${number}`;
  const digits = { minimumFractionDigits: 0, maximumFractionDigits: 3 };
  return /^[A-Z]{3}$/.test(currency)
    ? new Intl.NumberFormat(tag, {
        style: 'currency',
        currency,
        ...digits,
      }).format(exact)
    : `${new Intl.NumberFormat(tag, digits).format(exact)} ${currency}`;
}

function tagOf(tag: string, otherwise: string): string {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? otherwise;
  } catch (error) {
    if (error instanceof RangeError) return otherwise;
    throw error;
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Reasons are written to stand inside a sentence; alone they begin one. */
export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const LANGUAGE_KEPT = 'zajel.language';

function firstLanguage(): Language {
  const kept = localStorage.getItem(LANGUAGE_KEPT);
  if (kept === 'ar' || kept === 'en') return kept;
  const wanted = navigator.languages.find((tag) => /^(ar|en)\b/i.test(tag));
  return wanted?.toLowerCase().startsWith('ar') === true ? 'ar' : 'en';
}

/** The language that is chosen, kept for the next visit and told to the document. */
export function useLanguage(): [Language, (language: Language) => void] {
  const [language, setLanguage] = useState<Language>(firstLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dir = language === 'ar' ? 'rtl' : 'ltr';
    document.title = WORDS[language]['app.name'];
  }, [language]);
  const choose = (next: Language): void => {
    localStorage.setItem(LANGUAGE_KEPT, next);
    setLanguage(next);
  };
  return [language, choose];
}

const LocaleContext = createContext<Locale>(makeLocale('en', 'GB', 'UTC'));
export const useLocale = (): Locale => useContext(LocaleContext);

interface LocaleProps {
  readonly language: Language;
  readonly country: string;
  readonly timeZone: string;
  readonly children: ComponentChildren;
}

export function LocaleProvider({ language, country, timeZone, children }: LocaleProps) {
  const locale = useMemo(() => makeLocale(language, country, timeZone), [language, country, timeZone]);
  return <LocaleContext.Provider value={locale}>{children}</LocaleContext.Provider>;
}
