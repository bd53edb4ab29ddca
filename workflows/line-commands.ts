import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { LineSeen } from './line-activities.ts';

/** What a person asks of a line. */
export type LineCommand =
  | {
      readonly kind:
        'start' | 'stop' | 'restart-browser' | 'reconnect' | 'logout' | 'health-check' | 'fresh-qr';
    }
  | { readonly kind: 'clear-session'; readonly confirm: boolean }
  | { readonly kind: 'pairing-code'; readonly phone: string };

export type LineAnswer =
  | { readonly kind: 'done' }
  /** No browser is open for the line at this moment, so nobody could do it. */
  | { readonly kind: 'not-held' }
  /** It can't be done, with one sentence on what to do. */
  | { readonly kind: 'refused'; readonly code: string; readonly text: string }
  | { readonly kind: 'seen'; readonly seen: LineSeen }
  | { readonly kind: 'pairing-code'; readonly code: string }
  /** `copy`: where the cleared login was kept; null when there was none. */
  | { readonly kind: 'cleared'; readonly copy: string | null };

export const lineCommand = defineUpdate<LineAnswer, [LineCommand]>('command');

export interface LineStanding {
  /** Somebody wants it up. */
  readonly wanted: boolean;
  readonly held: boolean;
  /** Browsers that had been connected and ended, in this run. */
  readonly ended: number;
}
export const lineStateQuery = defineQuery<LineStanding>('lineState');
