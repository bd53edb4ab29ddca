import { describe, expect, it } from 'vitest';
import { asAddress, countryCode, customerPhone, needsFormula, readPhoneCell } from '../../domain/phone.ts';
import type { CountryCode, PhoneCell } from '../../domain/phone.ts';

const read = (formatted: string, country: CountryCode = 'EG', rest: Omit<PhoneCell, 'formatted'> = {}) =>
  readPhoneCell({ formatted, ...rest }, country);
const numbersIn = (formatted: string, country?: CountryCode, rest?: Omit<PhoneCell, 'formatted'>) => {
  const reading = read(formatted, country, rest);
  return reading.kind === 'valid' ? reading.numbers : reading.problem;
};

describe('an Egyptian number', () => {
  it.each([
    ['as dialled at home', '01012345678'],
    ['with its leading zero lost', '1012345678'],
    ['with +20', '+201012345678'],
    ['with 0020', '00201012345678'],
    ['with 20 and no plus', '201012345678'],
    ['with +2 010…', '+2 010 1234 5678'],
    ['with 2 010… and no plus', '2 01012345678'],
    ['with 002 010…', '002 01012345678'],
    ['with a trunk zero kept after the country code', '+20 010 1234 5678'],
    ['with a trunk zero in brackets', '+20 (0)10 1234 5678'],
    ['with both 00 and +', '00+201012345678'],
    ['with one zero before 20', '0201012345678'],
    ['with a plus that means nothing', '+01012345678'],
    ['in Arabic-Indic digits', '٠١٠١٢٣٤٥٦٧٨'],
    ['in Persian digits', '۰۱۰۱۲۳۴۵۶۷۸'],
    ['in Arabic digits with the plus', '+٢٠ ١٠١ ٢٣٤ ٥٦٧٨'],
    ['in wide digits', '＋２０１０１２３４５６７８'],
    ['with dashes', '010-1234-5678'],
    ['with long dashes', '010–1234—5678'],
    ['with dots', '010.1234.5678'],
    ['with brackets', '(010) 1234 5678'],
    ['with a slash after its prefix', '010/12345678'],
    ['with NBSP', '010\u00A01234\u00A05678'],
    ['with bidi marks', '\u202A+20 101 234 5678\u202C'],
    ['with marks between digits', '010\u200F1234\u200B5678'],
    ['with the plus at the right-to-left end', '201012345678+'],
    ['with a leading apostrophe', "'01012345678"],
    ['with an Arabic label', 'واتس: 01012345678'],
    ['with a label that touches', 'واتس01012345678'],
    ['with tel:', 'tel:+201012345678'],
    ['with a name after it', '01012345678 (احمد)'],
    ['as a wa.me link', 'https://wa.me/201012345678'],
    ['after a country code set apart', '+20: 1012345678'],
    ['with a decimal tail', '01012345678.0'],
    ['with a decimal tail and a lost zero', '1012345678.00'],
    ['as text with thousands separators', '1,012,345,678'],
  ])('%s is read', (_, cell) => {
    expect(read(cell)).toEqual({ kind: 'valid', numbers: ['201012345678'], country: 'EG' });
  });

  it('keeps the zeros of a number that has more digits after them', () => {
    expect(numbersIn('+20 0100000.0 000')).toEqual(['201000000000']);
    expect(numbersIn('01012345678.0 01112345678.0')).toEqual(['201012345678', '201112345678']);
  });

  it('is a mobile when it begins 010, 011, 012 or 015, and never else', () => {
    const mobile = Array.from({ length: 10 }, (_, digit) => `01${String(digit)}`).filter(
      (prefix) => read(`${prefix}12345678`).kind === 'valid',
    );
    expect(mobile).toEqual(['010', '011', '012', '015']);
  });
});

