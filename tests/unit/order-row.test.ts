import { describe, expect, it } from 'vitest';
import { countryCode } from '../../domain/phone.ts';
import { readAmount } from '../../domain/money.ts';
import { orderRow } from '../../sheets/order-row.ts';
import type { Cell } from '../../sheets/source.ts';

const EGYPT = countryCode('EG') ?? 'EG';
const COLUMNS = { orderId: 0, name: 1, phone: 2, product: 3, total: 4, status: 5 };
const text = (formatted: string): Cell => ({ formatted, unformatted: formatted });

function fieldsOf(cells: Partial<Record<keyof typeof COLUMNS, Cell>>): Readonly<Record<string, string>> {
  const row = Object.keys(COLUMNS).map((_, index): Cell => {
    const [name] = Object.entries(COLUMNS).find(([, at]) => at === index) ?? [];
    return Object.entries(cells).find(([field]) => field === name)?.[1] ?? text('');
  });
  return { ...orderRow({ cells: row }, COLUMNS, EGYPT).fields };
}

describe('a total that is a number', () => {
  it.each([
    ['355.825', 355.825, 'EGP', '355.825'],
    ['355,825', 355.825, 'EGP', '355.825'],
    ['٣٥٥٫٨٢٥', 355.825, 'EGP', '355.825'],
    ['1.250 ج.م', 1.25, 'EGP', '1.250'],
    ['355,825', 355_825, 'EGP', '355825'],
    ['1.250', 1_250, 'EGP', '1250'],
    ['1.250', 1_250, 'KWD', '1250'],
    ['1.250', 1.25, 'KWD', '1.250'],
    ['1,250.50', 1_250.5, 'EGP', '1250.50'],
  ])(
    'is read by the number where its mark may be either: %s that is %d in %s',
    (shown, value, currency, amount) => {
      const { total = '' } = fieldsOf({ total: { formatted: shown, unformatted: value } });
      expect(readAmount(total, currency)?.amount).toBe(amount);
    },
  );

  it('stays as it was typed where it is text', () => {
    expect(fieldsOf({ total: text('355.825') })['total']).toBe('355.825');
  });
});

describe('what a sheet could not compute', () => {
  it.each(['#N/A', '#REF!', '#ERROR!', '#NAME?', '#DIV/0!', 'Loading...', 'جارٍ التحميل...'])(
    'is no value that a customer could read: %s',
    (shown) => {
      expect(fieldsOf({ name: text(shown), product: text(shown), total: text(shown) })).toEqual({});
    },
  );

  it('still names an order and its status, which are looked at by rules of their own', () => {
    expect(fieldsOf({ orderId: text('#N/A'), status: text('#N/A') })).toEqual({
      orderId: '#N/A',
      status: '#N/A',
    });
  });

  it('is not what looks a little like it', () => {
    expect(fieldsOf({ name: text('#1 Shop'), product: text('Loading bay lamp') })).toEqual({
      name: '#1 Shop',
      product: 'Loading bay lamp',
    });
  });
});
