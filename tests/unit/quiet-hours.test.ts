import { describe, expect, it } from 'vitest';
import { quietUntil } from '../../domain/quiet-hours.ts';

const night = { from: '22:00', to: '09:00' };
const until = (iso: string, hours: { from: string | null; to: string | null }, timezone: string) => {
  const end = quietUntil(Date.parse(iso), hours, timezone);
  return end === null ? null : new Date(end).toISOString();
};

describe('quiet hours', () => {
  it('over night end in the morning of the merchant’s place', () => {
    expect(until('2026-01-10T21:30:00Z', night, 'Africa/Cairo')).toBe('2026-01-11T07:00:00.000Z');
    expect(until('2026-01-11T02:15:30.250Z', night, 'Africa/Cairo')).toBe('2026-01-11T07:00:00.000Z');
    expect(until('2026-01-10T20:00:00Z', night, 'Asia/Baghdad')).toBe('2026-01-11T06:00:00.000Z');
  });

  it('begin with their first millisecond and are over at their end', () => {
    expect(until('2026-01-10T19:59:59.999Z', night, 'Africa/Cairo')).toBeNull();
    expect(until('2026-01-10T20:00:00.000Z', night, 'Africa/Cairo')).toBe('2026-01-11T07:00:00.000Z');
    expect(until('2026-01-11T06:59:59.999Z', night, 'Africa/Cairo')).toBe('2026-01-11T07:00:00.000Z');
    expect(until('2026-01-11T07:00:00.000Z', night, 'Africa/Cairo')).toBeNull();
  });

  it('within one day end the same day', () => {
    const siesta = { from: '13:00', to: '15:30' };
    expect(until('2026-01-10T12:00:00Z', siesta, 'Asia/Riyadh')).toBe('2026-01-10T12:30:00.000Z');
    expect(until('2026-01-10T13:00:00Z', siesta, 'Asia/Riyadh')).toBeNull();
  });

  it('are by the wall clock in the night it is put forward, and in the night it is put back', () => {
    // Cairo 2026: forward on 24 April at 00:00, back on 30 October at 00:00 (to 23:00).
    expect(until('2026-04-23T20:30:00Z', night, 'Africa/Cairo')).toBe('2026-04-24T06:00:00.000Z');
    expect(until('2026-10-29T20:00:00Z', night, 'Africa/Cairo')).toBe('2026-10-30T07:00:00.000Z');
    expect(until('2026-03-29T00:30:00Z', night, 'Europe/Berlin')).toBe('2026-03-29T07:00:00.000Z');
    expect(until('2026-10-24T21:00:00Z', night, 'Europe/Berlin')).toBe('2026-10-25T08:00:00.000Z');
  });

  it('whose end the clock leaps over end with the leap', () => {
    expect(until('2026-03-28T22:00:00Z', { from: '22:00', to: '02:30' }, 'Europe/Berlin')).toBe(
      '2026-03-29T01:00:00.000Z',
    );
    expect(until('2026-04-23T20:00:00Z', { from: '22:00', to: '00:30' }, 'Africa/Cairo')).toBe(
      '2026-04-23T22:00:00.000Z',
    );
  });

  it('are none when they are not set or empty', () => {
    expect(until('2026-01-10T21:30:00Z', { from: null, to: '09:00' }, 'Africa/Cairo')).toBeNull();
    expect(until('2026-01-10T21:30:00Z', { from: '22:00', to: null }, 'Africa/Cairo')).toBeNull();
    expect(until('2026-01-10T21:30:00Z', { from: '22:00', to: '22:00' }, 'Africa/Cairo')).toBeNull();
  });

  it('that are no times, or in no time zone, are refused', () => {
    expect(() => until('2026-01-10T21:30:00Z', { from: '25:00', to: '09:00' }, 'Africa/Cairo')).toThrow(
      RangeError,
    );
    expect(() => until('2026-01-10T21:30:00Z', night, 'Africa/Atlantis')).toThrow(RangeError);
  });

  it('always end at a moment that is not quiet, after one that is', () => {
    for (const zone of [
      'Africa/Cairo',
      'Australia/Lord_Howe',
      'America/St_Johns',
      'Asia/Kathmandu',
      'Europe/London',
    ]) {
      for (let hour = 0; hour < 366 * 24; hour += 7) {
        const now = Date.UTC(2026, 0, 1, hour, 17);
        for (const hours of [night, { from: '01:30', to: '02:15' }, { from: '23:45', to: '00:15' }]) {
          const end = quietUntil(now, hours, zone);
          if (end === null) continue;
          expect([zone, quietUntil(end, hours, zone)]).toEqual([zone, null]);
          expect(quietUntil(end - 1, hours, zone)).toBe(end);
        }
      }
    }
  });
});
