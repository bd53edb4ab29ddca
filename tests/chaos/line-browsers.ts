import { processesOf, type Process } from '../../channels/whatsapp-web/processes.ts';
import { parentOf } from '../support/processes.ts';

/** The browsers that are on a profile. A child that was forked a moment ago still looks like its parent. */
export async function browsersOn(profile: string): Promise<Process[]> {
  const all = await processesOf(profile);
  const known = new Set(all.map(({ pid }) => pid));
  return all.filter(({ pid, command }) => {
    const parent = parentOf(pid);
    return !command.includes('--type=') && parent !== -1 && !known.has(parent);
  });
}
