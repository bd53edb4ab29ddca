import { join } from 'node:path';
import type { BackupKeys } from '../channels/whatsapp-web/backup.ts';
import { readMemory, type LineMemory } from '../channels/whatsapp-web/memory.ts';
import { claim } from '../channels/whatsapp-web/owner.ts';
import { makeReady } from '../channels/whatsapp-web/profile.ts';
import { pathsOf, type LineSettings } from '../channels/whatsapp-web/settings.ts';
import type { Timings } from '../channels/whatsapp-web/timings.ts';
import type { Inbound } from '../domain/message.ts';
import type { Line } from '../store/lines.ts';
import type { ConversationMail } from '../temporal/conversation-mail.ts';
import type { LineRef } from '../workflows/line-activities.ts';

/** What holding lines takes beside the house: where logins are kept, which browser, and the way in for what is heard. */
export interface LineRoomOptions {
  /** Each line's folder is `<sessions>/<merchant>/<line>`. */
  readonly sessions: string;
  /** The logins' backups are encrypted with the first, and open with any. */
  readonly backupKeys: BackupKeys;
  readonly chromiumPath?: string;
  readonly browserArgs?: readonly string[];
  readonly webVersion?: string;
  readonly webCache?: string;
  readonly timings?: Partial<Timings>;
  /** The way in of every channel: resolves once it is stored, and may be called again with the same. */
  readonly receive: (line: Line, item: Inbound) => Promise<void>;
  readonly mail: Pick<ConversationMail, 'tell'>;
}

/** The lines' folders, and what each line remembers from one browser to the next in this process. */
export class LineRoom {
  readonly options: LineRoomOptions;
  readonly #memories = new Map<string, LineMemory>();

  constructor(options: LineRoomOptions) {
    this.options = options;
  }

  directoryOf({ merchant, line }: LineRef): string {
    return join(this.options.sessions, merchant, line);
  }

  /** Throws `LineRefused` where the folder is another's, not writable, or the disk full. */
  async settingsOf(ref: LineRef, account: string): Promise<LineSettings> {
    const { sessions: _, receive: __, mail: ___, ...browser } = this.options;
    const directory = this.directoryOf(ref);
    const paths = pathsOf(directory);
    await makeReady(directory, paths.profile);
    // Reading tidies the journal, which only the folder's owner may.
    const owner = await claim(paths.owner);
    try {
      const fresh = await readMemory({ ...browser, directory });
      const kept = this.#memories.get(directory);
      // Another worker may have had the line in between: what it sent and heard is in the folder, not in this process.
      const memory = kept === undefined ? fresh : { ...kept, sends: fresh.sends, seen: fresh.seen };
      this.#memories.set(directory, memory);
      return { ...browser, account, directory, memory };
    } finally {
      await owner.release();
    }
  }

  forget(ref: LineRef): void {
    this.#memories.delete(this.directoryOf(ref));
  }
}
