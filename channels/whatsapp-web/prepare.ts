import { rm } from 'node:fs/promises';
import { Backups, setAside, type BackupKeys } from './backup.ts';
import { orAbsent, readJson, replaceFile } from './files.ts';
import { claim, type Claim } from './owner.ts';
import { endProcessesOf } from './processes.ts';
import { checkIntegrity, clearStaleLock, makeReady, tidy } from './profile.ts';
import { refusals } from './refused.ts';
import { pathsOf, type LineSettings } from './settings.ts';
import { stat } from 'node:fs/promises';

export interface Prepared {
  readonly claim: Claim;
  readonly backups: Backups;
  /** This folder's login is believed to be linked: a QR would mean that it was lost. */
  readonly believedLinked: boolean;
}

type Log = (event: string, fields: Readonly<Record<string, unknown>>) => void;

/** Everything before the browser starts: whose is the folder, is anything left over, is the login whole. */
export async function prepare(settings: LineSettings, log: Log): Promise<Prepared> {
  const paths = pathsOf(settings.directory);
  await makeReady(settings.directory, paths.profile);
  const owner = await claim(paths.owner);
  try {
    const left = await endProcessesOf(paths.profile);
    if (left > 0) log('line.leftover-browser-ended', { processes: left });
    const lock = await clearStaleLock(paths.profile);
    if (lock === 'held') throw refusals.inUse('a browser that could not be ended');
    if (lock === 'cleared') log('line.stale-lock-cleared', {});
    const backups = new Backups(
      paths.backups,
      paths.profile,
      settings.backupKeys,
      settings.memory.lastBackup,
    );
    const believedLinked = (await readJson(paths.linked)) !== null;
    await mend(settings, backups, believedLinked, log);
    const size = await tidy(paths.profile);
    if (size.after < size.before) log('line.caches-pruned', size);
    return {
      claim: owner,
      backups,
      believedLinked: believedLinked || (await readJson(paths.linked)) !== null,
    };
  } catch (error) {
    await owner.release();
    throw error;
  }
}

/** A broken login is replaced by the newest copy that opens. So is an absent one: the line may have come from another machine. */
async function mend(
  settings: LineSettings,
  backups: Backups,
  believedLinked: boolean,
  log: Log,
): Promise<void> {
  const paths = pathsOf(settings.directory);
  const { memory } = settings;
  const integrity = await checkIntegrity(paths.profile);
  const lost = memory.loginLost;
  memory.loginLost = false;
  if (integrity.login === 'sound' && !lost) return;
  if (integrity.login === 'absent' && (await backups.versions()).length === 0) return;
  const version = await backups.restore(paths.kept, memory.triedBackups);
  if (version !== null) {
    memory.triedBackups.add(version);
    memory.beyondRepair = false;
    await replaceFile(paths.linked, JSON.stringify({ since: Date.now(), restored: version }));
    log('line.login-restored', {
      version,
      because: integrity.login === 'broken' ? integrity.why : integrity.login,
      lost,
    });
    return;
  }
  // The page may still offer a QR by itself; where it does not, only a person's clearing makes a new beginning.
  memory.beyondRepair = true;
  log('line.login-not-restorable', { integrity, lost, believedLinked });
  if (integrity.login === 'broken') await setAside(paths.profile, paths.kept);
  await rm(paths.linked, { force: true });
}

/** Clears a login that nobody holds, for a person who confirmed it. A copy is kept; returns where. */
export async function clearSession(directory: string, keys: BackupKeys): Promise<string | null> {
  const paths = pathsOf(directory);
  if ((await orAbsent(stat(directory))) === null) return null;
  const owner = await claim(paths.owner);
  try {
    await endProcessesOf(paths.profile);
    await new Backups(paths.backups, paths.profile, keys).retire(paths.kept);
    const place = await setAside(paths.profile, paths.kept);
    await rm(paths.linked, { force: true });
    await rm(paths.seen, { force: true });
    return place;
  } finally {
    await owner.release();
  }
}
