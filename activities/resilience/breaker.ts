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
  /** Each round of trials of which none went well doubles the pause, up to this. @default 5 min */
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
/**
 * Those who wait come back this far apart: a thousand messages that were parked together would otherwise all ask in the
 * same instant, again and again, and nothing else would be got done.
 */
const APART_MS = 50;
/** Failed trials in a row that end a round: a link that loses every third call is alive, and would never pass three in a row. */
const FAILED_TRIALS = 2;

/** What a call showed of its destination: it answered (also with a refusal), or it did not. */
export interface Showed {
  readonly alive: boolean;
  /** Nobody knows what became of the call: no second one is risked on such a destination. */
  readonly unclear?: boolean;
}

/** A round of trials, as far as it got. */
interface Round {
  readonly well: number;
  readonly failedInARow: number;
}
const BEGUN: Round = { well: 0, failedInARow: 0 };

/** Counts failures in a row; after a pause the first calls are trials. */
class TrialBreaker implements IBreaker {
  /** `round`: null while everybody may call. */
  state: { readonly failures: number; readonly round: Round | null } = { failures: 0, round: null };
  /** It is open, or its first trial is under way: what a call from before shows is old news. */
  isShut = false;
  readonly #rules: BreakerRules;

  constructor(rules: BreakerRules) {
    this.#rules = rules;
  }

  /** Trials that are still to go well. */
  get trialsLeft(): number {
    return this.state.round === null ? 0 : this.#rules.trials - this.state.round.well;
  }

  success(at: CircuitState): void {
    if (this.#isOld(at)) return;
    const { round } = this.state;
    const isOver = round === null || round.well + 1 >= this.#rules.trials;
    this.state = { failures: 0, round: isOver ? null : { well: round.well + 1, failedInARow: 0 } };
  }

  /** Shall it open? */
  failure(at: CircuitState): boolean {
    if (this.#isOld(at)) return false;
    const failures = this.state.failures + 1;
    const { round } = this.state;
    if (round === null) {
      const opens = failures >= this.#rules.failures;
      this.state = { failures, round: opens ? BEGUN : null };
      return opens;
    }
    const failedInARow = round.failedInARow + 1;
    this.state = { failures, round: { ...round, failedInARow } };
    return failedInARow >= FAILED_TRIALS;
  }

  /** Opened again: the next round starts from nothing. */
  begin(): void {
    this.state = { ...this.state, round: BEGUN };
  }

  /** `at`: how things were when the call began. */
  #isOld(at: CircuitState): boolean {
    return this.isShut && at === CircuitState.Closed;
  }
}

/** The breaker of one destination, in one worker. */
export class Breaker {
  readonly #count: TrialBreaker;
  readonly #policy: CircuitBreakerPolicy;
  readonly #now: () => number;
  #openUntilMs = 0;
  #pauseMs = 0;
  /** When the last one of those who wait will be back. */
  #lastBackAtMs = 0;
  #underTrial = 0;

  constructor(rules: BreakerRules, now: () => number) {
    this.#now = now;
    this.#count = new TrialBreaker(rules);
    this.#policy = circuitBreaker(
      handleWhenResult((result) => showsDead(result)),
      // How long it stays open is told by our own clock, in `waitMs`: a test that skips time skips this too.
      { halfOpenAfter: 0, breaker: this.#count },
    );
    this.#policy.onReset(() => (this.#count.isShut = false));
    this.#policy.onBreak((reason) => {
      this.#count.isShut = true;
      const round = this.#count.state.round ?? BEGUN;
      // A first trial that surely did not happen costs nothing: the next one decides.
      if (round.failedInARow === 1 && round.well === 0 && !('value' in reason && isUnclear(reason.value)))
        return;
      const shownDead = round.failedInARow > 0 && round.well === 0;
      this.#pauseMs =
        shownDead && this.#pauseMs > 0 ? Math.min(this.#pauseMs * 2, rules.longestOpenMs) : rules.openMs;
      this.#openUntilMs = this.#now() + this.#pauseMs;
      this.#count.begin();
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
        return this.#count.state.round === null ? 'closed' : 'half-open';
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
        const left = this.#policy.state === CircuitState.Closed ? this.#count.trialsLeft : 1;
        return this.#underTrial < left ? 0 : TRIAL_MS;
      }
    }
  }

  /** 0: now. Else when whoever asks is to come back: each gets a moment of its own. */
  comeBackInMs(): number {
    const waitMs = this.waitMs();
    if (waitMs === 0) return 0;
    this.#lastBackAtMs = Math.max(this.#lastBackAtMs + APART_MS, this.#now() + waitMs);
    return this.#lastBackAtMs - this.#now();
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
    return Math.max(this.#openUntilMs - this.#now(), 0);
  }
}

const isShown = (result: unknown): result is Showed =>
  typeof result === 'object' && result !== null && 'alive' in result;
const showsDead = (result: unknown): boolean => isShown(result) && !result.alive;
const isUnclear = (result: unknown): boolean => isShown(result) && result.unclear === true;
