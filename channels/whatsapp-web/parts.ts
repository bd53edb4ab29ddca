import type { Hearing } from './hearing.ts';
import type { Life } from './life.ts';
import type { Identity } from './page.ts';
import type { Prepared } from './prepare.ts';
import type { QrLoop } from './qr-loop.ts';
import type { LinePaths, LineSettings } from './settings.ts';
import type { LineCallbacks, StateLog } from './state.ts';
import type { SteadyClient } from './steady-client.ts';
import type { Timings } from './timings.ts';
import type { VitalSigns } from './vital-signs.ts';
import type { PageSource } from './web-version.ts';

/** What an open connection is made of. */
export interface Parts {
  readonly settings: LineSettings;
  readonly timings: Timings;
  readonly paths: LinePaths;
  readonly callbacks: LineCallbacks;
  readonly prepared: Prepared;
  readonly source: PageSource;
  readonly client: SteadyClient;
  readonly state: StateLog;
  readonly life: Life;
  readonly signs: VitalSigns;
  readonly hearing: Hearing;
  readonly qr: QrLoop;
  readonly facts: Facts;
}

/** What is known about this connection by now. */
export interface Facts {
  /** The library listens and the page has synced. */
  ready: boolean;
  /** The library has noticed that the page is logged in. */
  authenticated: boolean;
  /** The phone unlinked this device: the QR that follows is no accident. */
  loggedOut: boolean;
  /** A QR would mean that the login was lost on this side. */
  believedLinked: boolean;
  me: Identity | null;
  connectedSinceMs: number | null;
  lastProbe: { atMs: number; tookMs: number | null } | null;
  browserBytes: number | null;
  profileBytes: number | null;
  lastBackupAtMs: number | null;
  /** Another browser has the session, and it is about to be taken back. */
  takingBack: boolean;
  /** Ends a start that stands still. */
  watchdog: NodeJS.Timeout | null;
}

export const newFacts = (believedLinked: boolean): Facts => ({
  ready: false,
  authenticated: false,
  loggedOut: false,
  believedLinked,
  me: null,
  connectedSinceMs: null,
  lastProbe: null,
  browserBytes: null,
  profileBytes: null,
  lastBackupAtMs: null,
  takingBack: false,
  watchdog: null,
});

/** Connected, as far as WhatsApp lets this number. */
export function showUp({ state, settings }: Parts): void {
  const { restricted } = settings.memory;
  state.set(restricted === null ? 'connected' : 'no-new-chats', restricted ?? 'connected');
}
