import { words } from '../../../domain/text.ts';
import type { Weekday } from '../../../domain/opening-hours.ts';
import type { TurnContext } from '../../answer.ts';
import { closesAt, minutesOf, nextOpening, wallClockMs, weekdayAt, WEEKDAYS } from '../../hours.ts';
import { EVERY_WORDING } from '../../rules/wording.ts';
import type { SaidNumber } from './digits.ts';
import { daysBeside } from './doors.ts';
import {
  BEFORE_A_TIME,
  BEFORE_WHERE_HOURS_ARE_MEANT,
  findDays,
  findDoors,
  findHalves,
} from './time-words.ts';
import type { Line } from './tokens.ts';

const DAY_MINUTES = 24 * 60;

const dayNames = new Set(EVERY_WORDING.flatMap(({ days }) => days.flatMap((day) => words(day))));
/** A day's name in Kurdish holds a number (`دوو شەممە`); it is none. */
export const isDayName = (word: string): boolean => dayNames.has(word) || word === 'شهممه';

/** Which half of the day a number names; null when it is no time of day. `alone`: nothing but hours is spoken of. */
export function timeSaid(
  line: Line,
  number: SaidNumber,
  alone: boolean,
): 'morning' | 'evening' | 'night' | null {
  const halves = findHalves(line.tokens);
  const after = halves.find(
    ({ at }) => at === number.end || (at === number.end + 1 && isSuffix(line.tokens[number.end]?.word)),
  );
  if (after !== undefined) return after.means;
  const before = line.tokens[number.at - 1]?.word ?? '';
  if (number.clock !== null || BEFORE_A_TIME.has(before)) return 'night';
  return alone && BEFORE_WHERE_HOURS_ARE_MEANT.has(before) ? 'night' : null;
}
/** `9ی بەیانی`. */
const isSuffix = (word: string | undefined): boolean => word === 'ي' || word === 'ی';

/** Whether a time that is said is one of the hours; of the days that the line names, where it names any. */
export function isInHours(
  line: Line,
  number: SaidNumber,
  half: 'morning' | 'evening' | 'night',
  context: TurnContext,
): boolean {
  const value = number.clock === null ? Number(number.value('EGP') ?? NaN) : number.clock.hour;
  const minute = number.clock?.minute ?? 0;
  if (!Number.isInteger(value) || value < 0 || value > 24 || minute > 59) return false;
  const hour = value % 24;
  const readings =
    hour > 12 || (hour === 0 && half === 'night')
      ? [hour]
      : half === 'morning'
        ? [hour % 12]
        : half === 'evening'
          ? [(hour % 12) + 12]
          : [hour % 12, (hour % 12) + 12];
  const known = timesOn(daysOf(line, number), context);
  return readings.some((reading) => known.has((reading * 60 + minute) % DAY_MINUTES));
}

/** The days that a time is said for: those of its clause, but for those that are said to be off. */
function daysOf(line: Line, number: SaidNumber): ReadonlySet<Weekday> {
  const clause = line.tokens[number.at]?.clause;
  const off = findDoors(line.tokens)
    .filter(({ means }) => means === 'closed')
    .flatMap((door) => daysBeside(line, door));
  return new Set(
    findDays(line.tokens)
      .filter((day) => line.tokens[day.at]?.clause === clause && !off.some(({ at }) => at === day.at))
      .map(({ means }) => means),
  );
}

function timesOn(named: ReadonlySet<Weekday>, context: TurnContext): ReadonlySet<number> {
  const { hours, merchant, nowMs } = context;
  const times = new Set<number>();
  if (hours === null) return times;
  for (const [index, day] of WEEKDAYS.entries()) {
    const next = WEEKDAYS[(index + 1) % 7];
    for (const { from, to } of hours[day] ?? []) {
      const passesMidnight = minutesOf(to) <= minutesOf(from) || minutesOf(to) === DAY_MINUTES;
      if (named.size === 0 || named.has(day)) times.add(minutesOf(from) % DAY_MINUTES);
      if (named.size === 0 || named.has(day) || (passesMidnight && next !== undefined && named.has(next)))
        times.add(minutesOf(to) % DAY_MINUTES);
    }
  }
  // Where the clocks change the shop opens at no time of its table.
  for (const atMs of [
    nextOpening(hours, merchant.timezone, nowMs),
    closesAt(hours, merchant.timezone, nowMs),
  ])
    if (atMs !== null && (named.size === 0 || named.has(weekdayAt(atMs, merchant.timezone))))
      times.add(Math.floor(wallClockMs(atMs, merchant.timezone) / 60_000) % DAY_MINUTES);
  return times;
}
