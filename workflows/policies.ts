import type { ActivityOptions, LocalActivityOptions } from '@temporalio/workflow';

/** Every retry policy of the house, each number with its reason. */

/**
 * Claiming and answering by rules: a few statements and pure arithmetic, so it runs inside the workflow
 * task. No last attempt: while the database is away there is nothing better to do than to try again, and
 * each attempt repeats safely because a turn's id claims once.
 */
export const TURN: LocalActivityOptions = {
  // Ten times what a slow database on a small machine needs; longer and the workflow task would have to be renewed.
  startToCloseTimeout: '10 s',
  // After this much waiting the pause becomes a timer in the history instead of a held workflow task.
  localRetryThreshold: '5 s',
  retry: { initialInterval: '200 ms', backoffCoefficient: 2, maximumInterval: '15 s' },
};

/**
 * An answer by a model. Its own patience with the far end is in the activity, which then answers as the merchant chose: there
 * is no last attempt here either, for what fails now is the store.
 */
export const TURN_BY_MODEL: ActivityOptions = {
  // Longer than a whole thought: several exchanges of 20 s at most, 45 s together.
  startToCloseTimeout: '75 s',
  heartbeatTimeout: '6 s',
  retry: { initialInterval: '1 s', backoffCoefficient: 2, maximumInterval: '15 s' },
};

/** The mission's policy for sends, in numbers: the activity adds the 10 % of jitter itself. */
export const SEND_RETRY = { initialMs: 3_000, backoff: 2, longestMs: 15_000 } as const;

/**
 * One attempt to hand one part to a provider. Its retries are only for what surely was not sent; what may
 * have been sent comes back as `unknown`, not as an error.
 */
export const deliverOptions = (maxRetries: number): ActivityOptions => ({
  // Longer than the slowest provider's answer (20 s time limit in the channel) plus the bookkeeping around it.
  startToCloseTimeout: '45 s',
  // A dead worker is noticed after this long; the activity beats every second while it waits for the provider.
  heartbeatTimeout: '6 s',
  retry: {
    initialInterval: SEND_RETRY.initialMs,
    backoffCoefficient: SEND_RETRY.backoff,
    maximumInterval: SEND_RETRY.longestMs,
    maximumAttempts: maxRetries + 1,
  },
});

/**
 * An event for the merchant's own system. 24 attempts over about two days, so that the pauses outlive a weekend's outage
 * of somebody's shop: 12 pauses of 5 s doubling make 5.7 hours, 11 more of 4 hours make 44, together 49.7 hours.
 */
export const WEBHOOK: ActivityOptions = {
  // Longer than the 10 s a receiver has to answer.
  startToCloseTimeout: '30 s',
  retry: { initialInterval: '5 s', backoffCoefficient: 2, maximumInterval: '4 h', maximumAttempts: 24 },
};

/** One statement; nothing is better than trying again. */
export const BURY: ActivityOptions = { startToCloseTimeout: '10 s' };

/** Parked work looks again by itself, in case the news that should wake it got lost. */
export const PARKED_LOOK_AGAIN_MS = { first: 15_000, longest: 15 * 60_000 } as const;

/** How long an unclear outcome may wait for a status, an echo or the chat's own history before a person is asked. */
export const UNKNOWN_DEADLINE_MS = 10 * 60_000;

/** Pauses between two looks into the chat's history for an unclear send: soon first, since most settle at once. */
export const SETTLE_EVERY_MS = { first: 2_000, longest: 60_000 } as const;

/** Thinking starts again with a message that arrived meanwhile, but a customer who never stops typing gets an answer. */
export const MAX_RETHINKS = 2;

/** Looking into a chat's history changes nothing there, so it may be tried as often as it takes. */
export const SETTLE: ActivityOptions = {
  startToCloseTimeout: '45 s',
  heartbeatTimeout: '6 s',
  retry: { initialInterval: '3 s', backoffCoefficient: 2, maximumInterval: '1 m' },
};

/** An order's books: a few statements, as for a turn; while the database is away there is nothing better to do than try again. */
export const ORDER_BOOKS: LocalActivityOptions = TURN;

