import { createHash, randomBytes } from 'node:crypto';
import { copyFile, cp, mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { filesUnder, orAbsent, type FoundFile } from './files.ts';
import { seal, unseal } from './sealed-file.ts';

/** What makes up the login, and nothing else of the profile. */
const LOGIN = [
  'Local State',
  'Default/Preferences',
  'Default/IndexedDB/',
  'Default/Local Storage/',
  'Default/Cookies',
  'Default/Network/Cookies',
  'Default/WebStorage/',
];
const isLogin = ({ name }: FoundFile): boolean =>
  LOGIN.some((part) => name === part || (part.endsWith('/') && name.startsWith(part))) &&
  !name.endsWith('/LOCK');

/** Three versions: the newest may have been taken just before the damage was noticed. */
const KEPT_VERSIONS = 3;
const SUFFIX = '.login';

export type BackupResult =
  | { readonly did: 'saved'; readonly file: string; readonly bytes: number }
  | { readonly did: 'unchanged' }
  | { readonly did: 'unsettled' };

/** What the last copy was of, handed from one browser's life to the next. */
export interface LastBackup {
  print: string | null;
  atMs: number;
}

/** The first writes; all of them read, so that copies outlive a change of the key. */
export type BackupKeys = readonly [Uint8Array, ...Uint8Array[]];

/** Encrypted, versioned copies of one line's login. */
export class Backups {
  readonly #folder: string;
  readonly #profile: string;
  readonly #keys: BackupKeys;
  readonly #last: LastBackup;

  constructor(
    folder: string,
    profile: string,
    keys: BackupKeys,
    last: LastBackup = { print: null, atMs: 0 },
  ) {
    for (const { length } of keys)
      if (length !== 32) throw new RangeError(`a backup key has ${length} bytes, not 32`);
    this.#folder = folder;
    this.#profile = profile;
    this.#keys = keys;
    this.#last = last;
  }

  /** Copies the login while the browser is at work. The files are taken only when none changed meanwhile. */
  async save(): Promise<BackupResult> {
    const before = await this.#login();
    if (fingerprint(before) === this.#last.print) return { did: 'unchanged' };
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const draft = await mkdtemp(path.join(this.#folder, 'draft-'));
    try {
      const settled = await this.#copySettled(draft, before);
      if (settled === null) return { did: 'unsettled' };
      const name = `${new Date().toISOString().replaceAll(':', '-')}-${randomBytes(2).toString('hex')}${SUFFIX}`;
      await seal(draft, path.join(this.#folder, name), this.#keys[0]);
      this.#last.print = settled;
      this.#last.atMs = Date.now();
      for (const old of (await this.versions()).slice(KEPT_VERSIONS)) await rm(path.join(this.#folder, old));
      return { did: 'saved', file: name, bytes: (await stat(path.join(this.#folder, name))).size };
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }

  /** Newest first. */
  async versions(): Promise<string[]> {
    const names = (await orAbsent(readdir(this.#folder))) ?? [];
    return names
      .filter((name) => name.endsWith(SUFFIX))
      .sort()
      .reverse();
  }

  /** Puts the newest copy that opens (a key of ours, whole) in the place of the profile's login; the damaged one is moved to `kept`. */
  async restore(kept: string, not: ReadonlySet<string> = new Set()): Promise<string | null> {
    for (const version of (await this.versions()).filter((name) => !not.has(name))) {
      for (const key of this.#keys) if (await this.#restored(version, key, kept)) return version;
    }
    return null;
  }

  async #restored(version: string, key: Uint8Array, kept: string): Promise<boolean> {
    const draft = await mkdtemp(path.join(this.#folder, 'draft-'));
    try {
      if (!(await unseal(path.join(this.#folder, version), draft, key))) return false;
      await setAside(this.#profile, kept);
      await mkdir(path.dirname(this.#profile), { recursive: true });
      await rename(draft, this.#profile);
      return true;
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }

  /** After an unlink the copies open nothing any more: they are kept aside, so that none is restored in a circle. */
  async retire(kept: string): Promise<void> {
    await mkdir(kept, { recursive: true, mode: 0o700 });
    for (const version of await this.versions())
      await rename(path.join(this.#folder, version), path.join(kept, version));
    this.#last.print = null;
    const old = (await readdir(kept))
      .filter((name) => name.endsWith(SUFFIX))
      .sort()
      .reverse();
    for (const name of old.slice(2 * KEPT_VERSIONS)) await rm(path.join(kept, name));
  }

  async #login(): Promise<FoundFile[]> {
    return (await filesUnder(this.#profile)).filter(isLogin);
  }

  async #copySettled(draft: string, first: FoundFile[]): Promise<string | null> {
    for (let attempt = 0, list = first; attempt < 5; attempt++) {
      await rm(draft, { recursive: true, force: true });
      for (const { name, mtimeMs } of list) {
        const target = path.join(draft, name);
        await mkdir(path.dirname(target), { recursive: true });
        await orAbsent(copyFile(path.join(this.#profile, name), target));
        await orAbsent(utimes(target, mtimeMs / 1000, mtimeMs / 1000));
      }
      const after = await this.#login();
      if (list.length > 0 && fingerprint(after) === fingerprint(list)) return fingerprint(list);
      list = after;
    }
    return null;
  }
}

/** Keeps a copy of what is about to be replaced or cleared. Two generations are enough to undo a mistake. */
export async function setAside(profile: string, kept: string): Promise<string | null> {
  if ((await orAbsent(stat(profile))) === null) return null;
  await mkdir(kept, { recursive: true, mode: 0o700 });
  const place = path.join(kept, `profile-${new Date().toISOString().replaceAll(':', '-')}`);
  for (const { name } of (await filesUnder(profile)).filter(isLogin))
    await cp(path.join(profile, name), path.join(place, name));
  await rm(profile, { recursive: true, force: true });
  const generations = (await readdir(kept))
    .filter((name) => name.startsWith('profile-'))
    .sort()
    .reverse();
  for (const old of generations.slice(2)) await rm(path.join(kept, old), { recursive: true, force: true });
  return place;
}

const fingerprint = (files: FoundFile[]): string =>
  createHash('sha256')
    .update(
      files
        .map(({ name, size, mtimeMs }) => `${name} ${size} ${mtimeMs}`)
        .sort()
        .join('\n'),
    )
    .digest('hex');
