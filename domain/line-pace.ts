import type { ChannelName } from './message.ts';
import { PACE_OF, type Pace, type Range } from './pace.ts';

/**
 * A line's own pace: what its settings name over what its channel's lines keep to. `pace: null` in the settings switches it
 * off, a limit that is null is lifted, and a line without a pace (the simulator's) gets exactly what is named.
 */
export function paceOf(channel: ChannelName, config: Readonly<Record<string, unknown>>): Pace | null {
  const own = config['pace'];
  const usual = PACE_OF[channel];
  if (own === undefined) return usual;
  if (!isObject(own)) return null;
  const base = usual ?? NOTHING;
  return {
    replyGapMs: rangeOr(own['replyGapMs'], base.replyGapMs),
    firstContactGapMs: rangeOr(own['firstContactGapMs'], base.firstContactGapMs),
    perMinute: numberOr(own['perMinute'], base.perMinute),
    perHour: numberOr(own['perHour'], base.perHour),
    perDay: numberOr(own['perDay'], base.perDay),
    newContactsPerDay: contactsOr(own['newContactsPerDay'], base.newContactsPerDay),
  };
}

const NOTHING: Pace = {
  replyGapMs: null,
  firstContactGapMs: null,
  perMinute: null,
  perHour: null,
  perDay: null,
  newContactsPerDay: null,
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;

function numberOr(own: unknown, usual: number | null): number | null {
  if (own === null) return null;
  return isCount(own) && own >= 1 ? own : usual;
}

function rangeOr(own: unknown, usual: Range | null): Range | null {
  if (own === null) return null;
  if (!isObject(own)) return usual;
  const { from, to } = own;
  return isCount(from) && isCount(to) && from <= to ? { from, to } : usual;
}

function contactsOr(own: unknown, usual: Pace['newContactsPerDay']): Pace['newContactsPerDay'] {
  if (own === null) return null;
  if (!isObject(own)) return usual;
  const { first, last, days } = own;
  return isCount(first) && isCount(last) && isCount(days) && days >= 1 ? { first, last, days } : usual;
}
