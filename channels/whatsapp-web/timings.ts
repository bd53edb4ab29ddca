/** Every wait of a line in one place. Tests compress them; nothing else should need to. */
export interface Timings {
  /** The heartbeat: contract with the operator ("every 10 s"). */
  readonly probeEveryMs: number;
  /** A page that takes longer than this to answer a trivial question is as good as dead. */
  readonly probeTimeoutMs: number;
  /** Answers slower than this make the line's quality `slow`. */
  readonly slowMs: number;
  /** Unanswered probes in a row before the browser is replaced: one may be a long garbage collection. */
  readonly missedProbes: number;
  /** From an unanswered probe to the next one. */
  readonly lookAgainMs: number;
  /**
   * A question to WhatsApp's servers when nothing was heard for this long: the only proof against a page that says
   * CONNECTED and is not. Just under a heartbeat, and the next look comes when it is due; a busy line never asks.
   */
  readonly roundTripEveryMs: number;
  /**
   * Two questions, each of which may be answered until the second one's time is over. The wait for the first, both times and
   * the pause between are what noticing costs: half of the 30 s in which a line comes back, so that closing the old browser and
   * starting the new one has the other half, also on a machine that is busy.
   */
  readonly roundTripTimeoutMs: number;
  /** A browser that has grown past this is replaced between two sends (a session takes 300–500 MB and grows). */
  readonly browserLimitBytes: number;
  /** Browser start and page load together. */
  readonly startTimeoutMs: number;
  /** From `authenticated` (the page has synced) to `ready`: seconds when it is well, for ever when the library got stuck. */
  readonly readyTimeoutMs: number;
  /** From a loaded page to `authenticated`, counted anew with every sign of progress: a first sync takes minutes. */
  readonly syncTimeoutMs: number;
  /** A page that is opening again (network gone) mends itself faster than a new browser would. */
  readonly socketPatienceMs: number;
  /** QRs shown before the loop ends: about 20 s each, so 30 are ten minutes. */
  readonly qrRefreshes: number;
  /** From conflict (another browser took the session) to taking it back. */
  readonly takeoverAfterMs: number;
  readonly backupEveryMs: number;
  /** From the first "number unknown" to believing a second one. */
  readonly confirmNotFoundMs: number;
  /** Typing simulation: per character, at least, at most. Zero per character switches it off. */
  readonly typing: { readonly perCharacterMs: number; readonly minMs: number; readonly maxMs: number };
  /** Closing politely before the processes are killed. */
  readonly closeTimeoutMs: number;
  /** Between two lives of the browser: doubles from the first to the last. */
  readonly retryMs: { readonly first: number; readonly most: number };
}

export const TIMINGS: Timings = {
  probeEveryMs: 10_000,
  probeTimeoutMs: 4_000,
  slowMs: 2_000,
  missedProbes: 2,
  lookAgainMs: 500,
  roundTripEveryMs: 9_000,
  roundTripTimeoutMs: 3_000,
  browserLimitBytes: 1_500 * 1024 * 1024,
  startTimeoutMs: 60_000,
  readyTimeoutMs: 15_000,
  syncTimeoutMs: 90_000,
  socketPatienceMs: 300_000,
  qrRefreshes: 30,
  takeoverAfterMs: 5_000,
  backupEveryMs: 300_000,
  confirmNotFoundMs: 60_000,
  typing: { perCharacterMs: 45, minMs: 1_000, maxMs: 20_000 },
  closeTimeoutMs: 3_000,
  retryMs: { first: 1_000, most: 30_000 },
};
