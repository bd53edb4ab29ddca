import { spawnSync } from 'node:child_process';
import { StartRefused } from './start-refused.ts';

/** The system's own: it is on every Linux and macOS, and on Windows since 10. */
export function tar(args: readonly string[], what: string): void {
  const { status, error, stderr } = spawnSync('tar', [...args], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (error !== undefined)
    throw new StartRefused(
      `the program tar is needed to ${what} (${error.message}): install it and try again`,
    );
  if (status !== 0)
    throw new StartRefused(
      `could not ${what}: ${stderr.trim().split('\n').at(-1) ?? `tar ended with ${status}`}`,
    );
}
