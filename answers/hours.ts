import type { OpeningHours, Weekday } from '../domain/opening-hours.ts';

/** Monday first, as `Wording.days`. Below: pure arithmetic of a week in a time zone; the moment is handed in. */
export const WEEKDAYS: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** A week and a day to either side: whatever the week looks like, the opening before and after `now` is inside. */
const DAYS_AROUND = 8;

interface Opening {
  readonly startMs: number;
  endMs: number;
}

export const isOpen = (hours: OpeningHours, timezone: string, nowMs: number): boolean =>
  openingsAround(hours, timezone, nowMs).some((opening) => holds(opening, nowMs));

/** When the shop opens next (the coming opening, also while it is open); null when it never does, or never closes. */
export const nextOpening = (hours: OpeningHours, timezone: string, nowMs: number): number | null =>
  openingsAround(hours, timezone, nowMs).find((opening) => opening.startMs > nowMs)?.startMs ?? null;

/** When the shop closes, if it is open now; null when it is closed, or does not close within the week. */
export function closesAt(hours: OpeningHours, timezone: string, nowMs: number): number | null {
  const opening = openingsAround(hours, timezone, nowMs).find((candidate) => holds(candidate, nowMs));
  return opening === undefined || opening.endMs - nowMs > 7 * DAY_MS ? null : opening.endMs;
}

/** Names the closed period that `now` lies in: the same all through it, another for the next. Null while open. */
export function closedPeriodKey(hours: OpeningHours, timezone: string, nowMs: number): string | null {
  const openings = openingsAround(hours, timezone, nowMs);
  if (openings.some((opening) => holds(opening, nowMs))) return null;
  const last = openings.findLast((opening) => opening.endMs <= nowMs);
  return last === undefined ? 'closed-always' : `closed-since-${new Date(last.endMs).toISOString()}`;
}

const holds = (opening: Opening, atMs: number): boolean => opening.startMs <= atMs && atMs < opening.endMs;

/** The openings around a moment as instants, in order, with touching ones joined (18–24 and 00–02 is one night). */
function openingsAround(hours: OpeningHours, timezone: string, nowMs: number): Opening[] {
  // The wall clock's day, as if it were UTC: calendar arithmetic without a zone.
  const today = Math.floor((nowMs + offsetMs(nowMs, timezone)) / DAY_MS) * DAY_MS;
  const openings: Opening[] = [];
  for (let days = -DAYS_AROUND; days <= DAYS_AROUND; days += 1) {
    const midnight = today + days * DAY_MS;
    for (const { from, to } of hours[weekdayOf(midnight)] ?? []) {
      const start = midnight + minutesOf(from) * MINUTE_MS;
      const sameDayEnd = midnight + minutesOf(to) * MINUTE_MS;
      const end = sameDayEnd > start ? sameDayEnd : sameDayEnd + DAY_MS;
      openings.push({ startMs: instantOf(start, timezone), endMs: instantOf(end, timezone) });
    }
  }
  openings.sort((a, b) => a.startMs - b.startMs);
  return joinTouching(openings);
}

function joinTouching(openings: readonly Opening[]): Opening[] {
  const joined: Opening[] = [];
  for (const opening of openings) {
    const last = joined.at(-1);
    if (last !== undefined && opening.startMs <= last.endMs) last.endMs = Math.max(last.endMs, opening.endMs);
    else joined.push({ ...opening });
  }
  return joined;
}

/** The weekday of a moment by the wall clock of a zone. */
export const weekdayAt = (atMs: number, timezone: string): Weekday =>
  weekdayOf(atMs + offsetMs(atMs, timezone));

/** The wall clock's reading as if it were UTC, for calendar arithmetic and for showing. */
export const wallClockMs = (atMs: number, timezone: string): number => atMs + offsetMs(atMs, timezone);

/** 1 January 1970 was a Thursday. */
const weekdayOf = (wallMs: number): Weekday =>
  WEEKDAYS[(((Math.floor(wallMs / DAY_MS) + 3) % 7) + 7) % 7] ?? 'mon';

export function minutesOf(time: string): number {
  const match = /^(\d{1,2}):(\d{2})$/.exec(time);
  const minutes = Number(match?.[1]) * 60 + Number(match?.[2]);
  if (!(minutes >= 0 && minutes <= 24 * 60))
    throw new RangeError(`not a time of day: ${JSON.stringify(time)}`);
  return minutes;
}

/**
 * The instant at which the wall clock shows this. An hour that the clocks skip becomes the moment after the
 * skip (Cairo's spring midnight), one that comes twice becomes its first.
 */
function instantOf(wallMs: number, timezone: string): number {
  const before = offsetMs(wallMs - DAY_MS, timezone);
  const after = offsetMs(wallMs + DAY_MS, timezone);
  const first = wallMs - Math.max(before, after);
  if (first + offsetMs(first, timezone) === wallMs) return first;
  const second = wallMs - Math.min(before, after);
  return second;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** How far the wall clock is ahead of UTC at an instant. */
function offsetMs(atMs: number, timezone: string): number {
  let clock = clocks.get(timezone);
  if (clock === undefined) {
    const numeric = 'numeric';
    clock = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: numeric,
      month: numeric,
      day: numeric,
      hour: numeric,
      minute: numeric,
      second: numeric,
    });
    clocks.set(timezone, clock);
  }
  const part: Record<string, number> = {};
  for (const { type, value } of clock.formatToParts(atMs)) part[type] = Number(value);
  const wall = Date.UTC(
    part['year'] ?? 0,
    (part['month'] ?? 1) - 1,
    part['day'] ?? 1,
    part['hour'] ?? 0,
    part['minute'] ?? 0,
    part['second'] ?? 0,
  );
  return wall - Math.floor(atMs / 1000) * 1000;
}
