import { access, constants, lstat, mkdir, open, readlink, rm, statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { absent, filesUnder, orAbsent, readJson } from './files.ts';
import { isAlive, processesOf } from './processes.ts';
import { refusals } from './refused.ts';

/** Past this size caches are pruned. The login itself is a few dozen MB. */
export const PROFILE_LIMIT_BYTES = 500 * 1024 * 1024;
const NEEDED_FREE_BYTES = 200 * 1024 * 1024;

/** What Chromium makes anew by itself. The login (IndexedDB, Local Storage, cookies) is never among these. */
const CACHES = [
  'Default/Cache',
  'Default/Code Cache',
  'Default/GPUCache',
  'Default/DawnGraphiteCache',
  'Default/DawnWebGPUCache',
  'Default/Service Worker/CacheStorage',
  'Default/Service Worker/ScriptCache',
  'GrShaderCache',
  'GraphiteDawnCache',
  'ShaderCache',
  'component_crx_cache',
  'extensions_crx_cache',
  'BrowserMetrics',
  'Crashpad',
  'Safe Browsing',
  'optimization_guide_model_store',
  'OnDeviceHeadSuggestModel',
];
const SINGLETONS = ['SingletonLock', 'SingletonCookie', 'SingletonSocket'];
const LOGIN_DATABASE = 'Default/IndexedDB/https_web.whatsapp.com_0.indexeddb.leveldb';

/** Makes sure that this user can keep a login here, and says in a sentence when not. */
export async function makeReady(directory: string, profile: string): Promise<void> {
  try {
    await mkdir(profile, { recursive: true, mode: 0o700 });
    await access(directory, constants.W_OK | constants.X_OK);
    await access(profile, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw refusals.notWritable(directory, error);
  }
  // Root may write everywhere and would leave files that the true owner can't: a profile of somebody else is refused either way.
  const owner = (await lstat(profile)).uid;
  const me = process.getuid?.() ?? owner;
  if (owner !== me)
    throw refusals.notWritable(profile, new Error(`owned by user ${owner}, this is user ${me}`));
  const space = await statfs(directory);
  const free = space.bavail * space.bsize;
  if (free < NEEDED_FREE_BYTES) throw refusals.noSpace(directory, Math.round(free / 1024 / 1024));
}

/** Clears the lock of a browser that is gone. A living browser's lock stays: it must be ended first. */
export async function clearStaleLock(profile: string): Promise<'none' | 'cleared' | 'held'> {
  const target = await lockTarget(path.join(profile, 'SingletonLock'));
  if (target === null) return 'none';
  const at = target.lastIndexOf('-');
  const pid = Number(target.slice(at + 1));
  // The claim of the folder has already been won, so a lock that names another host is a container that died.
  const here = target.slice(0, at) === hostname();
  if (here && isAlive(pid) && (await processesOf(profile)).length > 0) return 'held';
  for (const name of SINGLETONS) await rm(path.join(profile, name), { force: true });
  return 'cleared';
}

async function lockTarget(lock: string): Promise<string | null> {
  try {
    return await readlink(lock);
  } catch (error) {
    if (absent(error)) return null;
    // Not a link, so not Chromium's: in the way all the same.
    return 'unknown-0';
  }
}

export async function sizeOf(profile: string): Promise<number> {
  return (await filesUnder(profile)).reduce((sum, file) => sum + file.size, 0);
}

/** While no browser runs: temporary files go always, caches when the profile has grown past the limit. */
export async function tidy(
  profile: string,
  limitBytes: number = PROFILE_LIMIT_BYTES,
): Promise<{ before: number; after: number }> {
  for (const { name } of await filesUnder(profile)) {
    if (/(^|\/)(\.org\.chromium\.|\.com\.google\.Chrome\.)|\.tmp$|\.dmp$/.test(name))
      await rm(path.join(profile, name), { force: true });
  }
  const before = await sizeOf(profile);
  if (before <= limitBytes) return { before, after: before };
  for (const cache of CACHES) await rm(path.join(profile, cache), { recursive: true, force: true });
  return { before, after: await sizeOf(profile) };
}

export type Integrity =
  | { readonly login: 'absent' }
  | { readonly login: 'sound' }
  | { readonly login: 'broken'; readonly why: string };

/** Looks at what Chromium itself would silently throw away: a broken login database is deleted by it, and the login with it. */
export async function checkIntegrity(profile: string): Promise<Integrity> {
  const database = path.join(profile, LOGIN_DATABASE);
  const files = await filesUnder(database);
  if (files.length === 0) return { login: 'absent' };
  const current = await head(path.join(database, 'CURRENT'), 64);
  if (current === null) return { login: 'broken', why: 'CURRENT is missing' };
  const manifest = /^(MANIFEST-\d{6,})\n$/.exec(current.toString('latin1'))?.[1];
  if (manifest === undefined) return { login: 'broken', why: 'CURRENT names no manifest' };
  const first = await head(path.join(database, manifest), 64);
  if (first === null || first.length < 16) return { login: 'broken', why: `${manifest} is missing or empty` };
  // A LevelDB log record: checksum(4) length(2) type(1), then the edit that names the comparator.
  if (!first.toString('latin1').includes('idb_cmp1'))
    return { login: 'broken', why: `${manifest} is no IndexedDB manifest` };
  for (const file of files.filter(({ name }) => name.endsWith('.ldb'))) {
    if (!(await endsLikeTable(path.join(database, file.name), file.size)))
      return { login: 'broken', why: `${file.name} is cut or overwritten` };
  }
  for (const json of ['Local State', 'Default/Preferences']) {
    const full = path.join(profile, json);
    if ((await orAbsent(lstat(full))) !== null && (await readJson(full)) === null)
      return { login: 'broken', why: `${json} is not readable` };
  }
  return { login: 'sound' };
}

async function head(file: string, bytes: number): Promise<Buffer | null> {
  return slice(file, 0, bytes);
}

/** The last eight bytes of a LevelDB table are its magic number. */
async function endsLikeTable(file: string, size: number): Promise<boolean> {
  return (await slice(file, Math.max(0, size - 8), 8))?.toString('hex') === '57fb808b247547db';
}

async function slice(file: string, from: number, bytes: number): Promise<Buffer | null> {
  const handle = await orAbsent(open(file, 'r'));
  if (handle === null) return null;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, from);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
