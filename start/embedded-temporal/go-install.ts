import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type Say = (line: string) => void;

export async function hasGo(): Promise<boolean> {
  try {
    await run('go', ['version']);
    return true;
  } catch {
    return false; // No Go on this machine: whoever asked knows other ways, or names them.
  }
}

/** Builds a program of Temporal's from its published source, and says so while it takes its minutes. */
export async function goInstall(
  program: { readonly name: string; readonly source: string },
  into: string,
  say: Say,
): Promise<void> {
  const begun = Date.now();
  const seconds = (): number => Math.round((Date.now() - begun) / 1000);
  const progress = setInterval(() => say(`${program.name}: still building, ${seconds()} s …`), 10_000);
  try {
    await build(program.source, into);
    say(`${program.name}: built in ${seconds()} s`);
  } finally {
    clearInterval(progress);
  }
}

function build(source: string, into: string): Promise<void> {
  return new Promise((done, failed) => {
    const env = { ...process.env, GOBIN: into, GOFLAGS: '-mod=mod' };
    const go = spawn('go', ['install', source], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    go.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2_000)));
    go.once('error', failed);
    go.once('exit', (code) => {
      if (code === 0) done();
      else failed(new Error(said.trim().split('\n').at(-1) ?? `go install ended with ${code}`));
    });
  });
}
