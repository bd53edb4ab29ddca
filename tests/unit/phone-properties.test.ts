import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPhoneCell } from '../../domain/phone.ts';
import type { CountryCode } from '../../domain/phone.ts';
import { phoneText } from '../../domain/phone-text.ts';
import { asciiDigits } from '../../domain/text.ts';

const CALLING_CODES: Record<string, string> = {
  EG: '20',
  IQ: '964',
  SA: '966',
  AE: '971',
  US: '1',
  AR: '54',
  IT: '39',
  MX: '52',
};
const country = fc.constantFrom<CountryCode>('EG', 'IQ', 'SA', 'AE', 'US', 'AR', 'IT', 'MX');
const separator = fc.constantFrom(
  '',
  '',
  '',
  ' ',
  '-',
  '.',
  '\u00A0',
  '\u200F',
  '\u202A',
  '(',
  ')',
  '–',
  '  ',
);
const digitSet = fc.constantFrom('0123456789', '٠١٢٣٤٥٦٧٨٩', '۰۱۲۳۴۵۶۷۸۹');
const noise = fc.constantFrom(
  '+',
  '00',
  ' / ',
  '\n',
  'واتس',
  '،',
  'tel:',
  '+20',
  '+966',
  '0',
  "'",
  '.0',
  'E+11',
);

/** A cell of digits and all that people and spreadsheets put around them. */
const cell = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.tuple(fc.nat(9).map(String), separator).map((pair) => pair.join('')) },
      { weight: 1, arbitrary: noise },
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

/** Whether a number's digits stand in the cell side by side, but for its country code and a trunk prefix after that. */
function isInCell(number: string, text: string, home: string): boolean {
  const digits = asciiDigits(text).replace(/\D/g, '');
  if (number.startsWith(home) && digits.includes(number.slice(home.length))) return true;
  return [1, 2, 3].some((length) =>
    ['', '0', '01', '06', '8'].some((trunk) =>
      digits.includes(number.slice(0, length) + trunk + number.slice(length)),
    ),
  );
}

describe('a phone cell of any content', () => {
  it('never gives a number whose digits are not in it', () => {
    fc.assert(
      fc.property(cell, country, (text, home) => {
        const reading = readPhoneCell({ formatted: text }, home);
        if (reading.kind === 'problem') return;
        for (const number of reading.numbers)
          expect([number, isInCell(number, text, CALLING_CODES[home] ?? '')]).toEqual([number, true]);
      }),
      { numRuns: 4000 },
    );
  });

  it('never gives a number when the sheet holds another one', () => {
    fc.assert(
      fc.property(cell, fc.integer({ min: 0, max: 10 ** 15 }), (text, value) => {
        const reading = readPhoneCell({ formatted: text, unformatted: value }, 'EG');
        if (reading.kind === 'problem') return;
        expect(reading.numbers).toHaveLength(1);
        const held = String(value);
        for (const number of reading.numbers) {
          // A cell's format may show a prefix that is not in its value.
          const isHeld = isInCell(number, held, '20') || (held.length >= 7 && number.endsWith(held));
          expect([number, isHeld]).toEqual([number, true]);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('gives the same Egyptian mobile however it is spelt', () => {
    const prefix = fc.constantFrom('', '0', '+20', '0020', '20', '+2 0', '+20 0', '002 0');
    fc.assert(
      fc.property(
        fc.constantFrom('10', '11', '12', '15'),
        fc.array(fc.nat(9), { minLength: 8, maxLength: 8 }),
        prefix,
        digitSet,
        fc.array(separator, { minLength: 10, maxLength: 10 }),
        fc.constantFrom('', 'واتس: ', 'tel:', "'", '\u202B'),
        (carrier, rest, start, digits, gaps, label) => {
          const bare = carrier + rest.join('');
          const spelt = Array.from(bare, (digit, at) => digit + (gaps[at] ?? '')).join('');
          const text = label + (start + spelt).replace(/\d/g, (digit) => digits[Number(digit)] ?? digit);
          // By chance a date, or a number with a spreadsheet's decimals: those go to review.
          fc.pre(!/\d{1,4}[-.]\d{1,2}[-.]\d{1,4}(?:\s|$)|\d\.0{1,2}\D*$/.test(phoneText(text)));
          expect(readPhoneCell({ formatted: text }, 'EG')).toEqual({
            kind: 'valid',
            numbers: [`20${bare}`],
            country: 'EG',
          });
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.oneof(fc.string(), fc.double(), fc.constant(null)),
        fc.option(fc.string()),
        (formatted, unformatted, formula) => {
          expect(readPhoneCell({ formatted, unformatted, formula }, 'EG').kind).toMatch(/valid|problem/);
        },
      ),
    );
  });
});
