import { randomBytes, randomUUID } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { syncPath } from './database/durable-files.ts';
import { holdFolder, type FolderHold } from './folder-hold.ts';
import type { Settings } from './settings.ts';
import { StartRefused } from './start-refused.ts';

export interface Keys {
  readonly adminApiKey: string;
  readonly encryptionKeyHex: string;
  /** Former ones, put aside by `npm run rotate-key`: they only read. */
  readonly oldKeysHex: readonly string[];
}

export type GivenKeys = Partial<Pick<Keys, 'adminApiKey' | 'encryptionKeyHex'>>;

/** Keys that a person set, which then are not made. */
export const keysGiven = ({ ADMIN_API_KEY, ENCRYPTION_KEY_HEX }: Settings): GivenKeys => ({
  ...(ADMIN_API_KEY === undefined ? {} : { adminApiKey: ADMIN_API_KEY }),
  ...(ENCRYPTION_KEY_HEX === undefined ? {} : { encryptionKeyHex: ENCRYPTION_KEY_HEX }),
});

/** The place of everything Zajel keeps on this machine. */
export interface DataFolder {
  readonly path: string;
  readonly adminKeyFile: string;
  readonly keys: Keys;
  /** True when this start made the keys. */
  readonly isNew: boolean;
  inside(...names: string[]): string;
  release(): void;
}

const ENCRYPTION_KEY_FILE = 'encryption-key-hex';
const OLD_KEYS_FILE = 'encryption-keys-old-hex';
const ENCRYPTION_KEY = /^[0-9a-f]{64}$/i;
const newEncryptionKey = (): string => randomBytes(32).toString('hex');

const SUB_FOLDERS = ['keys', 'logs', 'sheets', 'sessions', 'temporal'];

/**
 * Opens the data folder for this process alone, with its keys. A power cut at any moment leaves either no key
 * or a whole one: what is half-written has another name.
 *
 * @throws StartRefused in one sentence when the folder can't be used.
 */
export async function openDataFolder(place: string, given: GivenKeys = {}): Promise<DataFolder> {
  const path = resolve(place);
  let hold: FolderHold | undefined;
  try {
    prepare(path);
    refuseWithoutRoom(path);
    hold = await holdFolder(path);
    const adminKeyFile = join(path, 'keys', 'admin-api-key');
    const encryptionKeyFile = join(path, 'keys', ENCRYPTION_KEY_FILE);
    const isNew = !existsSync(adminKeyFile) && given.adminApiKey === undefined;
    const keys: Keys = {
      adminApiKey:
        given.adminApiKey ??
        keyFrom(adminKeyFile, /^\S{16,}$/, () => `zajel_admin_${randomBytes(24).toString('base64url')}`),
      encryptionKeyHex:
        given.encryptionKeyHex ?? keyFrom(encryptionKeyFile, ENCRYPTION_KEY, newEncryptionKey),
      oldKeysHex: oldKeys(path),
    };
    const held = hold;
    return {
      path,
      adminKeyFile,
      keys,
      isNew,
      inside: (...names) => join(path, ...names),
      release: () => held.release(),
    };
  } catch (error) {
    hold?.release();
    throw error instanceof StartRefused ? error : (inWords(path, error) ?? error);
  }
}

/** A new database with its log, and Temporal's, take about 120 MB; later ones need room to close in good order at least. */
const ROOM = { firstStartMb: 200, laterMb: 50 } as const;

/** Before anything is begun: a disk that fills up in the middle leaves halves. */
function refuseWithoutRoom(path: string): void {
  const { bavail, bsize } = statfsSync(path);
  const freeMb = Math.floor((bavail * bsize) / 1e6);
  const neededMb = existsSync(join(path, 'postgres')) ? ROOM.laterMb : ROOM.firstStartMb;
  if (freeMb < neededMb)
    throw new StartRefused(
      `the disk of the data folder ${path} has only ${freeMb} MB left: free some space, ${neededMb} MB at least, and start again`,
    );
}

function prepare(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (!statSync(path).isDirectory())
    throw new StartRefused(`${path} is a file, not a folder: set ZAJEL_DATA to a folder`);
  accessSync(path, constants.W_OK | constants.X_OK);
  for (const name of SUB_FOLDERS) mkdirSync(join(path, name), { recursive: true, mode: 0o700 });
}

function keyFrom(file: string, form: RegExp, make: () => string): string {
  if (existsSync(file)) {
    const key = readFileSync(file, 'utf8').trim();
    // Never replaced: with another key everything encrypted so far could not be read again.
    if (!form.test(key))
      throw new StartRefused(`${file} does not hold a key any more: put it back from your backup`);
    return key;
  }
  const key = make();
  writeWhole(file, `${key}\n`);
  return key;
}

/** One per line; a person may remove those that nothing needs any more. */
function oldKeys(path: string): string[] {
  const file = join(path, 'keys', OLD_KEYS_FILE);
  if (!existsSync(file)) return [];
  const keys = readFileSync(file, 'utf8').split(/\s+/).filter(Boolean);
  if (!keys.every((key) => ENCRYPTION_KEY.test(key)))
    throw new StartRefused(
      `${file} holds a line that is no key: put it back from your backup, or remove that line`,
    );
  return keys;
}

/** The present key becomes an old one, then a new one takes its place: a power cut between the two leaves both as they were. */
export function replaceEncryptionKey({ path, keys }: Pick<DataFolder, 'path' | 'keys'>): Keys {
  const oldKeysHex = [
    keys.encryptionKeyHex,
    ...keys.oldKeysHex.filter((key) => key !== keys.encryptionKeyHex),
  ];
  const encryptionKeyHex = newEncryptionKey();
  writeWhole(join(path, 'keys', OLD_KEYS_FILE), `${oldKeysHex.join('\n')}\n`);
  writeWhole(join(path, 'keys', ENCRYPTION_KEY_FILE), `${encryptionKeyHex}\n`);
  return { ...keys, encryptionKeyHex, oldKeysHex };
}

/** A file that is there whole or not at all, whatever happens in between. */
export function writeWhole(file: string, content: string, mode = 0o600): void {
  const unfinished = `${file}.unfinished`;
  rmSync(unfinished, { force: true });
  const descriptor = openSync(unfinished, 'wx', mode);
  try {
    writeSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(unfinished, file);
  if (process.platform !== 'win32') syncPath(join(file, '..'));
}

/** Such a file that several processes may write at once, each the same. */
export function writeShared(file: string, content: string): void {
  const own = `${file}.${randomUUID()}`;
  writeWhole(own, content);
  renameSync(own, file);
}

const WORDS: Readonly<Record<string, (path: string) => string>> = {
  EACCES: (path) =>
    `the data folder ${path} can't be written to: give this user the right to, or set ZAJEL_DATA to another folder`,
  EPERM: (path) =>
    `the data folder ${path} can't be written to: give this user the right to, or set ZAJEL_DATA to another folder`,
  EROFS: (path) => `the data folder ${path} is on a read-only disk: set ZAJEL_DATA to a folder on another`,
  ENOSPC: (path) => `the disk of the data folder ${path} is full: free some space and start again`,
  EDQUOT: (path) => `the disk quota of the data folder ${path} is used up: free some space and start again`,
  EEXIST: (path) => `${path} is a file, not a folder: set ZAJEL_DATA to a folder`,
  ENOTDIR: (path) => `a part of ${path} is a file, not a folder: set ZAJEL_DATA to another place`,
};

function inWords(path: string, error: unknown): StartRefused | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const words = WORDS[code];
  return words === undefined ? null : new StartRefused(words(path), { cause: error });
}
