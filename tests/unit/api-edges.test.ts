import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { addressOn } from '../../api/address.ts';
import { cursorOf, pageOf, readCursor } from '../../api/cursor.ts';
import { Problem } from '../../api/problem.ts';
import { unavailabilityBehind, within } from '../../api/unavailable.ts';

describe('an address', () => {
  test('is one and the same for every spelling of a phone', () => {
    for (const spelling of [
      '07701234567',
      '+964 770 123 4567',
      '00964-770-123-4567',
      '٠٧٧٠١٢٣٤٥٦٧',
      '9647701234567',
    ]) {
      expect(addressOn('whatsapp', spelling, 'IQ')).toBe('9647701234567');
    }
  });
  test('on Instagram is the scoped id as it is, even when it looks like a phone', () => {
    expect(addressOn('instagram', '07701234567', 'IQ')).toBe('07701234567');
  });
  test('on the simulator may be any name without white space', () => {
    expect(addressOn('simulator', 'زبون-1', 'IQ')).toBe('زبون-1');
    expect(addressOn('simulator', 'two words', 'IQ')).toBeNull();
  });
});

describe('a page', () => {
  test('of exactly the limit has no next one; one more item has, and leads on after the last shown', () => {
    expect(pageOf([1, 2], 2, (last) => last, String)).toEqual({ items: ['1', '2'], next: null });
    const page = pageOf([1, 2, 3], 2, (last) => last, String);
    expect([page.items, readCursor(z.number(), page.next ?? undefined)]).toEqual([['1', '2'], 2]);
  });
  test('is not opened by a cursor of another list', () => {
    expect(() => readCursor(z.number(), cursorOf('text'))).toThrow(Problem);
  });
});

describe('a failure', () => {
  test.each([
    [
      'a refused connection, wrapped',
      new Error('x', { cause: Object.assign(new Error('y'), { code: 'ECONNREFUSED' }) }),
      'database-unavailable',
    ],
    [
      'a pool that waited too long',
      new Error('timeout exceeded when trying to connect'),
      'database-unavailable',
    ],
    [
      'a database that shuts down',
      Object.assign(new Error('bye'), { code: '57P01' }),
      'database-unavailable',
    ],
  ])('of %s is told as an outage', (_what, error, code) => {
    expect(unavailabilityBehind(error)?.code).toBe(code);
  });
  test('of our own making is not', () => {
    expect(unavailabilityBehind(new TypeError('x is not a function'))).toBeNull();
    expect(unavailabilityBehind(Object.assign(new Error('duplicate key'), { code: '23505' }))).toBeNull();
  });
  test('that comes after nobody waits for it any more disturbs nothing', async () => {
    const failsLate = new Promise<never>((_, reject) => void setTimeout(() => reject(new Error('late')), 20));
    await expect(within(1, failsLate, () => new Problem(503, 'late', 'too late'))).rejects.toThrow(
      'late: too late',
    );
    await expect(failsLate).rejects.toThrow('late');
  });
});
