import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Database, STATEMENT_TIMEOUT_MS, type DatabaseOptions } from '../store/database.ts';
import { migrate } from '../store/migrate.ts';
import { reseal } from '../store/reseal.ts';
import { Seal } from '../store/sealed.ts';
import { keysGiven, openDataFolder, replaceEncryptionKey } from './data-folder.ts';
import { startEmbeddedDatabase } from './database/embedded.ts';
import { resealLogins } from './reseal-logins.ts';
import { ROOT } from './root.ts';
import { settingsOrExit, type Settings } from './settings.ts';
import { StartRefused } from './start-refused.ts';

/**
 * `npm run rotate-key`: everything that is kept is sealed anew with a new key. A key that Zajel made is replaced by
 * another of its making; a key that a person set is theirs to replace, and what older ones sealed follows it. Interrupted
 * anywhere it is simply run again: the old keys go on reading.
 */
const settings = settingsOrExit(ROOT);
const begun = new Date();
try {
  await (settings.DATABASE_URL === undefined ? rotateEmbedded(settings) : rotateAtScale(settings));
} catch (error) {
  if (!(error instanceof StartRefused)) throw error;
  process.stderr.write(`zajel: ${error.message}\n`);
  process.exitCode = 1;
}

interface EncryptionKeys {
  readonly encryptionKeyHex: string;
  readonly oldKeysHex: readonly string[];
}

async function rotateEmbedded(given: Settings): Promise<void> {
  const folder = await openDataFolder(given.ZAJEL_DATA, keysGiven(given));
  try {
    const ownKey = given.ENCRYPTION_KEY_HEX === undefined;
    const keys = ownKey ? replaceEncryptionKey(folder) : folder.keys;
    if (!existsSync(folder.inside('postgres'))) {
      console.log('Nothing has been kept yet: there was nothing to seal anew.');
      return;
    }
    const embedded = await startEmbeddedDatabase({ dataDir: folder.path });
    try {
      await resealAll(
        embedded.connection,
        { ...keys, oldKeysHex: [...given.ENCRYPTION_KEYS_OLD_HEX, ...keys.oldKeysHex] },
        folder.inside('sessions'),
      );
    } finally {
      await embedded.stop();
    }
    if (ownKey)
      console.log(`The new key is in ${folder.inside('keys')}: put a copy of it beside your backups.`);
    tellWhatIsLeft(`in ${folder.inside('keys', 'encryption-keys-old-hex')}`);
  } finally {
    folder.release();
  }
}

/** Beside running processes, once all of them know the new key. */
async function rotateAtScale(given: Settings): Promise<void> {
  if (given.ENCRYPTION_KEY_HEX === undefined || given.ENCRYPTION_KEYS_OLD_HEX.length === 0)
    throw new StartRefused(
      'with DATABASE_URL the keys are yours: put the present one into ENCRYPTION_KEYS_OLD_HEX and a new one (openssl rand -hex 32) into ENCRYPTION_KEY_HEX, for every process, restart them, and then run this again',
    );
  await resealAll(
    { connectionString: given.DATABASE_URL, statementTimeoutMs: STATEMENT_TIMEOUT_MS },
    { encryptionKeyHex: given.ENCRYPTION_KEY_HEX, oldKeysHex: given.ENCRYPTION_KEYS_OLD_HEX },
    join(resolve(ROOT, given.ZAJEL_DATA), 'sessions'),
  );
  tellWhatIsLeft('among ENCRYPTION_KEYS_OLD_HEX');
}

async function resealAll(
  connection: DatabaseOptions,
  { encryptionKeyHex, oldKeysHex }: EncryptionKeys,
  sessions: string,
): Promise<void> {
  const database = new Database(connection);
  try {
    await migrate(database);
    const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
    const kept = await reseal(database, new Seal(bytes(encryptionKeyHex), oldKeysHex.map(bytes)));
    const logins = existsSync(sessions)
      ? await resealLogins(sessions, encryptionKeyHex, oldKeysHex)
      : { resealed: 0, unreadable: [] };
    console.log(
      `Sealed anew: ${kept.resealed} secrets in the database, ${logins.resealed} copies of WhatsApp logins.`,
    );
    const unreadable = [...kept.unreadable, ...logins.unreadable];
    if (unreadable.length === 0) return;
    process.exitCode = 1;
    console.error(
      `No key opens ${unreadable.length}, which were sealed with one that is not here any more:\n  ${unreadable.join('\n  ')}`,
    );
  } finally {
    await database.close();
  }
}

/** Histories can't be rewritten: the old key reads what runs from before carry. */
function tellWhatIsLeft(where: string): void {
  console.log(
    `Temporal's runs from before still need the old key (${where}). It may go when this finds none:\n` +
      `  temporal workflow list --query 'ExecutionStatus="Running" AND StartTime < "${begun.toISOString()}"'\n` +
      'Closed runs older than that can then no longer be read in the Temporal UI; nothing else is lost.',
  );
}
