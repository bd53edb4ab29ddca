import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { commandIn, endsWindow } from '../../domain/commands.ts';
import { splitText, type TextLimit } from '../../domain/split-text.ts';
import { asciiDigits, normalise, stripInvisible, words } from '../../domain/text.ts';

/** Anything at all, lone surrogates and NUL included, with plenty of Arabic, marks and emoji. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc
    .array(
      fc.constantFrom(
        'س',
        'ة',
        'ّ',
        'ـ',
        ' ',
        '\n',
        '\u200f',
        'a',
        '٥',
        'ێ',
        '👨‍👩‍👧‍👦',
        '🇮🇶',
        '\uD83D',
        '\0',
        '1️⃣',
        '،',
      ),
    )
    .map((parts) => parts.join('')),
);

describe('normalise', () => {
  test.each([
    [' تم الشحن ', 'تم الشحن'],
    ['تم  الشحن', 'تم الشحن'],
    ['تـم الشحن', 'تم الشحن'],
    ['تمّ الشحن', 'تم الشحن'],
    ['تم الشحن.', 'تم الشحن'],
    ['\u200Fتم\u200B\u00A0الشحن\u2069 ✅', 'تم الشحن'],
    ['تأكيد', 'تاكيد'],
    ['مراجعة', 'مراجعه'],
    ['على', 'علی'],
    ['كتاب', 'کتاب'],
    ['ﻻ', 'لا'],
    ['آإأٱا', 'ااااا'],
    ['كوڕێکی خۆشە', 'كوريكي خوشه'],
    ['١٢٣', '۱۲۳'],
    ['STOP!', 'stop'],
    ['ＡＢＣ', 'abc'],
    ['1️⃣', '١'],
    ['👍🏽', '👍'],
  ])('%j says the same as %j', (one, other) => {
    expect(normalise(one)).toBe(normalise(other));
  });

  test.each([
    ['تم الشحن', 'لم يتم الشحن'],
    ['❌', ''],
    ['?', ''],
    ['كلب', 'قلب'],
    ['13', '14'],
    ['\uD83D', ''],
  ])('%j does not say the same as %j', (one, other) => {
    expect(normalise(one)).not.toBe(normalise(other));
  });

  it('is the same when done twice, whatever the text', () => {
    fc.assert(
      fc.property(anyText, (text) => normalise(normalise(text)) === normalise(text)),
      { numRuns: 2_000 },
    );
  });

  it('keeps every digit, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('٠', '۵', '9', 'م', ' ', '.', 'ـ', '\u200e')), (signs) => {
        const digits = (text: string): string => asciiDigits(text).replace(/\D/g, '');
        expect(digits(normalise(signs.join('')))).toBe(digits(signs.join('')));
      }),
    );
  });

  it('leaves scripts alone whose vowel signs make the word', () => {
    expect(words('हिन्दी')).toEqual(['हिन्दी']);
  });
});

describe('words', () => {
  it('finds Arabic, Kurdish and Latin words, and no punctuation', () => {
    expect(words('بكم،القميص؟')).toEqual(['بكم', 'القميص']);
    expect(words("I don't—want it")).toEqual(['i', 'dont', 'want', 'it']);
    expect(words('👍 ...')).toEqual([]);
  });
});

describe('asciiDigits and stripInvisible', () => {
  it('turn what is typed on an Arabic phone into what a program reads', () => {
    expect(asciiDigits('٠١٠۲۳ ١٬٢٥٠٫٥')).toBe('01023 1,250.5');
    expect(stripInvisible('\u202A+20\u202C\uFEFF 10')).toBe('+20 10');
  });
});

describe('splitText', () => {
  const graphemes = (text: string): string[] =>
    [...new Intl.Segmenter('und').segment(text)].map(({ segment }) => segment);
  const bytes = (text: string): number => new TextEncoder().encode(text).length;
  const sizeOf = (text: string, { unit }: TextLimit): number =>
    unit === 'bytes' ? bytes(text) : text.length;
  const withoutSpace = (text: string): string => text.replace(/\s/gu, '');
  const limits = fc.record({
    unit: fc.constantFrom('characters', 'bytes'),
    limit: fc.integer({ min: 4, max: 60 }),
  });

  it('leaves a text that fits as it is, to the byte', () => {
    expect(splitText('  مرحبا\n', { unit: 'characters', limit: 20 })).toEqual(['  مرحبا\n']);
  });

  it('sends nothing for a blank text', () => {
    expect(splitText(' \n ', { unit: 'bytes', limit: 1 })).toEqual([]);
    expect(splitText('', { unit: 'bytes', limit: 1 })).toEqual([]);
  });

  it('cuts between words, and at a line’s end when one is near', () => {
    expect(splitText('one two three', { unit: 'characters', limit: 8 })).toEqual(['one two', 'three']);
    expect(splitText('one two\nthree four', { unit: 'characters', limit: 14 })).toEqual([
      'one two',
      'three four',
    ]);
  });

  it('counts Instagram’s limit in bytes: 500 Arabic letters, not 1,000', () => {
    const parts = splitText('كلمة '.repeat(300).trim(), { unit: 'bytes', limit: 1_000 });
    expect(parts.every((part) => bytes(part) <= 1_000)).toBe(true);
    expect(parts.join(' ')).toBe('كلمة '.repeat(300).trim());
  });

  it('cuts a word without spaces between graphemes: no family and no vowel sign is torn', () => {
    const family = '👨‍👩‍👧‍👦';
    expect(splitText(family.repeat(3), { unit: 'characters', limit: 25 })).toEqual([family + family, family]);
    expect(splitText('مَّ'.repeat(4), { unit: 'characters', limit: 7 })).toEqual(['مَّمَّ', 'مَّمَّ']);
  });

  it('keeps to the limit, loses nothing but white space at a cut, and keeps the order, whatever the text', () => {
    fc.assert(
      fc.property(anyText, limits, (text, limit) => {
        const parts = splitText(text, limit);
        expect(parts.every((part) => sizeOf(part, limit) <= limit.limit && part.trim() !== '')).toBe(true);
        if (text.trim() !== '') expect(withoutSpace(parts.join(''))).toBe(withoutSpace(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('tears no grapheme that fits', () => {
    const limit = { unit: 'bytes', limit: 40 } as const;
    fc.assert(
      fc.property(anyText, (text) => {
        fc.pre(graphemes(text).every((grapheme) => bytes(grapheme) <= limit.limit));
        const whole = graphemes(text).filter((grapheme) => grapheme.trim() !== '');
        expect(
          splitText(text, limit)
            .flatMap(graphemes)
            .filter((grapheme) => grapheme.trim() !== ''),
        ).toEqual(whole);
      }),
      { numRuns: 1_000 },
    );
  });

  it('sends a single grapheme that is longer than the limit in pieces, rather than not at all', () => {
    const pile = `ا${'\u0301'.repeat(50)}`;
    expect(splitText(pile, { unit: 'characters', limit: 10 }).join('')).toBe(pile);
  });

  it('splits 20,000 characters into WhatsApp messages, and does not throw on lone surrogates', () => {
    expect(splitText('سلام '.repeat(4_000), { unit: 'characters', limit: 4_096 })).toHaveLength(5);
    expect(splitText('\uD83D'.repeat(10), { unit: 'bytes', limit: 9 })).toHaveLength(4);
  });
});

describe('commands', () => {
  test.each([
    'stop',
    'STOP!',
    ' Stop. ',
    'unsubscribe',
    'الغاء الاشتراك',
    'إلغاء الإشتراك',
    'وقف',
    'إيقاف',
    'توقّف',
    'وقـف 🙏',
  ])('%j opts out and ends the window', (text) => {
    expect(commandIn(text)).toBe('opt-out');
    expect(endsWindow(text)).toBe(true);
  });

  test.each(['start', 'Start', 'اشتراك', 'إشتراك'])('%j opts in and ends the window', (text) => {
    expect(commandIn(text)).toBe('opt-in');
    expect(endsWindow(text)).toBe(true);
  });

  test.each([
    'وقف الخيري',
    'stop by tomorrow?',
    'dont stop',
    'الغاء',
    'الغاء الطلب',
    'الغاء الاشتراك في النادي؟',
    'توقف المطر',
    'when do you start',
    'نعم',
    '',
    '\uD83D',
    'stop'.repeat(5_000),
  ])('%j is no command', (text) => {
    expect(commandIn(text)).toBeNull();
    expect(endsWindow(text)).toBe(false);
  });
});
