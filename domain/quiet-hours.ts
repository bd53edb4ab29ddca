/** The local times (`HH:MM`) between which nobody is written to unasked; null for none. May span midnight. */
export interface QuietHours {
  readonly from: string | null;
  readonly to: string | null;
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

/**
 * The moment at which the quiet hours that cover `nowMs` are over; null when it is not quiet. Reckoned by the wall
 * clock of the merchant's place, so a night in which the clock is changed is an hour shorter or longer.
 */
export function quietUntil(nowMs: number, hours: QuietHours, timezone: string): number | null {
  if (hours.from === null || hours.to === null) return null;
  const from = minutesOf(hours.from);
  const to = minutesOf(hours.to);
  const isQuiet = (atMs: number): boolean => isBetween(wallMinutes(atMs, timezone), from, to);
  if (!isQuiet(nowMs)) return null;

  let quietMs = nowMs;
  let endMs = nowMs;
  // Once on an ordinary night; once more for each hour that the clock is put back meanwhile.
  while (isQuiet(endMs)) {
    quietMs = endMs;
    const left = (to - wallMinutes(endMs, timezone) + DAY_MINUTES) % DAY_MINUTES;
    endMs = Math.floor(endMs / MINUTE_MS) * MINUTE_MS + left * MINUTE_MS;
  }
  return wallMinutes(endMs, timezone) === to ? endMs : endOfQuiet(quietMs, endMs, isQuiet);
}

/** The clock was put forward over the end of the quiet hours: they end with that leap. */
function endOfQuiet(quietMs: number, overMs: number, isQuiet: (atMs: number) => boolean): number {
  let before = quietMs;
  let after = overMs;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (isQuiet(middle)) before = middle;
    else after = middle;
  }
  return after;
}

const isBetween = (minute: number, from: number, to: number): boolean =>
  from <= to ? minute >= from && minute < to : minute >= from || minute < to;

function minutesOf(time: string): number {
  const [, hour, minute] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(time) ?? [];
  if (hour === undefined || minute === undefined) throw new RangeError(`not a time of day (HH:MM): ${time}`);
  return Number(hour) * 60 + Number(minute);
}

/** Making a formatter costs far more than using it. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function wallMinutes(atMs: number, timezone: string): number {
  let clock = clocks.get(timezone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat('en-GB-u-nu-latn', {
      timeZone: timezone,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    clocks.set(timezone, clock);
  }
  const [hour, minute] = clock.format(atMs).split(':').map(Number);
  return (hour ?? 0) * 60 + (minute ?? 0);
}
