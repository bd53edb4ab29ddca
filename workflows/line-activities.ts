import type { LineId, MerchantId } from '../domain/ids.ts';
import type { LineAnswer, LineCommand } from './line-commands.ts';

export interface LineRef {
  readonly merchant: MerchantId;
  readonly line: LineId;
}

/** What a line asks of the world. */
export interface LineActivities {
  /** Could a worker here open the line at all? Null: yes. */
  readonly mayHold: (ref: LineRef) => Promise<{ readonly code: string; readonly text: string } | null>;
  /**
   * Owns browser and client from their start to their end. Fails, to be tried again, when the browser never came up;
   * returns when one that had been connected has ended, so that its successor begins with the shortest wait.
   */
  readonly holdLine: (ref: LineRef) => Promise<{ readonly why: string }>;
  /** Clears a login that nobody holds; says where its copy is kept. */
  readonly clearLine: (ref: LineRef) => Promise<string | null>;
}

/** On the line's own queue: done by whoever holds the connection. */
export interface HolderActivities {
  readonly commandHolder: (command: LineCommand) => Promise<LineAnswer>;
}

/** What the holder sees; travels with the heartbeat. */
export interface LineSeen {
  readonly state: string;
  readonly why: string;
  readonly quality: 'excellent' | 'good' | 'poor' | 'lost';
  readonly connectedSinceMs: number | null;
  readonly answeredInMs: number | null;
  readonly browserBytes: number | null;
  readonly profileBytes: number | null;
  readonly lastBackupAtMs: number | null;
  /** The login is damaged and no copy of it helps: clearing it is the way to a new one. Absent in beats of an earlier version. */
  readonly beyondRepair?: boolean | undefined;
  readonly qr: { readonly text: string; readonly dataUrl: string; readonly atMs: number } | null;
  readonly pairingCode: string | null;
  /** The linked account's number. */
  readonly phone: string | null;
}
