import { randomBytes } from 'node:crypto';
import { access, open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { refusal } from '../failures.ts';

/** One state of a file: its bytes, and the marker by which a later change is noticed. */
export interface FileState {
  readonly bytes: Buffer;
  readonly marker: string;
}

/** A program that saves writes for milliseconds; a file younger than this is looked at again before it is believed. */
const QUIET_MS = 250;
/** Long enough for a slow disk; after it the poll is simply tried again. */
const PATIENCE_MS = 5_000;

/** What changes with every write of any program: also a rename over the file gives another inode. */
export async function markerOf(file: string): Promise<string> {
  const { mtimeNs, size, ino } = await stat(file, { bigint: true });
  return `${mtimeNs}-${size}-${ino}`;
}

/**
 * Reads a file that a person may be saving at this moment. `whole` says whether the bytes can be a finished file;
 * while they can't, or while they change, it looks again. Never gives half a file.
 */
export async function readSettled(
  file: string,
  whole: (bytes: Buffer) => boolean,
  signal: AbortSignal,
): Promise<FileState> {
  const deadline = performance.now() + PATIENCE_MS;
  let seen: FileState | null = null;
  for (;;) {
    const now = await readOnce(file, signal);
    if (now !== null && whole(now.bytes) && (now.marker === seen?.marker || (await ageMs(file)) >= QUIET_MS))
      return now;
    if (performance.now() > deadline) throw now === null ? missing(file) : halfWritten(file);
    seen = now;
    await sleep(QUIET_MS, undefined, { signal });
  }
}

async function readOnce(file: string, signal: AbortSignal): Promise<FileState | null> {
  try {
    const before = await markerOf(file);
    const bytes = await readFile(file, { signal });
    return before === (await markerOf(file))
      ? { bytes, marker: before }
      : { bytes: Buffer.alloc(0), marker: `changing ${before}` };
  } catch (error) {
    // Some programs save by deleting and renaming: between the two there is no file.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

const ageMs = async (file: string): Promise<number> => Date.now() - (await stat(file)).mtimeMs;

/**
 * Puts new bytes in the place of the state they were made from, in one step. False: the file has changed since,
 * so the bytes are of an old state and must be made again.
 */
export async function replaceFile(file: string, from: FileState, bytes: Uint8Array): Promise<boolean> {
  const temporary = path.join(
    path.dirname(file),
    `.${path.basename(file)}.${randomBytes(6).toString('hex')}.tmp`,
  );
  const { mode } = await stat(file);
  try {
    const handle = await open(temporary, 'wx', mode & 0o777);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if ((await markerOf(file)) !== from.marker) return false;
    await rename(temporary, file);
    return true;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** The lock files that Excel and LibreOffice leave beside a file they have open. */
export async function openIn(file: string): Promise<'excel' | 'libreoffice' | null> {
  const beside = (name: string): Promise<boolean> =>
    access(path.join(path.dirname(file), name)).then(
      () => true,
      () => false,
    );
  const name = path.basename(file);
  if (await beside(`.~lock.${name}#`)) return 'libreoffice';
  // Excel drops the first two letters of long names.
  return (await beside(`~$${name}`)) || (name.length > 10 && (await beside(`~$${name.slice(2)}`)))
    ? 'excel'
    : null;
}

const missing = (file: string): Error =>
  refusal({
    class: 'permanent',
    reason: 'file-not-found',
    detail: `there is no ${path.basename(file)} in the folder for sheets`,
  });
const halfWritten = (file: string): Error =>
  refusal({
    class: 'retryable',
    reason: 'file-being-written',
    detail: `${path.basename(file)} is not a finished file yet`,
  });
