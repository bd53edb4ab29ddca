import { describe, expect, it } from 'vitest';
import { closedPeriodKey, closesAt, isOpen, nextOpening } from '../../answers/hours.ts';
import type { OpeningHours } from '../../domain/opening-hours.ts';
import { answer } from './answers-turns.ts';

const at = (text: string): number => Date.parse(text);
const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
const day = [{ from: '09:00', to: '17:00' }];
const night = [{ from: '18:00', to: '02:00' }];
const noFriday: OpeningHours = { sat: day, sun: day, mon: day, tue: day, wed: day, thu: day };
const everyNight: OpeningHours = {
  sat: night,
  sun: night,
  mon: night,
  tue: night,
  wed: night,
  thu: night,
  fri: night,
};
const BAGHDAD = 'Asia/Baghdad';
const CAIRO = 'Africa/Cairo';

describe('opening hours', () => {
  it('are closed on Friday, from Thursday’s end to Saturday’s start, as one period', () => {
    const thursdayNight = at('2026-03-05T20:00:00+03:00');
    const friday = at('2026-03-06T12:00:00+03:00');
    expect(isOpen(noFriday, BAGHDAD, friday)).toBe(false);
    expect(closedPeriodKey(noFriday, BAGHDAD, friday)).toBe(
      closedPeriodKey(noFriday, BAGHDAD, thursdayNight),
    );
    expect(closedPeriodKey(noFriday, BAGHDAD, friday)).not.toBe(
      closedPeriodKey(noFriday, BAGHDAD, at('2026-03-07T18:00:00+03:00')),
    );
    expect(iso(nextOpening(noFriday, BAGHDAD, friday))).toBe('2026-03-07T06:00:00.000Z');
  });

  it('pass midnight: 01:59 is open and belongs to yesterday’s evening, 02:00 is closed', () => {
    expect(isOpen(everyNight, BAGHDAD, at('2026-03-06T01:59:59+03:00'))).toBe(true);
    expect(isOpen(everyNight, BAGHDAD, at('2026-03-06T02:00:00+03:00'))).toBe(false);
    expect(isOpen({ thu: night }, BAGHDAD, at('2026-03-06T01:00:00+03:00'))).toBe(true);
    expect(isOpen({ fri: night }, BAGHDAD, at('2026-03-06T01:00:00+03:00'))).toBe(false);
    expect(iso(closesAt(everyNight, BAGHDAD, at('2026-03-06T23:00:00+03:00')))).toBe(
      '2026-03-06T23:00:00.000Z',
    );
  });

  it('are the merchant’s wall clock, wherever the server is', () => {
    const moment = at('2026-03-04T06:30:00Z');
    expect(isOpen(noFriday, BAGHDAD, moment)).toBe(true);
    expect(isOpen(noFriday, CAIRO, moment)).toBe(false);
    expect(isOpen(noFriday, 'America/New_York', moment)).toBe(false);
  });

  it('follow the change of the clocks, also when midnight itself is skipped', () => {
    // Cairo's clocks went from 00:00 to 01:00 on Friday 24 April 2026.
    expect(
      iso(nextOpening({ fri: [{ from: '00:00', to: '08:00' }] }, CAIRO, at('2026-04-23T12:00:00Z'))),
    ).toBe('2026-04-23T22:00:00.000Z');
    expect(iso(nextOpening({ fri: day }, CAIRO, at('2026-04-23T12:00:00Z')))).toBe(
      '2026-04-24T06:00:00.000Z',
    );
    expect(iso(nextOpening({ thu: day }, CAIRO, at('2026-04-23T00:00:00Z')))).toBe(
      '2026-04-23T07:00:00.000Z',
    );
  });

  it('join what touches: 18–24 and 00–02 is one night, seven whole days never close', () => {
    const split: OpeningHours = {
      thu: [{ from: '18:00', to: '24:00' }],
      fri: [{ from: '00:00', to: '02:00' }],
    };
    expect(iso(closesAt(split, BAGHDAD, at('2026-03-05T20:00:00+03:00')))).toBe('2026-03-05T23:00:00.000Z');
    const whole = [{ from: '00:00', to: '24:00' }];
    const always: OpeningHours = {
      sat: whole,
      sun: whole,
      mon: whole,
      tue: whole,
      wed: whole,
      thu: whole,
      fri: whole,
    };
    expect(closedPeriodKey(always, CAIRO, at('2026-03-05T20:00:00Z'))).toBeNull();
    expect(closesAt(always, CAIRO, at('2026-03-05T20:00:00Z'))).toBeNull();
  });

  it('never open have no next opening and one period', () => {
    expect(nextOpening({}, CAIRO, at('2026-03-05T20:00:00Z'))).toBeNull();
    expect(closedPeriodKey({}, CAIRO, at('2026-03-05T20:00:00Z'))).toBe('closed-always');
  });
});

describe('the closed message', () => {
  const friday = { hours: noFriday, nowMs: at('2026-03-06T12:00:00+02:00') };

  it('is said with the answer, once per closed period', async () => {
    const first = await answer(['بكم الفستان'], friday);
    expect(first.texts.join()).toMatch(/900[^]*خارج أوقات العمل[^]*غدًا الساعة 9:00 صباحًا/);
    const told = first.actions.find(({ kind }) => kind === 'told-closed');
    expect(told).toBeDefined();
    const again = await answer(['بكم الفستان'], {
      ...friday,
      toldClosedFor: told?.kind === 'told-closed' ? told.period : null,
    });
    expect(again.texts.join()).not.toContain('خارج أوقات العمل');
    expect(again.actions).toEqual([]);
  });

  it('is the answer to who asks for the hours, as often as asked', async () => {
    const period = closedPeriodKey(noFriday, CAIRO, friday.nowMs);
    const { intent, texts } = await answer(['فاتحين؟'], { ...friday, toldClosedFor: period });
    expect(intent).toBe('hours');
    expect(texts.join()).toMatch(
      /خارج أوقات العمل[^]*السبت – الخميس: 9:00 صباحًا – 5:00 مساءً[^]*الجمعة: عطلة/,
    );
  });

  it('is not said while the shop is open, nor when its hours are not known', async () => {
    expect((await answer(['بكم الفستان'], { hours: noFriday })).texts.join()).not.toContain('خارج');
    expect((await answer(['بكم الفستان'], { nowMs: friday.nowMs })).actions).toEqual([]);
  });
});
