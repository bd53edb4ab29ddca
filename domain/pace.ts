import type { ChannelName } from './message.ts';

/** How fast a line may send. A limit that is null does not exist. */
export interface Pace {
  /** Pause between two replies, drawn anew each time. */
  readonly replyGapMs: Range | null;
  /** Pause between two messages to people who never wrote: they are what gets a number banned. */
  readonly firstContactGapMs: Range | null;
  readonly perMinute: number | null;
  readonly perHour: number | null;
  readonly perDay: number | null;
  /** New contacts a day: from `first` on the line's first day to `last` after `days` days. */
  readonly newContactsPerDay: { readonly first: number; readonly last: number; readonly days: number } | null;
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

const UNOFFICIAL: Pace = {
  replyGapMs: { from: 1_000, to: 3_000 },
  firstContactGapMs: { from: 30_000, to: 60_000 },
  perMinute: 8,
  perHour: 200,
  perDay: 1_500,
  // Each day of the first week allows 20 more than the one before.
  newContactsPerDay: { first: 20, last: 140, days: 7 },
};
const NONE: Omit<Pace, 'perMinute'> = {
  replyGapMs: null,
  firstContactGapMs: null,
  perHour: null,
  perDay: null,
  newContactsPerDay: null,
};

/** What a channel's lines keep to unless theirs is set. Null: no pace at all, and not a statement is spent on it. */
export const PACE_OF: Readonly<Record<ChannelName, Pace | null>> = {
  'whatsapp-web': UNOFFICIAL,
  evolution: UNOFFICIAL,
  // Meta's own limit of a registered number is 80 messages a second; beyond it there are throttles to pay for.
  'whatsapp-cloud': { ...NONE, perMinute: 80 * 60 },
  // Meta allows 100 text messages a second per account.
  instagram: { ...NONE, perMinute: 100 * 60 },
  simulator: null,
};

/** A person's words are never slowed down; what answers a customer goes before what nobody is waiting for. */
export type PaceLane = 'person' | 'reply' | 'order' | 'first-contact';

/** Sends per slice of a window: `[start, count]`. A slice counts until all of it is over, so a limit holds for every window, not only for calendar ones. */
type Slices = readonly (readonly [number, number])[];

/** What is remembered of a line, for all workers. */
export interface PaceState {
  readonly sinceMs?: number;
  readonly replyAtMs?: number;
  readonly orderAtMs?: number;
  readonly firstContactAtMs?: number;
  readonly minute?: Slices;
  readonly hour?: Slices;
  readonly day?: Slices;
  readonly contacts?: Slices;
}

export interface PaceAsk {
  readonly lane: PaceLane;
  readonly nowMs: number;
  /** The slot that was given to this message earlier; null: it has none. */
  readonly slotMs: number | null;
  readonly random: () => number;
}

export interface PaceAnswer {
  /** When the message may leave: not later than now means now. */
  readonly atMs: number;
  /** Unchanged when the very same object. */
  readonly state: PaceState;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const WINDOWS = { minute: MINUTE_MS, hour: 60 * MINUTE_MS, day: DAY_MS, contacts: DAY_MS } as const;
type Window = keyof typeof WINDOWS;
/** Twelve slices bound what is kept and cost at most a twelfth of the rate. */
const SLICES = 12;

/**
 * May the message leave, and if not, when? Replies count against the budgets when they get their slot, so that what
 * waits doesn't wake in a herd; everything else counts when it leaves, so that a queue of order messages never spends what the
 * answers of the next hour need.
 */
export function askPace(pace: Pace, state: PaceState, { lane, nowMs, slotMs, random }: PaceAsk): PaceAnswer {
  const known: PaceState = state.sinceMs === undefined ? { ...state, sinceMs: nowMs } : state;
  if (lane === 'person') return { atMs: nowMs, state: counted(known, pace, lane, nowMs) };
  // Its slot has come, and a reply's was paid for when it was given.
  if (lane === 'reply' && slotMs !== null) return { atMs: slotMs, state };
  if (slotMs !== null && slotMs > nowMs) return { atMs: slotMs, state };

  const budgetAtMs = freeAt(known, pace, lane, nowMs);
  if (slotMs !== null && budgetAtMs <= nowMs)
    return { atMs: nowMs, state: counted(known, pace, lane, nowMs) };
  const atMs = Math.max(nowMs, budgetAtMs, laneAt(known, lane));
  const next = moveLane(known, lane, atMs + gapMs(pace, lane, random));
  const goesNow = atMs <= nowMs;
  return { atMs, state: goesNow || lane === 'reply' ? counted(next, pace, lane, atMs) : next };
}

/** The first moment at which no budget is spent, counting what is counted now. */
function freeAt(state: PaceState, pace: Pace, lane: PaceLane, nowMs: number): number {
  const windows: Window[] = [
    'minute',
    'hour',
    'day',
    ...(lane === 'first-contact' ? (['contacts'] as const) : []),
  ];
  return Math.max(
    ...windows.map((window) => {
      const limit = limitOf(pace, window, state.sinceMs ?? nowMs, nowMs);
      return limit === null ? nowMs : slicesFreeAt(state[window] ?? [], WINDOWS[window], limit, nowMs);
    }),
  );
}

function slicesFreeAt(slices: Slices, windowMs: number, limit: number, nowMs: number): number {
  const endOf = ([start]: readonly [number, number]): number => start + windowMs / SLICES + windowMs;
  const inOrder = slices.filter((slice) => endOf(slice) > nowMs).toSorted((a, b) => a[0] - b[0]);
  let counted = inOrder.reduce((sum, [, count]) => sum + count, 0);
  let at = nowMs;
  for (const slice of inOrder) {
    if (counted < limit) break;
    counted -= slice[1];
    at = endOf(slice);
  }
  return at;
}

function limitOf(pace: Pace, window: Window, sinceMs: number, nowMs: number): number | null {
  switch (window) {
    case 'minute':
      return pace.perMinute;
    case 'hour':
      return pace.perHour;
    case 'day':
      return pace.perDay;
    case 'contacts': {
      if (pace.newContactsPerDay === null) return null;
      const { first, last, days } = pace.newContactsPerDay;
      const day = Math.min(Math.floor((nowMs - sinceMs) / DAY_MS), days - 1);
      return days <= 1 ? last : Math.floor(first + ((last - first) * day) / (days - 1));
    }
  }
}

/** What a limit looks at is counted; what nothing limits is not remembered. */
function counted(state: PaceState, pace: Pace, lane: PaceLane, atMs: number): PaceState {
  const add = (window: Window): Slices => {
    const sliceMs = WINDOWS[window] / SLICES;
    const start = Math.floor(atMs / sliceMs) * sliceMs;
    const young = (state[window] ?? []).filter(([at]) => at + sliceMs + WINDOWS[window] > atMs);
    const here = young.find(([at]) => at === start)?.[1] ?? 0;
    return [...young.filter(([at]) => at !== start), [start, here + 1]];
  };
  return {
    ...state,
    ...(pace.perMinute === null ? {} : { minute: add('minute') }),
    ...(pace.perHour === null ? {} : { hour: add('hour') }),
    ...(pace.perDay === null ? {} : { day: add('day') }),
    ...(pace.newContactsPerDay === null || lane !== 'first-contact' ? {} : { contacts: add('contacts') }),
  };
}

function laneAt(state: PaceState, lane: PaceLane): number {
  switch (lane) {
    case 'person':
      return 0;
    case 'reply':
      return state.replyAtMs ?? 0;
    case 'order':
      return state.orderAtMs ?? 0;
    case 'first-contact':
      return state.firstContactAtMs ?? 0;
  }
}

function moveLane(state: PaceState, lane: PaceLane, toMs: number): PaceState {
  switch (lane) {
    case 'person':
      return state;
    case 'reply':
      return { ...state, replyAtMs: toMs };
    case 'order':
      return { ...state, orderAtMs: toMs };
    case 'first-contact':
      return { ...state, firstContactAtMs: toMs };
  }
}

function gapMs(pace: Pace, lane: PaceLane, random: () => number): number {
  const drawn = (range: Range | null): number =>
    range === null ? 0 : range.from + random() * (range.to - range.from);
  switch (lane) {
    case 'person':
      return 0;
    case 'reply':
      return drawn(pace.replyGapMs);
    case 'order':
      // Not in bursts that spend the minute: the answers that come meanwhile share it.
      return Math.max(drawn(pace.replyGapMs), pace.perMinute === null ? 0 : MINUTE_MS / pace.perMinute);
    case 'first-contact':
      return drawn(pace.firstContactGapMs);
  }
}
