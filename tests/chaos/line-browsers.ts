import { readFileSync } from 'node:fs';
import { processesOf, type Process } from '../../channels/whatsapp-web/processes.ts';

/** The browsers that are on a profile. A child that was forked a moment ago still looks like its parent. */
export async function browsersOn(profile: string): Promise<Process[]> {
  const all = await processesOf(profile);
  const known = new Set(all.map(({ pid }) => pid));
  return all.filter(({ pid, command }) => {
    const parent = parentOf(pid);
    return !command.includes('--type=') && parent !== -1 && !known.has(parent);
  });
}

/** −1: it has ended meanwhile. */
export function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return -1;
    throw error;
  }
}
