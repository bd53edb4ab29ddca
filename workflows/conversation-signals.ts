import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { MessageKey } from '../domain/ids.ts';
import type { Arrival } from './window.ts';

/** A stored message; its text stays in the store. */
export interface MessageArrived extends Arrival {
  readonly key: MessageKey;
}

export interface TakenOver {
  /** When the bot takes over again by itself; null: when it is handed back. */
  readonly untilMs: number | null;
}

export interface ConversationState {
  readonly phase: 'gathering' | 'thinking' | 'sending' | 'waiting' | 'human' | 'idle';
  readonly window: { readonly opensAtMs: number; readonly endsAtMs: number; readonly count: number } | null;
  readonly waiting: { readonly reason: string; readonly untilMs: number | null } | null;
  readonly turnsTaken: number;
  readonly unclearSends: number;
}

export const messageSignal = defineSignal<[MessageArrived]>('message');
/** A person's text, already stored, to be sent before anything of the bot's. */
export const humanMessageSignal = defineSignal<[readonly MessageKey[]]>('humanMessage');
/** Taken by the provider and reported as failed since: to be sent once more. The part may still be on its way here. */
export const sendAgainSignal = defineSignal<[readonly MessageKey[]]>('sendAgain');
/** The window ends now; says who asked. */
export const flushSignal = defineSignal<[string]>('flush');
export const takenOverSignal = defineSignal<[TakenOver]>('takenOver');
export const handedBackSignal = defineSignal<[string]>('handedBack');
/** What held a send may be over: the line is up again, the settings were changed. */
export const wakeSignal = defineSignal<[string]>('wake');
/** A status or an echo told how an unclear send went. */
export const settledSignal = defineSignal<[MessageKey]>('settled');
export const closeSignal = defineSignal<[string]>('close');

export const stateQuery = defineQuery<ConversationState>('state');