describe("another country's number", () => {
  it.each<[string, string, CountryCode | undefined, string, string]>([
    ['Saudi with +', '+966 50 123 4567', 'EG', '966501234567', 'SA'],
    ['Saudi with a trunk zero', '+966 050 123 4567', 'EG', '966501234567', 'SA'],
    ['Saudi without the plus', '966501234567', 'EG', '966501234567', 'SA'],
    ['Saudi with the plus at its end', '966501234567+', 'EG', '966501234567', 'SA'],
    ['Iraqi with 00', '009647701234567', 'EG', '9647701234567', 'IQ'],
    ['Egyptian at an Iraqi merchant', '+20 10 1234 5678', 'IQ', '201012345678', 'EG'],
    ['British', '+44 (0)7400 123456', 'EG', '447400123456', 'GB'],
    ['French in pairs', '+33 6 12 34 56 00', 'EG', '33612345600', 'FR'],
    ['American with a plus', '+1 212 345 6789', 'EG', '12123456789', 'US'],
  ])('is kept as theirs: %s', (_, cell, country, digits, theirs) => {
    expect(read(cell, country)).toEqual({ kind: 'valid', numbers: [digits], country: theirs });
  });

  it('is never made of a local number with a digit too many', () => {
    expect(numbersIn('12123456789')).toBe('too-long');
    expect(numbersIn('77012345678', 'IQ')).toBe('too-long');
  });

  it('is never bent into the default country when it is broken', () => {
    expect(numbersIn('+966 1012345678')).not.toContain('201012345678');
    expect(numbersIn('+966 / 1012345678')).not.toContain('201012345678');
    expect(numbersIn('+1 012 345 678')).toBe('no-such-number');
    expect(numbersIn('0501234567', 'EG')).toBe('landline');
  });

  it('that its plan would rewrite goes to review: the rewritten digits are not in the cell', () => {
    expect(read('011 15 5555 1212', 'AR').kind).toBe('problem');
    expect(read('+54 011 15 5555 1212', 'EG').kind).toBe('problem');
    expect(read('+54 9 11 5555 1212', 'EG').kind).toBe('valid');
    // Brazil's carrier code between trunk zero and area.
    expect(read('+55 015 11 96123 4567', 'EG').kind).toBe('problem');
    expect(read('+55 11 96123 4567', 'EG').kind).toBe('valid');
  });
});

describe('two numbers in one cell', () => {
  const both = ['201012345678', '201112345678'];
  it.each([
    '01012345678 / 01112345678',
    '01012345678/01112345678',
    '01012345678 - 01112345678',
    '01012345678-01112345678',
    '01012345678 01112345678',
    '01012345678\n01112345678',
    '01012345678،01112345678',
    '01012345678, 1112345678',
    '01012345678 و 01112345678',
    '010 1234 5678 011 1234 5678',
    '+201012345678+201112345678',
    'رقم 1: 01012345678 رقم 2: 01112345678',
    'واتس ٠١٠١٢٣٤٥٦٧٨ فون ٠١١١٢٣٤٥٦٧٨',
  ])('are both kept, in order: %s', (cell) => {
    expect(numbersIn(cell)).toEqual(both);
  });

  it('are one when they are the same number', () => {
    expect(numbersIn('01012345678 / +20 10 1234 5678')).toEqual(['201012345678']);
  });

  it('leave the first valid one when the other is broken or a landline', () => {
    expect(numbersIn('0101234567 / 01112345678')).toEqual(['201112345678']);
    expect(numbersIn('0101234567 01112345678')).toEqual(['201112345678']);
    expect(numbersIn('02 23456789 / 01112345678')).toEqual(['201112345678']);
  });

  it('are a person’s to tell apart when the gaps allow more than one reading', () => {
    expect(numbersIn('012401682 90 09229103')).toBe('ambiguous');
  });

  it('are not made of one number and a digit too many', () => {
    expect(numbersIn('20 1012345678 9')).toBe('too-long');
    expect(numbersIn('01012345678 (2)')).toBe('too-long');
    expect(numbersIn('01012345678 2345678')).toBe('too-long');
    expect(numbersIn('2345678 1012345678')).toBe('too-long');
    expect(numbersIn('0101234567/8')).toBe('incomplete');
  });
});

