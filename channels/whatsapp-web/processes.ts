import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

export interface Process {
  readonly pid: number;
  readonly command: string;
}

/** Every process whose command line names this profile: the browser and all its children. */
export async function processesOf(profile: string): Promise<Process[]> {
  const flag = `--user-data-dir=${profile}`;
  const all = process.platform === 'linux' ? await fromProc() : await fromPs();
  return all.filter(({ pid, command }) => pid !== process.pid && hasArgument(command, flag));
}

// The profile `…/line-1` must not match `…/line-10`.
const hasArgument = (command: string, flag: string): boolean => {
  const at = command.indexOf(flag);
  return at >= 0 && [undefined, ' ', '\0'].includes(command[at + flag.length]);
};

async function fromProc(): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const read = await Promise.all(
    pids.map(async (pid) => ({ pid, command: await orGone(readFile(`/proc/${pid}/cmdline`, 'utf8')) })),
  );
  return read.flatMap(({ pid, command }) => (command ? [{ pid, command }] : []));
}

async function fromPs(): Promise<Process[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axww', '-o', 'pid=,command='], {
    maxBuffer: 16_000_000,
  });
  return stdout.split('\n').flatMap((line) => {
    const parts = /^\s*(\d+)\s+(.*)$/.exec(line);
    return parts?.[1] && parts[2] ? [{ pid: Number(parts[1]), command: parts[2] }] : [];
  });
}

/** Ends every process on this profile, also stopped ones, and waits until they are gone. Returns how many there were. */
export async function endProcessesOf(profile: string): Promise<number> {
  const found = await processesOf(profile);
  for (let round = 0; round < 50; round++) {
    const left = await processesOf(profile);
    if (left.length === 0) break;
    for (const { pid } of left) kill(pid);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return found.length;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** When a process began, in the kernel's own clock: a pid that was given to another process differs here. Null where it can't be told. */
export async function bornAt(pid: number): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  const stat = await orGone(readFile(`/proc/${pid}/stat`, 'utf8'));
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

/** Memory of the browser with all its children in bytes; shared pages are counted once (PSS). Null where the system does not tell. */
export async function memoryOf(profile: string): Promise<number | null> {
  if (process.platform !== 'linux') return null;
  const parts = await Promise.all(
    (await processesOf(profile)).map(async ({ pid }) => {
      const rollup = await orGone(readFile(`/proc/${pid}/smaps_rollup`, 'utf8'));
      return Number(/^Pss:\s+(\d+)/m.exec(rollup ?? '')?.[1] ?? 0) * 1024;
    }),
  );
  return parts.reduce((sum, part) => sum + part, 0);
}

/** Processes come and go while they are read. */
async function orGone(reading: Promise<string>): Promise<string | null> {
  try {
    return await reading;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES' || code === 'EPERM') return null;
    throw error;
  }
}
