import type { ConversationRef } from './ids.ts';
import type { MessageKey, TurnId } from '../domain/ids.ts';
import type { RunRules } from './window.ts';

/** What the conversation asks of the world. The room `activities` does it. */
export interface ConversationActivities {
  readonly takeTurn: (request: TurnRequest) => Promise<TurnTaken>;
  /** The same where a model answers, which takes seconds and may fail. */
  readonly takeTurnByModel: (request: TurnRequest) => Promise<TurnTaken>;
  readonly deliver: (request: DeliverRequest) => Promise<Delivery>;
  readonly settle: (request: SettleRequest) => Promise<Settlement>;
  readonly fetchMedia: (request: FetchMediaRequest) => Promise<void>;
}

/** When a window ends, by the clock of its run. */
export interface Ending {
  readonly nowMs: number;
  /** What the lateness of the answer is measured from. Still to come when the run woke early. */
  readonly windowEndedAtMs: number;
}

export interface TurnRequest extends ConversationRef, Ending {
  readonly turn: TurnId;
  /** When the turn began, however often it has been thought again since. @default nowMs */
  readonly begunAtMs?: number | undefined;
}

/** The turn with its messages claimed, its answer thought and kept. */
export interface TurnTaken {
  readonly claimed: readonly MessageKey[];
  /** The answer's parts in their order; none when nothing is to be said. */
  readonly parts: readonly MessageKey[];
  /** The merchant's rules as they are now, for the next window of this run. */
  readonly window: RunRules;
  /** Claimed messages with files that are to be fetched; absent when there are none. */
  readonly media?: readonly MessageKey[];
  /** The turn had ended before: what it had not claimed is another turn's. Absent when it was open. */
  readonly isOver?: true;
  /** Claimed, and nothing thought yet: a model is to be asked. Absent where the rules have answered. */
  readonly asksModel?: true;
}

export interface DeliverRequest extends ConversationRef {
  readonly key: MessageKey;
  /** Say `overtaken` instead of sending the first part when the customer has added something since it was thought. */
  readonly unlessOvertaken: boolean;
  /** Where its window is not over by the run's clock: it is waited for, and whoever writes until then overtakes the answer. */
  readonly ending?: Ending;
}

/**
 * - `accepted` the provider has it (now, or since an earlier attempt)
 * - `held`     it may not be sent now; `untilMs` when that ends by itself
 * - `unknown`  it may have left
 * - `overtaken` nothing has left yet, and there is more to answer: think again
 * - `ended`    it will never be sent: refused for good, overtaken by a person, opted out. Nor will the parts after it
 */
export type Delivery =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'held'; readonly reason: string; readonly untilMs: number | null }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'overtaken' }
  | { readonly kind: 'ended'; readonly reason: string };

export interface SettleRequest extends ConversationRef {
  readonly key: MessageKey;
  /** The deadline has passed: if it is still unclear, tell a person. */
  readonly lastLook: boolean;
}

/** `send-again` only when the far end has shown that the message is not there. */
export type Settlement =
  { readonly kind: 'settled' } | { readonly kind: 'send-again' } | { readonly kind: 'unclear' };

export interface FetchMediaRequest extends ConversationRef {
  readonly key: MessageKey;
  /** The attempt after which what could not be fetched stays so. */
  readonly lastAttempt: number;
}
