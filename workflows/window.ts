import type { WindowRules } from '../domain/settings.ts';

/** A message's arrival, as far as the window is concerned. */
export interface Arrival {
  /** When Zajel stored it: the provider's own time orders messages but is too coarse to time a window. */
  readonly receivedAtMs: number;
  /** Button and list answers, opt-out words and commands are not typed in fragments. */
  readonly endsWindow: boolean;
}

/** The rules as a run keeps them. */
export interface RunRules extends WindowRules {
  /** The run wakes this long before the window ends: all its ends are earlier by so much. */
  readonly headStartMs?: number;
}

/**
 * What it takes from a timer at the server to an answer that is ready to leave, on a machine that is busy. One customer in
 * forty writes in so last a moment of eight seconds, and has the answer thought twice.
 */
const LONGEST_HEAD_START_MS = 200;
const SHORTEST_HEAD_START_MS = 40;

/**
 * What wakes a run early, so that the answer leaves when the window ends and not when everybody has been told
 * of it. `deliver` waits for the rest. Windows that are hardly longer than that are left as they are.
 */
export function withHeadStart(rules: WindowRules): RunRules {
  const headStartMs = Math.min(LONGEST_HEAD_START_MS, Math.floor(rules.ms / 10));
  if (headStartMs < SHORTEST_HEAD_START_MS) return rules;
  return {
    ...rules,
    ms: rules.ms - headStartMs,
    graceMs: rules.graceMs - headStartMs,
    maxMs: rules.maxMs - headStartMs,
    headStartMs,
  };
}

export interface Window {
  readonly opensAtMs: number;
  readonly endsAtMs: number;
  /** Ended by what a customer sent (a button, the fiftieth message), not by the clock. */
  readonly isCut: boolean;
  readonly count: number;
}

/**
 * The window that these messages, none of them claimed yet, are gathered in. Pure, so that the workflow, the
 * API (which shows the countdown) and the tests can't disagree. What arrived after the end has waited
 * for an earlier turn; it is counted, and the window is over.
 */
export function windowOf(arrivals: readonly Arrival[], rules: WindowRules): Window | null {
  const inOrder = arrivals.toSorted((a, b) => a.receivedAtMs - b.receivedAtMs);
  const first = inOrder[0];
  if (first === undefined) return null;

  const opensAtMs = first.receivedAtMs;
  const capMs = opensAtMs + Math.max(rules.ms, rules.maxMs);
  let endsAtMs = opensAtMs + rules.ms;
  let isCut = false;
  for (const [index, { receivedAtMs, endsWindow }] of inOrder.entries()) {
    if (receivedAtMs > endsAtMs) break;
    if (endsWindow || index + 1 >= rules.maxMessages) {
      endsAtMs = receivedAtMs;
      isCut = true;
      break;
    }
    endsAtMs = Math.min(capMs, Math.max(endsAtMs, extendedEnd(receivedAtMs, endsAtMs, rules)));
  }
  return { opensAtMs, endsAtMs, isCut, count: inOrder.length };
}

function extendedEnd(receivedAtMs: number, endsAtMs: number, rules: WindowRules): number {
  if (rules.kind === 'quiet') return receivedAtMs + rules.ms;
  return receivedAtMs >= endsAtMs - rules.graceMs ? receivedAtMs + rules.graceMs : endsAtMs;
}
