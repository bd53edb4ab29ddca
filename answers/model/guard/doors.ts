import type { TurnContext } from '../../answer.ts';
import type { Weekday } from '../../../domain/opening-hours.ts';
import { isOpen } from '../../hours.ts';
import type { Found } from './phrases.ts';
import { findDays, findDoors, HOUR_WORDS, NOT, NOW } from './time-words.ts';
import type { Line } from './tokens.ts';

/** The days that a door word speaks of. */
export const daysBeside = (line: Line, door: Found<string>): Found<Weekday>[] =>
  beside(line, door, findDays(line.tokens));

/** Of what stands in a door's clause, what comes after it and before the next door, or else what comes before it. */
function beside<Thing extends { readonly at: number }>(
  line: Line,
  door: Found<string>,
  things: readonly Thing[],
): Thing[] {
  const clause = line.tokens[door.at]?.clause;
  const doors = findDoors(line.tokens).map(({ at }) => at);
  const here = things.filter(({ at }) => line.tokens[at]?.clause === clause);
  const next = Math.min(Infinity, ...doors.filter((at) => at > door.at));
  const last = Math.max(-1, ...doors.filter((at) => at < door.at));
  const after = here.filter(({ at }) => at > door.at && at < next);
  return after.length > 0 ? after : here.filter(({ at }) => at < door.at && at > last);
}

/** `open now`, `closed on Friday` where the hours say otherwise or nobody has said them. */
export function wrongDoors(
  line: Line,
  context: TurnContext,
): { readonly at: number; readonly end: number }[] {
  const { hours, merchant, nowMs } = context;
  return findDoors(line.tokens).filter((door) => {
    const { at, means } = door;
    const nows = line.tokens.flatMap(({ word }, place) => (NOW.has(word) ? [{ at: place }] : []));
    const isNow = means !== 'again' && beside(line, door, nows).length > 0;
    const named = daysBeside(line, door);
    if (!isNow && named.length === 0) return false;
    if (hours === null) return true;
    const denied = NOT.has(line.tokens[at - 1]?.word ?? '');
    const open = (means !== 'closed') !== denied;
    if (isNow) return isOpen(hours, merchant.timezone, nowMs) !== open;
    return named.some((day) => (hours[day.means] ?? []).length > 0 !== open);
  });
}

/** Whether a line speaks of when the shop is open. */
export const speaksOfHours = (line: Line): boolean =>
  findDoors(line.tokens).length > 0 ||
  findDays(line.tokens).length > 0 ||
  line.tokens.some(({ word }) => HOUR_WORDS.has(word));
