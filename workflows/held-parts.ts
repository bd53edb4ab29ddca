import { isOrdersMessage, isPartOf, type MessageKey } from '../domain/ids.ts';
import type { Outbound } from './outbound-queue.ts';
import { PARKED_LOOK_AGAIN_MS } from './policies.ts';

export interface Held {
  readonly reason: string;
  readonly untilMs: number | null;
}

interface HeldPart extends Held {
  readonly key: MessageKey;
  readonly lookAtMs: number;
  readonly nextPauseMs: number;
  /** How many of the customer's messages were here when it was tried. */
  readonly arrivals: number;
  readonly isDue: boolean;
}

/** What the run knows at a moment when it may look again. */
export interface News {
  readonly woken: boolean;
  readonly arrivals: number;
  /** The customer waits for an answer. */
  readonly isAsked: boolean;
}

/**
 * Parts of no turn (an order's message that is sent again, a person's words) that may not leave yet. An answer passes
 * them, and a person's words pass an order's: only what is said after them with the same voice waits behind them.
 */
export class HeldParts {
  readonly #parts = new Map<MessageKey, HeldPart>();

  hold({ key }: Outbound, { reason, untilMs }: Held, arrivals: number): void {
    const { first, longest } = PARKED_LOOK_AGAIN_MS;
    const now = Date.now();
    const pauseMs = this.#parts.get(key)?.nextPauseMs ?? first;
    this.#parts.set(key, {
      key,
      reason,
      untilMs,
      // Who knows until when it waits does not ask before.
      lookAtMs: now + (untilMs === null ? pauseMs : Math.min(Math.max(untilMs - now, 0), longest)),
      nextPauseMs: untilMs === null ? Math.min(pauseMs * 2, longest) : pauseMs,
      arrivals,
      isDue: false,
    });
  }

  remove({ key }: Outbound): void {
    this.#parts.delete(key);
  }

  /** Those whose time has come, or of whom there is news, are tried again. */
  lookAgain(news: News): void {
    for (const part of this.#holding) {
      if (news.woken || part.lookAtMs <= Date.now() || mayHaveEnded(part, news))
        this.#parts.set(part.key, {
          ...part,
          isDue: true,
          nextPauseMs: news.woken ? PARKED_LOOK_AGAIN_MS.first : part.nextPauseMs,
        });
    }
  }

  hasNews(news: News): boolean {
    return this.#holding.some((part) => mayHaveEnded(part, news));
  }

  holdsUp(part: Outbound): boolean {
    return this.#holding.some(({ key }) => key === part.key || goesBefore(key, part));
  }

  get first(): Held | null {
    const part = this.#holding[0];
    return part === undefined ? null : { reason: part.reason, untilMs: part.untilMs };
  }

  untilNextLookMs(): number {
    return Math.max(Math.min(...this.#holding.map(({ lookAtMs }) => lookAtMs)) - Date.now(), 0);
  }

  get #holding(): HeldPart[] {
    return [...this.#parts.values()].filter(({ isDue }) => !isDue);
  }
}

/** What waits for nobody knows what may have waited for the customer: their message opens the platform's window. */
const mayHaveEnded = ({ untilMs, arrivals: before }: HeldPart, { isAsked, arrivals }: News): boolean =>
  untilMs === null && isAsked && arrivals !== before;

/** Parts of one answer keep their order, also where one of them is sent again; so do an order's messages, and a person's words. */
function goesBefore(held: MessageKey, { key, turn }: Outbound): boolean {
  if (turn !== null) return isPartOf(turn, held);
  return isOrdersMessage(held) === isOrdersMessage(key);
}
