import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { makeLocale } from '../../console/locale.tsx';
import { counts, formsOf, type CountKey } from '../../console/words/counts.ts';
import { arabicName, templateVariables } from '../../domain/template-variables.ts';
import { fill, LANGUAGES, REASONS, reasonWords, wordOf, WORDS } from '../../console/words/words.ts';

/** How the channels, the sheets and the steps of sending write a reason down. */
const REASON_IN_SOURCE = [
  /\b(?:reason|why): '([a-z-]+)'/g,
  /\breason: [^,;{}]*\? '([a-z-]+)'/g,
  /\breason: [^,;{}]*\? [^,;{}]* : '([a-z-]+)'/g,
  /\b(?:final|again|account|slowLine|notHanded|permanent|refusal|incomplete|held|parked)\(\s*'([a-z-]+)'/g,
  /\b[A-Z][A-Z_]+: '([a-z]+-[a-z-]+)'/g,
  /^ {2}\[\/.+\/, '([a-z-]+)'\],$/gm,
  /\baskForHuman\([^)]*'([a-z-]+)'\)/g,
];
/** A reason that has a name: `reason: PACE`, or either arm of a condition. */
const NAMED_REASON = /\b(?:reason|why):(?: [^,;{}]*[?:])? ([A-Z][A-Z_]+)\b/g;
/** Where sends, sheets and orders are refused, held or put off. */
const GIVERS = [
  'activities/**/*.ts',
  'store/*.ts',
  'channels/**/*.ts',
  'sheets/**/*.ts',
  'workflows/order*.ts',
  'domain/order-plan.ts',
  'api/sheet-look.ts',
  'api/evolution-line.ts',
];

