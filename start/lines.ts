import { hkdfSync } from 'node:crypto';
import type { LineRoomOptions } from '../activities/line-room.ts';
import { receiver } from '../api/inbound.ts';
import { apiMetrics } from '../api/metrics.ts';
import type { House } from './house.ts';

export interface BrowserSettings {
  readonly chromiumPath?: string;
  readonly webVersion?: string;
  readonly webCache?: string;
  readonly browserArgs?: readonly string[];
  readonly timings?: NonNullable<LineRoomOptions['timings']>;
}

/** What a worker of this process holds lines with: the same way in for messages as every channel has. */
export function lineRoom(
  house: House,
  place: {
    readonly sessions: string;
    readonly encryptionKeyHex: string;
    readonly oldKeysHex?: readonly string[];
    readonly maxRetries: number;
  },
  browser: BrowserSettings,
): LineRoomOptions {
  const { database, mail, orderMail, hashKey, context } = house;
  const settings = {
    host: '127.0.0.1',
    windowDefaults: context.windowDefaults,
    maxRetries: place.maxRetries,
  };
  const receive = receiver({ database, mail, orderMail, hashKey, settings }, apiMetrics(house.registry));
  return {
    ...browser,
    sessions: place.sessions,
    backupKeys: [backupKey(place.encryptionKeyHex), ...(place.oldKeysHex ?? []).map(backupKey)],
    mail,
    async receive(line, item) {
      await receive(line, [item]);
    },
  };
}

/** A key of its own for the logins' backups, so that no key is used for two things. */
export const backupKey = (encryptionKeyHex: string): Uint8Array =>
  new Uint8Array(
    hkdfSync('sha256', Buffer.from(encryptionKeyHex, 'hex'), '', 'zajel whatsapp-web backups', 32),
  );
