import path from 'node:path';
import type { BackupKeys } from './backup.ts';
import type { LineMemory } from './memory.ts';
import { TIMINGS, type Timings } from './timings.ts';

/** What a line needs to know to open. */
export interface LineSettings {
  /** The line's id: the account of everything it hears. */
  readonly account: string;
  /** The line's own folder: profile, backups, journal. Nothing else writes here. */
  readonly directory: string;
  /** 32 bytes each; the login's backups are encrypted with the first, and open with any. */
  readonly backupKeys: BackupKeys;
  /** @default found on the machine */
  readonly chromiumPath?: string;
  readonly browserArgs?: readonly string[];
  /** WHATSAPP_WEB_VERSION: the page stored as `<webCache>/<webVersion>.html` is served for WhatsApp Web. @default the live page */
  readonly webVersion?: string;
  readonly webCache?: string;
  readonly timings?: Partial<Timings>;
  /** What outlives one browser: handed from life to life by whoever keeps the line. */
  readonly memory: LineMemory;
}

export const timingsOf = (settings: LineSettings): Timings => ({ ...TIMINGS, ...settings.timings });

export interface LinePaths {
  readonly profile: string;
  readonly backups: string;
  /** Copies kept when a login was cleared or the phone unlinked it. */
  readonly kept: string;
  readonly journal: string;
  readonly seen: string;
  readonly owner: string;
  /** Present while this folder's login is believed to be linked. */
  readonly linked: string;
  /** Pages that have worked here, for when the live one does not. */
  readonly pages: string;
}

export const pathsOf = (directory: string): LinePaths => ({
  profile: path.join(directory, 'profile'),
  backups: path.join(directory, 'backups'),
  kept: path.join(directory, 'kept'),
  journal: path.join(directory, 'sends.jsonl'),
  seen: path.join(directory, 'seen.json'),
  owner: path.join(directory, 'owner.json'),
  linked: path.join(directory, 'linked.json'),
  pages: path.join(directory, 'pages'),
});
