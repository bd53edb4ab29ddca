import type { Inbound } from '../../domain/message.ts';

/** `stopped` is the state of a line that nobody holds; an open connection is in one of the others. */
export type LineState =
  'starting' | 'needs-qr' | 'connected' | 'degraded' | 'no-new-chats' | 'logged-out' | 'stopped';

export interface StateChange {
  readonly state: LineState;
  readonly atMs: number;
  /** A stable code for the advice table: `scan`, `page-silent`, `servers-silent`, `socket-opening`, `conflict`… */
  readonly why: string;
}

/** How one browser's life ended. `failed` is tried again; `stopped` was asked for. */
export type Ended =
  | { readonly how: 'stopped'; readonly why: string }
  | { readonly how: 'failed'; readonly why: string; readonly detail: string };

/** Null means: the loop has ended, nobody scanned; a fresh one is to be asked for. */
export interface ShownQr {
  readonly text: string;
  readonly dataUrl: string;
  readonly atMs: number;
  /** The how many-th since it was asked for, of at most. */
  readonly ordinal: number;
  readonly of: number;
}

export interface LineCallbacks {
  onState(change: StateChange): void;
  onQr(qr: ShownQr | null): void;
  onPairingCode(code: string): void;
  /** Must have stored it when it resolves: a rejection is tried again, and what was not handed on is read again on return. */
  onInbound(inbound: Inbound): Promise<void>;
  onLog(event: string, fields: Readonly<Record<string, unknown>>): void;
}

/** What the heartbeat carries and the console shows. */
export interface LineReport {
  readonly state: LineState;
  readonly since: number;
  readonly why: string;
  readonly quality: 'excellent' | 'good' | 'poor' | 'lost';
  readonly lastProbeAtMs: number | null;
  readonly answeredInMs: number | null;
  readonly connectedSinceMs: number | null;
  readonly browserBytes: number | null;
  readonly profileBytes: number | null;
  readonly lastBackupAtMs: number | null;
  readonly qr: ShownQr | null;
  /** The login is damaged and no copy of it helps. */
  readonly beyondRepair: boolean;
  readonly pageFrom: 'configured' | 'known-good' | 'live';
  readonly me: { readonly pn: string | null; readonly lid: string | null } | null;
}

/** The state and since when; says every change once. */
export class StateLog {
  #now: StateChange;
  readonly #tell: (change: StateChange) => void;
  constructor(tell: (change: StateChange) => void) {
    this.#tell = tell;
    this.#now = { state: 'starting', atMs: Date.now(), why: 'opening' };
    tell(this.#now);
  }
  get now(): StateChange {
    return this.#now;
  }
  set(state: LineState, why: string): void {
    if (this.#now.state === state && this.#now.why === why) return;
    this.#now = { state, atMs: this.#now.state === state ? this.#now.atMs : Date.now(), why };
    this.#tell(this.#now);
  }
}
