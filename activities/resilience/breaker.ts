import {
  type CircuitBreakerPolicy,
  circuitBreaker,
  CircuitState,
  handleWhenResult,
  type IBreaker,
} from 'cockatiel';
import type { BreakerState } from '../../domain/destination.ts';

export interface BreakerRules {
  /** Failures without a success between them that open the breaker. @default 10 */
  readonly failures: number;
  /** How long nobody calls then. @default 60 s */
  readonly openMs: number;
  /** Each trial that fails doubles the pause, up to this: a night's outage is not asked after every minute by everything that waits. @default 5 min */
  readonly longestOpenMs: number;
  /** Calls that must go well before everybody may call again. @default 3 */
  readonly trials: number;
}

export const BREAKER_RULES: BreakerRules = {
  failures: 10,
  openMs: 60_000,
  longestOpenMs: 5 * 60_000,
  trials: 3,
};

/** Whoever finds the trials taken asks again after this: about as long as a slow call lasts. */
const TRIAL_MS = 2_000;

/** What a call showed of its destination: it answered (also with a refusal), or it did not. */
export interface Showed {
  readonly alive: boolean;
}

/** Counts failures in a row; after a pause the first calls are trials, and one that fails opens it again. */
class TrialBreaker implements IBreaker {
  /** Failures in a row, and trials that are still to go well. */
  state = { failures: 0, trials: 0 };
  readonly #rules: BreakerRules;

  constructor(rules: BreakerRules) {
    this.#rules = rules;
  }

  success(at: CircuitState): void {
    const trials = at === CircuitState.HalfOpen ? this.#rules.trials - 1 : Math.max(this.state.trials - 1, 0);
    this.state = { failures: 0, trials };
  }

  failure(): boolean {
    const failures = this.state.failures + 1;
    const inTrial = this.state.trials > 0;
    this.state = { failures, trials: 0 };
    return inTrial || failures >= this.#rules.failures;
  }
}

/** The breaker of one destination, in one worker. */
export class Breaker {
  readonly #count: TrialBreaker;
  readonly #policy: CircuitBreakerPolicy;
  readonly #now: () => number;
  #openedAtMs = 0;
  #pauseMs = 0;
  #underTrial = 0;

  constructor(rules: BreakerRules, now: () => number) {
    this.#now = now;
    this.#count = new TrialBreaker(rules);
    this.#policy = circuitBreaker(
      handleWhenResult((result) => showsDead(result)),
      // How long it stays open is told by our own clock, in `waitMs`: a test that skips time skips this too.
      { halfOpenAfter: 0, breaker: this.#count },
    );
    this.#policy.onBreak(() => {
      this.#openedAtMs = this.#now();
      this.#pauseMs = this.#pauseMs === 0 ? rules.openMs : Math.min(this.#pauseMs * 2, rules.longestOpenMs);
    });
  }

  get state(): BreakerState {
    switch (this.#policy.state) {
      case CircuitState.Open:
      case CircuitState.Isolated:
        return this.#openForMs() > 0 ? 'open' : 'half-open';
      case CircuitState.HalfOpen:
        return 'half-open';
      case CircuitState.Closed:
        return this.#count.state.trials > 0 ? 'half-open' : 'closed';
    }
  }

  get consecutiveFailures(): number {
    return this.#count.state.failures;
  }

  /** 0: a call may be made now. */
  waitMs(): number {
    switch (this.state) {
      case 'closed':
        return 0;
      case 'open':
        return this.#openForMs();
      case 'half-open': {
        const left = this.#policy.state === CircuitState.Closed ? this.#count.state.trials : 1;
        return this.#underTrial < left ? 0 : TRIAL_MS;
      }
    }
  }

  /** To be asked only while `waitMs` is 0. What `work` throws is a failure of ours, and says nothing of the destination. */
  async run<T extends Showed>(work: () => Promise<T>): Promise<T> {
    const isTrial = this.state !== 'closed';
    if (isTrial) this.#underTrial += 1;
    try {
      return await this.#policy.execute(work);
    } finally {
      if (isTrial) this.#underTrial -= 1;
      if (this.state === 'closed') this.#pauseMs = 0;
    }
  }

  #openForMs(): number {
    return Math.max(this.#openedAtMs + this.#pauseMs - this.#now(), 0);
  }
}

const showsDead = (result: unknown): boolean =>
  typeof result === 'object' && result !== null && 'alive' in result && result.alive === false;
