import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { Noted } from './order-activities.ts';

/** Something about the order was stored (a status, an answer, a person's wish, the line is back); says what, for the history. */
export const orderNewsSignal = defineSignal<[string]>('orderNews');
export const orderStateQuery = defineQuery<Noted>('orderState');

/** Poll now instead of when the pause is over: started, the settings changed, a person asks. */
export const pollNowSignal = defineSignal<[string]>('pollNow');
export interface SheetState {
  readonly polls: number;
  readonly nextPollAtMs: number | null;
  readonly failures: number;
}
export const sheetStateQuery = defineQuery<SheetState>('sheetState');
