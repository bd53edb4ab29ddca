import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);
const POLL_MS = 100;
const PATIENCE_MS = 5_000;

/**
 * Ends the server that a killed Zajel left behind: two servers on one file would corrupt it. Its number alone proves
 * nothing (another program may have it by now); only a process whose command names our file is ended.
 */
export async function endLeftover(
  pidFile: string,
  database: string,
  say: (line: string) => void,
): Promise<void> {
  const pid = readPid(pidFile);
  if (pid === null) return;
  if ((await commandOf(pid)).includes(database)) {
    say(`Temporal: ending the server (process ${pid}) that the last run left behind`);
    process.kill(pid, 'SIGTERM');
    for (let waited = 0; (await commandOf(pid)).includes(database); waited += POLL_MS) {
      if (waited === PATIENCE_MS) process.kill(pid, 'SIGKILL');
      await new Promise((wake) => setTimeout(wake, POLL_MS));
    }
  }
  rmSync(pidFile, { force: true });
}

function readPid(pidFile: string): number | null {
  try {
    const pid = Number(readFileSync(pidFile, 'utf8').trim());
    return Number.isInteger(pid) && pid > 1 ? pid : null;
  } catch {
    return null; // No file: no server has been left behind.
  }
}

/** The command line of a process; empty when there is no such process (any more). */
async function commandOf(pid: number): Promise<string> {
  try {
    if (process.platform === 'linux')
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    const question =
      process.platform === 'win32'
        ? ([
            'powershell',
            [
              '-NoProfile',
              '-Command',
              `(Get-CimInstance Win32_Process -Filter "ProcessId=${pid}").CommandLine`,
            ],
          ] as const)
        : (['ps', ['-o', 'command=', '-p', String(pid)]] as const);
    return (await run(question[0], [...question[1]])).stdout;
  } catch {
    return ''; // `ps` and the file system say "no such process" with an error.
  }
}