describe('a cell with nobody to write to', () => {
  it.each<[string, string]>([
    ['', 'empty'],
    [' \u200F ', 'empty'],
    ['نفس الرقم', 'not-a-number'],
    ['-', 'not-a-number'],
    ['0101234567', 'incomplete'],
    ['123', 'incomplete'],
    ['+20 10 1234 567', 'incomplete'],
    ['010123456789', 'too-long'],
    ['+20 10 1234 56789', 'too-long'],
    ['0101234567801112345678', 'too-long'],
    ['01612345678', 'no-such-number'],
    ['02 2345 6789', 'landline'],
    ['20223456789', 'landline'],
    ['966112345678', 'landline'],
    ['0800 123 4567', 'not-mobile'],
    ['10-12-2026 10:30', 'not-a-number'],
    ['2026-01-02 15 00 11', 'not-a-number'],
    ['-8607', 'error-cell'],
    ['-1020838440', 'error-cell'],
  ])('%j is %s', (cell, why) => {
    expect(read(cell)).toEqual({ kind: 'problem', problem: why, raw: cell });
  });

  it('that is a novel is not searched for numbers', () => {
    expect(numbersIn(`${'كلام '.repeat(200)} 01012345678`)).toBe('not-a-number');
    expect(numbersIn('1'.repeat(400))).toBe('too-long');
  });

  it('reads any text at all without throwing', () => {
    for (const text of [
      '\u0000',
      '\uD800',
      '+',
      '+++',
      '00',
      '٠',
      '😀',
      '1'.repeat(5000),
      '1 '.repeat(300),
      '0101 '.repeat(50),
    ]) {
      expect(read(text).kind).toBe('problem');
    }
  });
});

describe('a number that the sheet holds as a number', () => {
  it('is read from its bare value when the format hides or groups digits', () => {
    expect(numbersIn('2.01012E+11', 'EG', { unformatted: 201012345678 })).toEqual(['201012345678']);
    expect(numbersIn('1.01235E+09', 'EG', { unformatted: 1012345678 })).toEqual(['201012345678']);
    expect(numbersIn('2.01012E+11', 'EG', { unformatted: '201012345678' })).toEqual(['201012345678']);
    expect(numbersIn('٢٫٠١٠١٢E+١١', 'EG', { unformatted: 201012345678 })).toEqual(['201012345678']);
    expect(numbersIn('1,012,345,678.00', 'EG', { unformatted: 1012345678 })).toEqual(['201012345678']);
    expect(numbersIn('1.012.345.678', 'EG', { unformatted: 1012345678 })).toEqual(['201012345678']);
    expect(numbersIn('#####', 'EG', { unformatted: 1012345678 })).toEqual(['201012345678']);
    expect(numbersIn('+966 50 123 4567', 'EG', { unformatted: 966501234567 })).toEqual(['966501234567']);
  });

  it('is read from scientific notation that shows every digit', () => {
    expect(numbersIn('1.012345678E+09')).toEqual(['201012345678']);
  });

  it('goes to review when digits are lost, also when the loss has been saved as a value', () => {
    expect(numbersIn('2.01013E+11')).toBe('precision-lost');
    expect(numbersIn('2.01013E+11', 'EG', { unformatted: 201013000000 })).toBe('precision-lost');
    expect(numbersIn('2.01013E+11', 'EG', { unformatted: '2.01013E+11' })).toBe('precision-lost');
    expect(numbersIn('1E+20', 'EG', { unformatted: 1e20 })).toBe('precision-lost');
  });

  it('is not the result of a subtraction that somebody typed as a number', () => {
    expect(numbersIn('-1020838440', 'EG', { unformatted: -1020838440 })).toBe('error-cell');
    expect(numbersIn('-1020838440', 'EG', { unformatted: -1020838440, formula: '=+2-01020838442' })).toEqual([
      '201020838442',
    ]);
  });
});

