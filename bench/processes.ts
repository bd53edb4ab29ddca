import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { isFree } from '../start/embedded-temporal/ports.ts';
import { ROOT } from '../start/root.ts';

/** Linux counts a process's time in these. */
const TICKS_PER_SECOND = 100;
const READY_WITHIN_MS = 120_000;

/** CPU time that each of the processes has used so far, children that ended not counted. */
export const cpuMs = (pids: readonly number[]): ReadonlyMap<number, number> =>
  new Map(
    pids.map((pid) => {
      // The name in the second field may hold blanks; what follows its bracket does not.
      const fields = readOf(pid, 'stat')
        .replace(/^.*\) /s, '')
        .split(' ');
      return [pid, ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND || 0];
    }),
  );

/** What they used between two looks; one that was not there at the first began in between. */
export const usedMs = (before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>): number =>
  [...after].reduce((sum, [pid, ms]) => sum + ms - (before.get(pid) ?? 0), 0);

/** Memory that the processes hold, what they share counted once. */
export function memoryMb(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const kilobytes = /^Pss:\s+(\d+)/m.exec(readOf(pid, 'smaps_rollup'))?.[1];
    return sum + Number(kilobytes ?? 0) / 1024;
  }, 0);
}

/** What the kernel says of a process; empty for one that has just ended. */
export function readOf(pid: number, what: string): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'latin1');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return '';
    throw error;
  }
}

export interface Launched {
  readonly pid: number;
  readonly log: () => string;
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
  /** −9. */
  kill(): Promise<void>;
}

export function launch(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Launched {
  const child: ChildProcess = spawn(command, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const keep = (bytes: Buffer): void => void (log = (log + bytes.toString()).slice(-20_000));
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return {
    pid: child.pid ?? 0,
    log: () => log,
    ended: once(child, 'exit').then(() => undefined),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const impatience = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await once(child, 'exit');
      clearTimeout(impatience);
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

export const launchScript = (script: string, env: Readonly<Record<string, string>>): Launched =>
  launch(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      ...(process.env['BENCH_NODE_OPTIONS']?.split(' ') ?? []),
      script,
    ],
    env,
  );

/** Waits until an address answers well. */
export async function answering(url: string, { log }: Launched): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    try {
      if ((await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok) return;
    } catch (notYet) {
      if (Date.now() > deadline) throw new Error(`${url} does not answer:\n${log()}`, { cause: notYet });
    }
    await pause(50);
  }
}

/** Below those that systems give to outgoing connections: none of those takes one before its server listens. */
const lowPort = (): number => 20_000 + Math.floor(Math.random() * 12_000);

export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = lowPort();
    if (await isFree('127.0.0.1', port)) ports.add(port);
  }
  return [...ports];
}
