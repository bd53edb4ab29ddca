import { describe, expect, it } from 'vitest';
import { categories, isFinal, messageFor, readStatus, statusReader } from '../../domain/order-status.ts';
import type { OrderCategory } from '../../domain/order-status.ts';

const category = (cell: string) => {
  const reading = readStatus(cell);
  return reading.kind === 'known' ? reading.category : `unknown: ${reading.word}`;
};

describe('a status word', () => {
  it.each([
    ' تم الشحن ',
    'تم  الشحن',
    'تـم الشحن',
    'تمّ الشحن',
    'تم الشحن.',
    'تم\u200F الشحن',
    'تم\u00A0الشحن',
    '«تم الشحن»',
    'تم الشحن ✅',
    'SHIPPED',
    'Shipped ',
  ])('is shipped in every spelling: %j', (cell) => {
    expect(category(cell)).toBe('shipped');
  });

  it.each<[OrderCategory, string]>([
    ['new', ''],
    ['new', ' \u200B '],
    ['new', 'جديد'],
    ['new', 'قيد المراجعه'],
    ['new', 'غير محدد'],
    ['noAnswer', 'لم يتم الرد'],
    ['noAnswer', 'لا يرد'],
    ['confirmed', 'تم التاكيد'],
    ['confirmed', 'تم التأكيد'],
    ['confirmed', 'مؤكد'],
    ['shipped', 'قيد الشحن'],
    ['rejected', 'رفض الإستلام'],
    ['rejected', 'لم يتم الاستلام'],
    ['delivered', 'تم التوصيل بنجاح'],
    ['cancelled', 'ملغى'],
    ['cancelled', 'تم الالغاء'],
    ['postponed', 'مؤجل'],
  ])('is %s when the cell says %j', (expected, cell) => {
    expect(category(cell)).toBe(expected);
  });

  it.each([
    'لم يتم التأكيد',
    'لم يتم الشحن',
    'تم الشحن جزئيا',
    'not confirmed',
    '❌',
    'constructor',
    '__proto__',
  ])('%s is asked about, not guessed', (cell) => {
    expect(readStatus(cell)).toEqual({ kind: 'unknown', word: cell });
  });

  it('that the merchant mapped is read in all its spellings, before the built-in words', () => {
    const read = statusReader({ 'خرج مع المندوب': 'shipped', مؤكد: 'shipped' });
    expect(read('خَرَج مع  المندوب.')).toEqual({ kind: 'known', category: 'shipped' });
    expect(read('مؤكد')).toEqual({ kind: 'known', category: 'shipped' });
    expect(read('تم التأكيد')).toEqual({ kind: 'known', category: 'confirmed' });
    expect(readStatus('Done', new Map([['done', 'delivered' as const]]))).toEqual({
      kind: 'known',
      category: 'delivered',
    });
  });
});

describe('a category', () => {
  it('calls for its one message, or for none', () => {
    expect(Object.fromEntries(categories().map((each) => [each, messageFor(each)]))).toEqual({
      new: 'newOrder',
      noAnswer: 'noAnswer',
      confirmed: 'confirmed',
      shipped: 'shipped',
      rejected: 'rejectedOffer',
      delivered: null,
      cancelled: null,
      postponed: null,
    });
  });

  it('is final when delivered or cancelled', () => {
    expect(categories().filter(isFinal)).toEqual(['delivered', 'cancelled']);
  });
});
