import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
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
 * process whatever killed it, and no number that another process may get later has to be trusted. The file
 * a dead process leaves behind answers nobody, and is taken over.
 */
export async function holdFolder(folder: string): Promise<FolderHold> {
  const address = socketAddress(folder);
  const noteFile = join(folder, 'in-use-by');
  const token = randomUUID();
  let server = await listen(address, token);
  if (server === null) {
    if ((await whoAnswers(address)) !== null) throw new StartRefused(inUse(folder, noteFile));
    rmSync(address, { force: true });
    server = await listen(address, token);
    // Two starts may find the same dead socket at the same moment; the last to replace it is the one that answers.
    await new Promise((wake) => setTimeout(wake, TAKEOVER_PAUSE_MS));
    if (server === null || (await whoAnswers(address)) !== token) {
      server?.close();
      throw new StartRefused(inUse(folder, noteFile));
    }
  }
  writeFileSync(noteFile, `${process.pid}\n`, { mode: 0o600 });
  const held = server;
  return {
    release() {
      held.close();
      rmSync(noteFile, { force: true });
    },
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
  // A socket's path may not be longer than about a hundred bytes.
  return Buffer.byteLength(near) <= 100 ? near : join(tmpdir(), `${name}.sock`);
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