/** How a line writes down why it is in its state. */
const LINE_REASON_IN_SOURCE = [
  /how: '(?:failed|stopped)',\s*why: '([a-z-]+)'/g,
  /\bis: '(?:dead|ailing)', why: '([a-z-]+)'/g,
  /\bsign: '([a-z]+-[a-z-]+)'/g,
  /\bstate\.set\('[a-z-]+', '([a-z-]+)'\)/g,
  /\bwatchStart\(\S+, '([a-z-]+)'\)/g,
  /\bstate: '[a-z-]+', atMs: [^,]+, why: '([a-z-]+)'/g,
  /\brestrictNewChats\('([a-z-]+)'\)/g,
  /new LineRefused\(\s*'([a-z-]+)'/g,
  /\b(?:connection\.stop|endSoon)\((?:[^)]*\? )?'([a-z-]+)'/g,
];

const codesIn = (files: string[], patterns: readonly RegExp[]): string[] =>
  globSync(files).flatMap((file) =>
    patterns.flatMap((pattern) =>
      [...readFileSync(file, 'utf8').matchAll(pattern)].map(([, code]) => code ?? ''),
    ),
  );

/** What the constants that are given as reasons stand for. */
function namedIn(files: string[]): string[] {
  const names = new Set(codesIn(files, [NAMED_REASON]));
  const constants = globSync(files).flatMap((file) => [
    ...readFileSync(file, 'utf8').matchAll(/^(?:export )?const ([A-Z_]+) = '([a-z-]+)'/gm),
  ]);
  return constants.flatMap(([, name = '', code = '']) => (names.has(name) ? [code] : []));
}

const slots = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort();

describe('the words of the console', () => {
  it('knows the same things in Arabic and in English', () => {
    expect(Object.keys(WORDS.ar).sort()).toEqual(Object.keys(WORDS.en).sort());
    expect(Object.keys(REASONS.ar).sort()).toEqual(Object.keys(REASONS.en).sort());
    expect(Object.keys(counts.ar)).toEqual(Object.keys(counts.en));
  });

  it('has something to say for each of them', () => {
    for (const language of LANGUAGES) {
      const empty = Object.entries({ ...WORDS[language], ...REASONS[language] }).filter(
        ([, text]) => text.trim() === '',
      );
      expect(empty).toEqual([]);
    }
  });

  it('leaves the same places open for values in both', () => {
    const ar: Readonly<Record<string, string>> = WORDS.ar;
    const different = Object.entries(WORDS.en).filter(
      ([key, text]) => slots(text).join() !== slots(ar[key] ?? '').join(),
    );
    expect(different).toEqual([]);
  });

  it('writes Arabic in Arabic letters, apart from names that have none', () => {
    const latin = Object.entries({ ...WORDS.ar, ...REASONS.ar }).filter(
      ([, text]) => !/[\u0600-\u06ff]/.test(text),
    );
    expect(latin.map(([key]) => key)).toEqual(['app.language', 'channel.evolution']);
  });

  it('says a reason it does not know in a sentence that still reads well', () => {
    expect(reasonWords('en', 'carrier-pigeon_lost')).toBe('another reason (carrier pigeon lost)');
    expect(reasonWords('ar', 'carrier-pigeon')).toBe('سبب آخر (\u2068carrier pigeon\u2069)');
    expect(reasonWords('ar', 'line-down')).toBe('الخط غير متصل');
    expect(reasonWords('en', 'constructor')).toBe('another reason (constructor)');
  });

  it('has words for every reason that a send, a line or a hand-over gives in the source', () => {
    const given = [...codesIn(GIVERS, REASON_IN_SOURCE), ...namedIn(GIVERS)];
    const handOver =
      /type HandOverReason =([^;]+);/.exec(readFileSync('answers/answer.ts', 'utf8'))?.[1] ?? '';
    const codes = new Set([
      ...given,
      ...[...handOver.matchAll(/'([a-z-]+)'/g)].map(([, code]) => code ?? ''),
    ]);
    expect(codes.size).toBeGreaterThan(120);
    expect([...codes].filter((code) => !Object.hasOwn(REASONS.en, code))).toEqual([]);
  });

  it('never hands on somebody else’s code as a reason, for which nobody could have words', () => {
    const given = codesIn(GIVERS, [/\breason: ((?:`|[^,;{}\n]*\.toLowerCase\()[^\n]*)/g]);
    // The problem of a phone number is one of a few, and each has its words.
    expect(given.filter((made) => !made.startsWith('`phone-'))).toEqual([]);
  });

  it('has words for everything that the change log is told', () => {
    const told = new Set([...codesIn(['api/**/*.ts'], [/\baction: '([a-z-]+\.[a-z-]+)'/g])]);
    expect(told.size).toBeGreaterThan(20);
    expect([...told].filter((action) => !Object.hasOwn(WORDS.en, `action.${action}`))).toEqual([]);
  });

  it('has words for every reason that stands in a line’s history', () => {
    const codes = new Set(codesIn(['channels/whatsapp-web/*.ts', 'activities/*.ts'], LINE_REASON_IN_SOURCE));
    expect(codes.size).toBeGreaterThan(30);
    expect([...codes].filter((code) => !Object.hasOwn(REASONS.en, code))).toEqual([]);
  });

  it('has words for every reason that an order, a row or a sheet gives in the source', () => {
    const codes = new Set(
      globSync([
        'sheets/**/*.ts',
        'workflows/order*.ts',
        'domain/order-plan.ts',
        'api/sheet-look.ts',
      ]).flatMap((file) =>
        [
          ...readFileSync(file, 'utf8').matchAll(
            /\b(?:reason|why): '([a-z-]+)'|^const KNOWN = '([a-z-]+)'/gm,
          ),
        ].map(([, code, known]) => code ?? known ?? ''),
      ),
    );
    expect(codes.size).toBeGreaterThan(30);
    expect([...codes].filter((code) => !Object.hasOwn(REASONS.en, code))).toEqual([]);
  });

  it('says why a server lost a line, with the number that the server gave for it', () => {
    expect(reasonWords('en', 'instance-lost-428')).toBe(
      'the Evolution server lost its connection to WhatsApp (428)',
    );
    expect(reasonWords('ar', 'instance-unlinked-401')).toBe(
      'ألغى الهاتف ربط خادم \u2066Evolution\u2069 (401)',
    );
    expect(reasonWords('en', 'another-3')).toBe('another reason (another 3)');
  });

  it('says in words what a phone or a message lacks', () => {
    expect(reasonWords('en', 'phone-landline')).toBe('this is a landline, not a mobile');
    expect(reasonWords('ar', 'phone-precision-lost')).toContain('كنص');
    expect(reasonWords('en', 'missing-name-total')).toBe('the order has no value for: name, total');
    expect(reasonWords('ar', 'missing-tracking')).toBe('ليس في الطلب قيمة لـ: رقم التتبع');
  });

  it('shows a code that has no words yet as readable text', () => {
    expect(wordOf('ar', 'phase', 'thinking')).toBe('جارٍ تحضير الجواب');
    expect(wordOf('en', 'action', 'pigeon.lost')).toBe('pigeon lost');
  });

  it('calls what can be put into a text by the name that is put in', () => {
    for (const variable of templateVariables())
      expect(wordOf('ar', 'variable', variable)).toBe(arabicName(variable));
  });

  it('puts values in literally, whatever is in them', () => {
    expect(fill('{name} and {name}', { name: '$& {other}' })).toBe('$& {other} and $& {other}');
    expect(fill('{missing}')).toBe('{missing}');
  });

  it('counts in the six forms of Arabic', () => {
    const { count } = makeLocale('ar', 'MA', 'Africa/Casablanca');
    expect([0, 2, 3, 11, 99, 100, 103].map((n) => count('rowsRead', n))).toEqual([
      'لم يُقرأ أي سطر',
      'قُرئ سطران',
      'قُرئت 3 أسطر',
      'قُرئ 11 سطراً',
      'قُرئ 99 سطراً',
      'قُرئ 100 سطر',
      'قُرئت 103 أسطر',
    ]);
    expect([1, 2, 3, 11, 100].map((n) => count('fragments', n))).toEqual([
      'جُمعت رسالة واحدة',
      'جُمعت رسالتان',
      'جُمعت 3 رسائل',
      'جُمعت 11 رسالة',
      'جُمعت 100 رسالة',
    ]);
    for (const key of Object.keys(counts.en) as CountKey[]) expect(formsOf('ar', key).other).toContain('{n}');
  });

  it('writes times by the shop’s clock and digits by its country', () => {
    const noon = '2026-01-15T10:05:00.000Z';
    expect(makeLocale('en', 'EG', 'Africa/Cairo').time(noon)).toBe('12:05');
    expect(makeLocale('ar', 'EG', 'Africa/Cairo').time(noon)).toContain('١٢:٠٥');
    expect(makeLocale('ar', 'EG', 'Nowhere/Atall').time('not a time')).toBe('not a time');
  });

  it('keeps a price to the last digit', () => {
    expect(makeLocale('en', 'EG', 'UTC').money('99999999999.125', 'EGP')).toContain('99,999,999,999.125');
    expect(makeLocale('en', 'EG', 'UTC').money('ask us', 'EGP')).toBe('ask us EGP');
  });
});