/**
 * The mission's policy for Sheets: 3 retries, 2 s to 10 s; the activity adds jitter and honours Retry-After. Reading
 * is harmless and writing is compare-and-set, so every retry is safe. What fails after them is parked.
 */
export const SHEETS_LONGEST_PAUSE_MS = 10_000;
const SHEETS_RETRY = {
  initialInterval: '2 s',
  backoffCoefficient: 2,
  maximumInterval: SHEETS_LONGEST_PAUSE_MS,
  maximumAttempts: 4,
} as const;
export const SHEETS_ATTEMPTS = SHEETS_RETRY.maximumAttempts;

/** One poll: one batched read (10 s for 10,000 rows, 30 s at most), the comparison, and its effects in one transaction. */
export const SHEET_POLL: ActivityOptions = {
  startToCloseTimeout: '90 s',
  // A killed worker's poll is taken over soon; the activity beats every second.
  heartbeatTimeout: '6 s',
  retry: SHEETS_RETRY,
};
export const SHEET_WRITE: ActivityOptions = {
  startToCloseTimeout: '90 s',
  heartbeatTimeout: '6 s',
  retry: SHEETS_RETRY,
};

/** A held order message looks again by itself; the sweep wakes it earlier when its line is back. */
export const ORDER_LOOK_AGAIN_MS = { first: 30_000, longest: 3_600_000 } as const;
/**
 * An order's message at a line with a browser of its own: only the line's holder takes it. One browser gives way to the
 * next within 45 s; whom nobody takes for longer is held with that reason, and a person's news for the order are heard.
 * Not where any worker sends: a backlog of ours there is no line that is down.
 */
export const ORDER_AT_A_LINE = { scheduleToStartTimeout: '60 s' } as const satisfies ActivityOptions;
/** A write-back that the sheet would not take: nobody waits for it, and quotas recover by the minute. */
export const ORDER_WRITE_AGAIN_MS = { first: 60_000, longest: 15 * 60_000 } as const;
/** Polls of a sheet that can't be read come less and less often, so that an expired key costs no quota. */
export const SHEET_PAUSE_LONGEST_MS = 5 * 60_000;

/** Tries at a customer's files: 5 s, 20 s, 80 s apart, which outlives a provider's hiccup. After that they are named as missing. */
export const FETCH_ATTEMPTS = 4;

/** Files are fetched beside the turn. */
export const FETCH_MEDIA: ActivityOptions = {
  // A message has up to ten files, of a minute each at most.
  startToCloseTimeout: '11 m',
  heartbeatTimeout: '10 s',
  retry: { initialInterval: '5 s', backoffCoefficient: 4, maximumAttempts: FETCH_ATTEMPTS },
};

/**
 * One browser's life. It may last for months; what ends it is the browser, a person, or silence: the holder beats every
 * 10 s, so two beats are lost before its line goes on elsewhere, and 20 s are left of the 45 s in which another worker holds it.
 * The pause follows a worker's death and never grows: the tenth deploy of a month is no reason to wait. After a browser's
 * failure the activity names its own, 1 s doubling to 30 s. There is no last attempt.
 */
export const LINE_HOLD: ActivityOptions = {
  startToCloseTimeout: '3650 days',
  heartbeatTimeout: '25 s',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry: { initialInterval: '1 s', backoffCoefficient: 1 },
};
/** After a browser that had been connected: the first wait of the reconnection policy. */
export const LINE_AGAIN_MS = 1_000;
/** A look at a folder, or moving a profile of some hundred megabytes aside. */
export const LINE_CHORE: ActivityOptions = {
  // A person waits: no process that holds lines within this is an answer, too.
  scheduleToStartTimeout: '8 s',
  startToCloseTimeout: '60 s',
  retry: { initialInterval: '1 s', backoffCoefficient: 2, maximumInterval: '10 s', maximumAttempts: 4 },
};
/** A person waits for the answer: nobody there within 3 s is an answer too, and nothing is asked twice behind their back. */
export const LINE_COMMAND: ActivityOptions = {
  scheduleToStartTimeout: '3 s',
  startToCloseTimeout: '60 s',
  // The browser's end ends the queue, and a task taken in that moment is nobody's.
  heartbeatTimeout: '6 s',
  retry: { maximumAttempts: 1 },
};
