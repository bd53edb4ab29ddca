import {
  addCounts,
  NO_CALLS,
  type BreakerState,
  type CallCounts,
  type Destination,
} from '../../domain/destination.ts';
import type { Failure } from '../../domain/errors.ts';
import { Breaker, BREAKER_RULES, type BreakerRules } from './breaker.ts';
import { Room } from './room.ts';

/** Nothing was asked of the destination: it has failed so often that it is left alone for a while. */
export class DestinationFailing extends Error {
  override readonly name = 'DestinationFailing';
  readonly waitMs: number;
  constructor(waitMs: number) {
    super(`the destination is failing; it is tried again in ${waitMs} ms`);
    this.waitMs = waitMs;
  }
}

/** The destination fails so steadily that it is left alone: what waits goes on by itself when it is tried again. */
export const DESTINATION_FAILING = 'destination-failing';
/** It answers so slowly that as many calls as one destination may have are waiting for it. */
export const DESTINATION_SLOW = 'destination-slow';

export interface NotNow {
  readonly reason: typeof DESTINATION_FAILING | typeof DESTINATION_SLOW;
  readonly waitMs: number;
}

/** For whoever has to say in a class why nothing was asked. */
export const destinationFailing = ({ waitMs, message }: DestinationFailing): Failure => ({
  class: 'retryable',
  reason: DESTINATION_FAILING,
  detail: message,
  retryAfterMs: waitMs,
});

export interface CallOptions {
  /** An earlier attempt at the same thing has failed. */
  readonly isRetry: boolean;
  readonly classify: (error: unknown) => Failure;
}

/** What one worker knows of a destination since it was last asked. */
export interface Observation {
  readonly destination: Destination;
  readonly counts: CallCounts;
  readonly breaker: BreakerState;
  readonly consecutiveFailures: number;
  readonly since: Date;
}

interface Watched {
  readonly destination: Destination;
  breaker: Breaker;
  readonly room: Room;
  counts: CallCounts;
  /** What was told last: a change is told, also when nothing was called. */
  told: { readonly state: BreakerState; readonly failures: number };
  since: Date;
}

/**
 * Around every call to the world outside. It never repeats one (Temporal's policies do that); it keeps a breaker per
 * destination and counts what happened, in memory. `NetworkLog` brings the figures to the store.
 */
export class Resilience {
  readonly #rules: BreakerRules;
  readonly #now: () => number;
  readonly #watched = new Map<string, Watched>();

  constructor(rules: BreakerRules = BREAKER_RULES, now: () => number = Date.now) {
    this.#rules = rules;
    this.#now = now;
  }

  /** How long this destination is left alone; 0: it may be called. */
  waitMs(destination: Destination): number {
    return this.#watched.get(nameOf(destination))?.breaker.waitMs() ?? 0;
  }

  /** Null: it may be called. Else why not, and when whoever asks is to come back. Asked before an intent is written down. */
  notNow(destination: Destination): NotNow | null {
    const watched = this.#watched.get(nameOf(destination));
    if (watched === undefined) return null;
    const failingMs = watched.breaker.comeBackInMs();
    if (failingMs > 0) return { reason: DESTINATION_FAILING, waitMs: failingMs };
    const busyMs = watched.room.comeBackInMs();
    return busyMs > 0 ? { reason: DESTINATION_SLOW, waitMs: busyMs } : null;
  }

  /** Does the work, or throws `DestinationFailing` without having begun. What the work throws comes out unchanged. */
  async call<T>(
    destination: Destination,
    { isRetry, classify }: CallOptions,
    work: () => Promise<T>,
  ): Promise<T> {
    const watched = this.#watch(destination);
    const waitMs = watched.breaker.comeBackInMs();
    if (waitMs > 0) throw new DestinationFailing(waitMs);
    const went = await watched.breaker.run(async (): Promise<Went<T>> => {
      try {
        return { alive: true, value: await watched.room.during(work) };
      } catch (error) {
        const failure = classify(error);
        const alive = !MEANS_DOWN.has(failure.class) || isOurs(failure);
        return { alive, unclear: failure.class === 'unknown', error, failure };
      }
    });
    this.#count(watched, isRetry, 'failure' in went ? went.failure : null);
    if ('failure' in went) throw went.error;
    return went.value;
  }

  /** It has come back by itself (a new browser): what its predecessor failed at says nothing any more. */
  forgive(destination: Destination): void {
    const watched = this.#watched.get(nameOf(destination));
    if (watched !== undefined) watched.breaker = new Breaker(this.#rules, this.#now);
  }

  /** What is new since the last time, and every destination whose breaker is not at rest. */
  take(): Observation[] {
    const news: Observation[] = [];
    for (const watched of this.#watched.values()) {
      const { destination, breaker, counts, told } = watched;
      const now = { state: breaker.state, failures: breaker.consecutiveFailures };
      const atRest =
        now.state === 'closed' && now.failures === 0 && told.state === 'closed' && told.failures === 0;
      if (counts.calls === 0 && atRest) continue;
      if (now.state !== told.state) watched.since = new Date();
      news.push({
        destination,
        counts,
        breaker: now.state,
        consecutiveFailures: now.failures,
        since: watched.since,
      });
      watched.counts = NO_CALLS;
      watched.told = now;
    }
    return news;
  }

  /** They could not be kept: they are told again with what follows. */
  giveBack(observations: readonly Observation[]): void {
    for (const { destination, counts, breaker, consecutiveFailures } of observations) {
      const watched = this.#watch(destination);
      watched.counts = addCounts(watched.counts, counts);
      // Whatever it is by then, it is told.
      watched.told = { state: breaker, failures: consecutiveFailures + 1 };
    }
  }

  #watch(destination: Destination): Watched {
    const name = nameOf(destination);
    const known = this.#watched.get(name);
    if (known !== undefined) return known;
    const watched: Watched = {
      destination,
      breaker: new Breaker(this.#rules, this.#now),
      room: new Room(this.#now),
      counts: NO_CALLS,
      told: { state: 'closed', failures: 0 },
      since: new Date(),
    };
    this.#watched.set(name, watched);
    return watched;
  }

  #count(watched: Watched, isRetry: boolean, failure: Failure | null): void {
    if (failure !== null && isOurs(failure)) return;
    // A refusal of this one message (not on WhatsApp, window closed) is an answer, and no trouble of the network's.
    const failed = failure !== null && failure.class !== 'permanent';
    watched.counts = addCounts(watched.counts, {
      calls: 1,
      failures: failed ? 1 : 0,
      retries: isRetry ? 1 : 0,
      successfulRetries: isRetry && !failed ? 1 : 0,
      errors: failed ? { [failure.reason]: 1 } : {},
    });
  }
}

type Went<T> =
  | { readonly alive: true; readonly value: T }
  | {
      readonly alive: boolean;
      readonly unclear: boolean;
      readonly error: unknown;
      readonly failure: Failure;
    };

/** A throttle or a refusal is an answer: whoever gives it is there. */
const MEANS_DOWN: ReadonlySet<Failure['class']> = new Set<Failure['class']>(['retryable', 'unknown']);

/** We hung up ourselves, because this process is ending. */
const isOurs = ({ reason }: Failure): boolean => reason === 'interrupted' || reason === 'stopped';

const nameOf = ({ kind, merchant, id }: Destination): string => `${kind}/${merchant}/${id}`;
