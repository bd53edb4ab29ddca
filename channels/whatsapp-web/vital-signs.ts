import { readVitals, roundTrip, type Answering, type Vitals } from './page.ts';
import type { Timings } from './timings.ts';
import { wordsOf } from './classify.ts';

/** What one look at the page says. */
export type Sign =
  | { readonly sign: 'well'; readonly tookMs: number; readonly vitals: Vitals }
  | { readonly sign: 'opening'; readonly tookMs: number; readonly vitals: Vitals }
  | { readonly sign: 'unpaired'; readonly tookMs: number; readonly vitals: Vitals }
  | { readonly sign: 'page-silent'; readonly detail: string }
  | { readonly sign: 'servers-silent'; readonly detail: string }
  | { readonly sign: 'page-replaced'; readonly detail: string };

/** What to do about it. `ailing`: wait, it may mend itself. `dead`: a new browser. */
export type Verdict =
  | { readonly is: 'well' }
  | { readonly is: 'ailing'; readonly why: string }
  | { readonly is: 'dead'; readonly why: string; readonly detail: string };

const EARLY_MS = 100;

/**
 * Looks at the page, and does not believe its word: `getState` says CONNECTED on pages that are long dead. Alive is
 * what answers in time, still carries the library's code, and reaches WhatsApp's servers and back.
 */
export class VitalSigns {
  readonly #timings: Timings;
  #missed = 0;
  #openingSince: number | null = null;
  #missedAt = 0;
  #heardAt = Date.now();

  constructor(timings: Timings) {
    this.#timings = timings;
  }

  /** A message, an ack: the servers are there, no need to ask them. */
  heard(): void {
    this.#heardAt = Date.now();
  }
  get missed(): number {
    return this.#missed;
  }
  /** Until the servers are to be asked again. A look that came just before would leave a lie standing for two heartbeats. */
  get roundTripDueInMs(): number {
    return Math.max(this.#heardAt + this.#timings.roundTripEveryMs - Date.now(), 0);
  }

  async look(page: Answering, ready: boolean): Promise<Sign> {
    const began = Date.now();
    let vitals: Vitals;
    try {
      vitals = await readVitals(page, this.#timings.probeTimeoutMs);
    } catch (error) {
      return { sign: 'page-silent', detail: wordsOf(error) };
    }
    const tookMs = Date.now() - began;
    if (!ready) return { sign: 'well', tookMs, vitals };
    if (vitals.state === 'UNPAIRED' || vitals.state === 'UNPAIRED_IDLE')
      return { sign: 'unpaired', tookMs, vitals };
    if (!vitals.injected)
      return {
        sign: 'page-replaced',
        detail: `state ${String(vitals.state)}, but the library's code is gone`,
      };
    if (vitals.state !== 'CONNECTED') return { sign: 'opening', tookMs, vitals };
    // Timers may fire a moment early, and the next look would be a whole heartbeat away.
    const due = this.roundTripDueInMs < EARLY_MS || (this.#missed > 0 && this.#heardAt <= this.#missedAt);
    if (due) {
      try {
        await roundTrip(page, this.#timings.roundTripTimeoutMs, () => this.heard());
      } catch (error) {
        return { sign: 'servers-silent', detail: wordsOf(error) };
      }
    }
    return { sign: 'well', tookMs, vitals };
  }

  judge(sign: Sign): Verdict {
    switch (sign.sign) {
      case 'well':
        this.#missed = 0;
        this.#openingSince = null;
        return sign.tookMs > this.#timings.slowMs ? { is: 'ailing', why: 'page-slow' } : { is: 'well' };
      case 'opening': {
        // It says so itself and mends itself when the network is back; only a socket that never opens is replaced.
        this.#missed = 0;
        this.#openingSince ??= Date.now();
        const stuck = sign.vitals.online && Date.now() - this.#openingSince >= this.#timings.socketPatienceMs;
        return stuck
          ? { is: 'dead', why: 'socket-stuck', detail: `state ${String(sign.vitals.state)}` }
          : { is: 'ailing', why: 'socket-opening' };
      }
      case 'unpaired':
      case 'page-silent':
      case 'servers-silent':
      case 'page-replaced':
        this.#missed++;
        this.#missedAt = Date.now();
        return this.#missed >= this.#timings.missedProbes
          ? {
              is: 'dead',
              why: sign.sign,
              detail: 'detail' in sign ? sign.detail : 'the page says that no phone is linked',
            }
          : { is: 'ailing', why: sign.sign };
    }
  }
}
