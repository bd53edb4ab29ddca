import { execFile } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { StartRefused } from '../start-refused.ts';
import { goInstall, hasGo, type Say } from './go-install.ts';

const run = promisify(execFile);
const WINDOWS = process.platform === 'win32';
const NAME = WINDOWS ? 'temporal.exe' : 'temporal';

/** The last version that `go install` accepts (later ones carry a replace directive); the others take the same. */
const VERSION = '1.5.1';
const CONNECT_TIMEOUT_MS = 8_000;
const DOWNLOAD_TIMEOUT_MS = 10 * 60_000;

/** Fetched programs are kept per user, shared by all clones. */
export function cacheFolder(): string {
  const base = WINDOWS
    ? (process.env['LOCALAPPDATA'] ?? homedir())
    : (process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'));
  return join(base, 'zajel');
}

/** Where the program already is; null: it has to be fetched. */
export async function findTemporalCli(given: string | undefined): Promise<string | null> {
  if (given !== undefined) {
    if (await answers(given)) return given;
    throw new StartRefused(`TEMPORAL_CLI_PATH is set, but ${given} does not run: correct it or remove it`);
  }
  const onPath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, NAME))
    .find((file) => existsSync(file));
  for (const candidate of [onPath, join(cacheFolder(), NAME)]) {
    if (candidate !== undefined && existsSync(candidate) && (await answers(candidate))) return candidate;
  }
  return null;
}

/** Finds the Temporal CLI, or fetches it: the official download, else it is built with Go. Says what it does. */
export async function temporalCli(given: string | undefined, say: Say): Promise<string> {
  const found = await findTemporalCli(given);
  if (found !== null) return found;
  const kept = join(cacheFolder(), NAME);
  mkdirSync(cacheFolder(), { recursive: true, mode: 0o700 });
  // A folder inside the cache: the finished program is renamed into its place, whole or not at all.
  const workshop = mkdtempSync(join(cacheFolder(), 'fetching-'));
  try {
    const fetched = (await download(workshop, say)) ?? (await build(workshop, say));
    if (fetched === null) {
      throw new StartRefused(
        'the Temporal CLI could not be fetched: install it (https://docs.temporal.io/cli) so that `temporal` is on the PATH, or set TEMPORAL_CLI_PATH, or TEMPORAL_ADDRESS to a server of your own',
      );
    }
    renameSync(fetched, kept);
    return kept;
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

async function answers(file: string): Promise<boolean> {
  try {
    await run(file, ['--version'], { timeout: 20_000 });
    return true;
  } catch {
    return false; // Not for this machine, or half of it: whoever asked goes on to the next place.
  }
}

async function download(workshop: string, say: Say): Promise<string | null> {
  const platform = WINDOWS ? 'windows' : process.platform;
  const machine = process.arch === 'x64' ? 'amd64' : process.arch;
  const address = `https://temporal.download/cli/archive/v${VERSION}?platform=${platform}&arch=${machine}`;
  say(
    `Temporal CLI: downloading version ${VERSION} (about 60 MB, usually under a minute), once for this user …`,
  );
  try {
    const stop = new AbortController();
    const impatience = setTimeout(() => stop.abort(new Error('no answer')), CONNECT_TIMEOUT_MS);
    const response = await fetch(address, {
      signal: AbortSignal.any([stop.signal, AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS)]),
    });
    clearTimeout(impatience);
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    const archive = join(workshop, WINDOWS ? 'temporal.zip' : 'temporal.tar.gz');
    writeFileSync(archive, Buffer.from(await response.arrayBuffer()));
    // tar comes with every system this runs on; that of Windows also opens zip files.
    await run('tar', ['-xf', archive, '-C', workshop]);
    const file = join(workshop, NAME);
    chmodSync(file, 0o755);
    if (!(await answers(file))) throw new Error('what came does not run on this machine');
    return file;
  } catch (error) {
    say(`Temporal CLI: the download did not work (${innermost(error)})`);
    return null;
  }
}

async function build(workshop: string, say: Say): Promise<string | null> {
  // No Go on this machine: nothing to say, the caller names the ways out.
  if (!(await hasGo())) return null;
  say(`Temporal CLI: building version ${VERSION} with Go (about 4 minutes, 250 MB), once for this user …`);
  try {
    const built = join(workshop, 'built');
    const source = `github.com/temporalio/cli/cmd/temporal@v${VERSION}`;
    await goInstall({ name: 'Temporal CLI', source }, built, say);
    const file = join(built, NAME);
    if (!(await answers(file))) throw new Error('what was built does not run');
    const aside = join(workshop, NAME);
    copyFileSync(file, aside);
    chmodSync(aside, 0o755);
    return aside;
  } catch (error) {
    say(`Temporal CLI: building did not work (${innermost(error)})`);
    return null;
  }
}

function innermost(error: unknown): string {
  let link = error;
  while (link instanceof Error && link.cause instanceof Error) link = link.cause;
  return link instanceof Error ? link.message : String(link);
}
