import { mkdir } from 'node:fs/promises';
import type { LastBackup } from './backup.ts';
import { OwnSends } from './own-sends.ts';
import { Seen } from './seen.ts';
import { pathsOf } from './settings.ts';
import { PageChoice } from './web-version.ts';
import { makeReady } from './profile.ts';

/** What a line remembers from one browser to the next, in one process. All but counters is in the line's folder, too. */
export interface LineMemory {
  readonly sends: OwnSends;
  readonly seen: Seen;
  readonly pages: PageChoice;
  readonly lastBackup: LastBackup;
  /** When a browser was last replaced because it, or its profile, had grown too large. */
  prunedAtMs: number;
  /** Backups that were restored and did not bring the login back: not tried again in this process. */
  readonly triedBackups: Set<string>;
  /** The page asked for a QR though nobody had unlinked it: the next start restores a backup. */
  loginLost: boolean;
  /** Browsers in a row that ended without having been connected: the next one waits longer. */
  failedStarts: number;
  /** The login is damaged and no copy of it helps: nothing but a new link will. Over as soon as the page asks for one, or is ready. */
  beyondRepair: boolean;
  /** Why WhatsApp lets this number answer only; null when it does not restrict it. */
  restricted: string | null;
  /** First contacts in a row that WhatsApp took from us and did not deliver. */
  refusedFirstContacts: number;
  /** Numbers that WhatsApp did not know, and when it said so first. */
  readonly notFound: Map<string, number>;
  /** Resolved addresses: what the library answered for a number. */
  readonly resolved: Map<string, string>;
  /** The numbers behind `@lid`s. */
  readonly phones: Map<string, string>;
}

export async function readMemory(place: {
  readonly directory: string;
  readonly webVersion?: string;
  readonly webCache?: string;
}): Promise<LineMemory> {
  const paths = pathsOf(place.directory);
  await makeReady(place.directory, paths.profile);
  await mkdir(paths.pages, { recursive: true, mode: 0o700 });
  return {
    sends: await OwnSends.read(paths.journal),
    seen: await Seen.read(paths.seen),
    pages: new PageChoice(
      paths.pages,
      place.webVersion === undefined || place.webCache === undefined
        ? null
        : { version: place.webVersion, cache: place.webCache },
    ),
    lastBackup: { print: null, atMs: 0 },
    prunedAtMs: 0,
    triedBackups: new Set(),
    loginLost: false,
    failedStarts: 0,
    beyondRepair: false,
    restricted: null,
    refusedFirstContacts: 0,
    notFound: new Map(),
    resolved: new Map(),
    phones: new Map(),
  };
}
