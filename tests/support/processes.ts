import { readOf } from '../../bench/processes.ts';

/** −1: it has ended meanwhile. */
export function parentOf(pid: number): number {
  const stat = readOf(pid, 'stat');
  return stat === '' ? -1 : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

/** Nothing happens to a process that is gone. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
