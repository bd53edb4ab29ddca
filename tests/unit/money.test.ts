import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currencyName } from '../../domain/currencies.ts';
import { discounted, formatAmount, readAmount } from '../../domain/money.ts';

describe('an amount', () => {
  it.each([
    ['1,250', '1250'],
    ['٥٠٠', '500'],
    ['۵۰۰', '500'],
    ['١٬٢٥٠٫٥٠', '1250.50'],
    ['١،٢٥٠', '1250'],
    ['1.250,00', '1250'],
    ['1,250.00', '1250'],
    ['1,250.5', '1250.5'],
    ['1.250', '1250'],
    ['12,5', '12.5'],
    ['0.250', '0.250'],
    ['1,250,000', '1250000'],
    ['1.250.000,75', '1250000.75'],
    ["1'250", '1250'],
    ['1\u202F250', '1250'],
    ['007', '7'],
    ['0', '0'],
    ['\u200F500\u200F', '500'],
    ['500/-', '500'],
    ['500 شامل الشحن', '500'],
    ['500 ريال', '500'],
  ])('%s is %s', (text, amount) => {
    expect(readAmount(text)).toEqual({ amount });
  });

  it.each([
    ['500 جنيه', '500', 'EGP'],
    ['500 جنيه مصري فقط', '500', 'EGP'],
    ['EGP 500 جنيه', '500', 'EGP'],
    ['500ج.م', '500', 'EGP'],
    ['ج.م. ٥٠٠', '500', 'EGP'],
    ['EGP 1,250.50', '1250.50', 'EGP'],
    ['500 LE', '500', 'EGP'],
    ['$50', '50', 'USD'],
    ['٢٥٠٠٠ د.ع', '25000', 'IQD'],
    ['25 الف دينار عراقي', '25000', 'IQD'],
    ['199 ر.س', '199', 'SAR'],
    ['1.250 د.ك', '1.250', 'KWD'],
    ['الإجمالي: 750 جنيه', '750', 'EGP'],
  ])('%s is %s %s', (text, amount, currency) => {
    expect(readAmount(text)).toEqual({ amount, currency });
  });

  it('in thousands is written out, as Iraq says prices', () => {
    expect(readAmount('25 ألف')).toEqual({ amount: '25000' });
    expect(readAmount('2.5k')).toEqual({ amount: '2500' });
    expect(readAmount('١٫٥ مليون')).toEqual({ amount: '1500000' });
  });

  it('of 1.250 is a bit over one dinar where the merchant counts in three places', () => {
    expect(readAmount('1.250', 'KWD')).toEqual({ amount: '1.250' });
    expect(readAmount('1,250', 'KWD')).toEqual({ amount: '1250' });
    expect(readAmount('1.250', 'IQD')).toEqual({ amount: '1250' });
  });

  it.each([
    '',
    'مجانا',
    '-500',
    '(500)',
    '20%',
    '20 % فقط',
    '500 + 50',
    '500-600',
    '500 250',
    '3 × 250',
    '1,250,00',
    '12.34.56',
    '500 قبل الخصم',
    '$5 جنيه',
    '#REF!',
  ])('is not guessed from %j', (text) => {
    expect(readAmount(text)).toBeNull();
  });

  it('reads back from what a customer is shown', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.nat(99),
        fc.constantFrom('EGP', 'IQD', 'SAR', 'USD'),
        fc.constantFrom('ar', 'en'),
        (whole, part, currency, language) => {
          const amount = part === 0 ? String(whole) : `${whole}.${String(part).padStart(2, '0')}`;
          expect(readAmount(formatAmount(amount, currency, language))).toEqual({ amount, currency });
        },
      ),
    );
  });

  it('of any text never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(() => readAmount(text)).not.toThrow();
      }),
    );
  });
});

describe('a discounted total', () => {
  it.each([
    ['500', 20, 'EGP', '400'],
    ['999', 20, 'EGP', '799.20'],
    ['0.1', 20, 'EGP', '0.08'],
    ['1250.50', 12.5, 'EGP', '1094.19'],
    ['33.33', 50, 'EGP', '16.67'],
    ['25999', 20, 'IQD', '20799'],
    ['1.250', 10, 'KWD', '1.125'],
    ['99999999999999999999', 10, 'EGP', '89999999999999999999.10'],
    ['500', 0, 'EGP', '500'],
    ['500', 100, 'EGP', '0'],
  ])('of %s less %s %% in %s is %s', (total, percent, currency, left) => {
    expect(discounted(total, percent, currency)).toBe(left);
  });

  it('refuses what is no discount or no amount', () => {
    for (const percent of [-1, 101, Number.NaN]) expect(() => discounted('500', percent)).toThrow(RangeError);
    expect(() => discounted('500 جنيه', 20)).toThrow(RangeError);
  });
});

describe('an amount for a customer to read', () => {
  it('has its thousands grouped, no needless zeros, and the currency in the customer’s words', () => {
    expect(formatAmount('1250', 'EGP', 'ar')).toBe('1,250 جنيه');
    expect(formatAmount('1250000.50', 'EGP', 'en')).toBe('1,250,000.50 EGP');
    expect(formatAmount('500.00', null, 'ar')).toBe('500');
    expect(formatAmount('500', 'XYZ', 'ar')).toBe('500 XYZ');
    expect(currencyName('SAR', 'ar')).toBe('ريال سعودي');
  });
});
