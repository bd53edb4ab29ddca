import { createHash, randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartRefused } from './start-refused.ts';

/** Longer than the step from finding the dead socket to replacing it takes. */
const TAKEOVER_PAUSE_MS = 100;

export interface FolderHold {
  release(): void;
}

/**
 * Lets one process at a time use a data folder. The lock is a socket somebody listens on: it dies with its
 * process whatever killed it, and no number that another process may get later has to be trusted.
 */
export async function holdFolder(folder: string): Promise<FolderHold> {
  const address = socketAddress(folder);
  const noteFile = join(folder, 'in-use-by');
  const giveBack = process.platform === 'win32' ? await holdPipe(address) : await holdSocket(address);
  if (giveBack === null) throw new StartRefused(inUse(folder, noteFile));
  writeFileSync(noteFile, `${process.pid}\n`, { mode: 0o600 });
  return {
    release() {
      giveBack();
      rmSync(noteFile, { force: true });
    },
  };
}

/** A pipe is gone with its process: there is none of a dead one to take over. */
async function holdPipe(address: string): Promise<(() => void) | null> {
  const server = await listen(address, '');
  return server && (() => server.close());
}

/**
 * Whoever listens puts his socket under the name that counts in one step: as a new name, or over the file a dead
 * process left, which answers nobody. Two starts may find the same dead one; the last to replace it is the one that
 * answers. The socket's first name is its own, for a server that closes removes the name it began with.
 */
async function holdSocket(address: string): Promise<(() => void) | null> {
  const token = randomUUID();
  const own = `${address}.${token.slice(0, 8)}`;
  const server = await listen(own, token);
  if (server === null) return null;
  const close = (): null => {
    server.close();
    rmSync(own, { force: true });
    return null;
  };
  try {
    linkSync(own, address);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
      close();
      throw error;
    }
    if ((await whoAnswers(address)) !== null) return close();
    renameSync(own, address);
    await new Promise((wake) => setTimeout(wake, TAKEOVER_PAUSE_MS));
    if ((await whoAnswers(address)) !== token) return close();
  }
  rmSync(own, { force: true });
  return () => {
    rmSync(address, { force: true });
    server.close();
  };
}

function inUse(folder: string, noteFile: string): string {
  let who = '';
  try {
    who = ` (process ${readFileSync(noteFile, 'utf8').trim()})`;
  } catch {
    who = ''; // The other one has just begun: its number is a courtesy, nothing depends on it.
  }
  return `another Zajel${who} is using the data folder ${folder}: stop it first, or set ZAJEL_DATA to another folder`;
}

function socketAddress(folder: string): string {
  const name = `zajel-${createHash('sha256').update(folder).digest('hex').slice(0, 24)}`;
  if (process.platform === 'win32') return String.raw`\\.\pipe\${name}`;
  const near = join(folder, 'in-use.sock');
  // A socket's path may not be longer than about a hundred bytes, and it is made under a longer name.
  return Buffer.byteLength(near) <= 90 ? near : join(tmpdir(), `${name}.sock`);
}

function listen(address: string, token: string): Promise<Server | null> {
  return new Promise((done, failed) => {
    const server = createServer((visitor) => {
      visitor.on('error', () => visitor.destroy()); // A visitor that has left in the meantime.
      visitor.end(token);
    });
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') done(null);
      else failed(error);
    });
    server.listen(address, () => {
      server.unref();
      done(server);
    });
  });
}

/** The token of whoever listens there; null: nobody does. */
function whoAnswers(address: string): Promise<string | null> {
  return new Promise((done) => {
    const visitor = connect(address);
    let heard = '';
    visitor.setEncoding('utf8');
    visitor.on('data', (text: string) => (heard += text));
    visitor.once('end', () => done(heard));
    visitor.once('error', () => done(null));
  });
}
