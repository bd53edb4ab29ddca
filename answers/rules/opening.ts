import type { Interval, OpeningHours } from '../../domain/opening-hours.ts';
import type { AnswerAction } from '../answer.ts';
import { closedPeriodKey, closesAt, minutesOf, nextOpening, wallClockMs, WEEKDAYS } from '../hours.ts';
import type { ReadMessage } from './read-message.ts';
import { says, type Saying, type Turn } from './turn.ts';
import type { Wording } from './wording.ts';

const DAY_MS = 86_400_000;
/** The week begins on Saturday where most of the customers are. */
const FROM_SATURDAY = [5, 6, 0, 1, 2, 3, 4];

/** Whether the shop is open, until when, and its week. Null when nobody asked, or nobody has said the hours. */
export function answerHours(turn: Turn, read: readonly ReadMessage[]): Saying | null {
  const { hours } = turn.context;
  if (!says(read, 'hours') || hours === null) return null;
  const closed = closedNow(turn);
  return {
    intent: 'hours',
    lines: [closed?.line ?? openLine(turn, hours), weekLines(turn.say, hours)],
    actions: closed === null ? [] : [closed.told],
  };
}

/** What to say of a shop that is closed now; null while it is open or its hours are not known. */
export function closedNow(
  turn: Turn,
): { readonly line: string; readonly told: AnswerAction; readonly isNews: boolean } | null {
  const { hours, nowMs, toldClosedFor, merchant } = turn.context;
  const period = hours === null ? null : closedPeriodKey(hours, merchant.timezone, nowMs);
  if (hours === null || period === null) return null;
  const next = nextOpening(hours, merchant.timezone, nowMs);
  return {
    line: turn.say.closedUntil(next === null ? null : momentText(turn, next)),
    told: { kind: 'told-closed', period },
    isNews: period !== toldClosedFor,
  };
}

function openLine(turn: Turn, hours: OpeningHours): string {
  const until = closesAt(hours, turn.context.merchant.timezone, turn.context.nowMs);
  return turn.say.openUntil(until === null ? null : momentText(turn, until));
}

/** `tomorrow at 9:00`, by the shop's own wall clock. */
function momentText({ say, context }: Turn, atMs: number): string {
  const wall = wallClockMs(atMs, context.merchant.timezone);
  const today = Math.floor(wallClockMs(context.nowMs, context.merchant.timezone) / DAY_MS);
  const day = Math.floor(wall / DAY_MS);
  const minutes = Math.floor((wall % DAY_MS) / 60_000);
  const time = say.time(Math.floor(minutes / 60), minutes % 60);
  // The first of January 1970 was a Thursday, the fourth day from Monday.
  return say.moment(day === today ? 'today' : day === today + 1 ? 'tomorrow' : (day + 3) % 7, time);
}

/** The week, with neighbouring days of the same hours on one line. */
function weekLines(say: Wording, hours: OpeningHours): string {
  const groups: { first: number; last: number; text: string }[] = [];
  for (const day of FROM_SATURDAY) {
    const weekday = WEEKDAYS[day];
    const text = dayText(say, (weekday && hours[weekday]) ?? []);
    const before = groups.at(-1);
    if (before?.text === text) before.last = day;
    else groups.push({ first: day, last: day, text });
  }
  const name = (day: number): string => say.days[day] ?? '';
  const lines = groups.map(
    ({ first, last, text }) =>
      `• ${first === last ? name(first) : `${name(first)} – ${name(last)}`}: ${text}`,
  );
  return [say.week, ...lines].join('\n');
}

function dayText(say: Wording, intervals: readonly Interval[]): string {
  const clock = (text: string): string =>
    say.time(Math.floor(minutesOf(text) / 60) % 24, minutesOf(text) % 60);
  return intervals.length === 0
    ? say.dayOff
    : intervals.map(({ from, to }) => `${clock(from)} – ${clock(to)}`).join(say.and);
}