describe('an error cell', () => {
  it.each([
    ['=+20 102 083 8442', ['201020838442']],
    ['=+20 1020838442', ['201020838442']],
    ['=+20\u00A0102\u00A0083\u00A08442', ['201020838442']],
    ['=+966 50 123 4567', ['966501234567']],
    ['=+٢٠ ١٠٢ ٠٨٣ ٨٤٤٢', ['201020838442']],
    ['=010 2083 8442', ['201020838442']],
  ])('is recovered exactly from %s', (formula, numbers) => {
    expect(numbersIn('#ERROR!', 'EG', { formula })).toEqual(numbers);
  });

  it.each([
    undefined,
    null,
    '',
    '=A2',
    '=+20 102 083 8442+1',
    '=VLOOKUP(A2,B:C,2,0)',
    '=+20 102 083 8442 01112345678',
    '="01020838442',
    '=01020838442*1',
  ])('goes to review with the formula %s', (formula) => {
    expect(numbersIn('#ERROR!', 'EG', formula === undefined ? {} : { formula })).toBe('error-cell');
  });

  it('says what is wrong with a formula that holds half a number', () => {
    expect(numbersIn('#ERROR!', 'EG', { formula: '=+20 102 083 844' })).toBe('incomplete');
  });

  it.each(['#REF!', '#N/A', '#VALUE!', '#NAME?', '#DIV/0!', 'Err:509', '#خطأ!'])(
    '%s is never read as digits',
    (cell) => {
      expect(numbersIn(cell)).toBe('error-cell');
      expect(needsFormula({ formatted: cell })).toBe(true);
    },
  );

  it('is the only cell read twice', () => {
    expect(needsFormula({ formatted: '01012345678' })).toBe(false);
    expect(needsFormula({ formatted: '' })).toBe(false);
    expect(needsFormula({ formatted: '2.0E+11', unformatted: 201012345678 })).toBe(false);
  });
});

describe("an order's customer", () => {
  const cell = (formatted: string): PhoneCell => ({ formatted });

  it('is written to at the WhatsApp column, with the phone column kept as the fallback', () => {
    expect(customerPhone(cell('01112345678'), cell('01012345678'), 'EG')).toEqual({
      kind: 'valid',
      candidates: [
        { number: '201112345678', from: 'whatsapp' },
        { number: '201012345678', from: 'phone' },
      ],
    });
  });

  it('is tried once at a number that stands in both columns', () => {
    expect(customerPhone(cell('+201012345678'), cell('01012345678'), 'EG')).toEqual({
      kind: 'valid',
      candidates: [{ number: '201012345678', from: 'whatsapp' }],
    });
  });

  it.each([null, cell(''), cell('نفس الرقم'), cell('#ERROR!')])(
    'is reached at the phone column when WhatsApp says %j',
    (whatsapp) => {
      expect(customerPhone(whatsapp, cell('01012345678'), 'EG')).toEqual({
        kind: 'valid',
        candidates: [{ number: '201012345678', from: 'phone' }],
      });
    },
  );

  it('is nobody when neither column holds a number, and the first filled cell says why', () => {
    expect(customerPhone(cell('#REF!'), cell('123'), 'EG')).toEqual({
      kind: 'problem',
      problem: 'error-cell',
      raw: '#REF!',
      from: 'whatsapp',
    });
    expect(customerPhone(cell(''), cell('123'), 'EG')).toEqual({
      kind: 'problem',
      problem: 'incomplete',
      raw: '123',
      from: 'phone',
    });
    expect(customerPhone(null, null, 'EG')).toEqual({
      kind: 'problem',
      problem: 'empty',
      raw: '',
      from: 'phone',
    });
  });
});

describe("a customer's address", () => {
  it('is one for 07701234567, +964 770 123 4567 and 00964…', () => {
    const spellings = [
      '07701234567',
      '+964 770 123 4567',
      '009647701234567',
      '9647701234567',
      '٠٧٧٠١٢٣٤٥٦٧',
      '7701234567',
      'tel:+964-770-1234567',
    ];
    expect(new Set(spellings.map((text) => asAddress(text, 'IQ')))).toEqual(new Set(['9647701234567']));
  });

  it('stays whole for a number that no plan knows', () => {
    expect(asAddress('+1 555 000 1111', 'EG')).toBe('15550001111');
    expect(asAddress('5215512345678', 'EG')).toBe('5215512345678');
  });

  it('is null for what is no number', () => {
    for (const text of ['', 'abc', '123', '0770', '12345@lid', '+20+10', '010+12345678', 'order 01012345678'])
      expect(asAddress(text, 'EG')).toBeNull();
  });

  it('knows the countries of the world by their two letters', () => {
    expect(countryCode('eg')).toBe('EG');
    expect(countryCode('Egypt')).toBeNull();
  });
});
