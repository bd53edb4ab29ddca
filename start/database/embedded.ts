import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { PoolConfig } from 'pg';
import { syncPath } from './durable-files.ts';
import { requestCount, watchRequests } from './statement-watch.ts';
import { threadNews, type ThreadData } from './thread-messages.ts';

export interface EmbeddedDatabaseOptions {
  /** The data folder; the database lives in `postgres` inside it. */
  readonly dataDir: string;
  /** Told when the database broke down and is being opened again. */
  readonly onRestart?: (error: unknown) => void;
  /**
   * A request that runs longer holds up everybody: the database is opened again without it. Ours take milliseconds; an
   * upgrade's migration of a large shop may take many seconds and must come to its end. @default 60 s
   */
  readonly longestRequestMs?: number;
}

export interface EmbeddedDatabase {
  /** What `new pg.Pool(…)` needs to reach it. The same for the whole life of the database, restarts included. */
  readonly connection: PoolConfig;
  /** Ends all connections and closes the database's files in good order. */
  stop(): Promise<void>;
}

/** PostgreSQL's name for the socket's file inside the folder that a client is given as `host`. */
const PORT = 5432;
const SOCKET_NAME = `.s.PGSQL.${PORT}`;
/** `sun_path` holds 108 bytes on Linux and 104 on macOS, the closing zero included. */
const LONGEST_SOCKET_PATH = 103;
const LONGEST_REOPENING_PAUSE_MS = 10_000;

/** Starts the embedded PostgreSQL on a folder; the first time it is created there, which takes about 3 s. */
export async function startEmbeddedDatabase({
  dataDir,
  onRestart,
  longestRequestMs = 60_000,
}: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> {
  const folder = join(resolve(dataDir), 'postgres');
  await create(folder);
  // Windows has no socket files in reach of node-postgres: a loopback port, closed by a password of this start.
  const socketDir = process.platform === 'win32' ? null : socketFolder(folder);
  const password = socketDir === null ? randomBytes(24).toString('base64url') : null;
  const data: OpeningData = {
    folder,
    socketPath: socketDir === null ? null : join(socketDir, SOCKET_NAME),
    password,
    longestRequestMs,
  };

  let stopping = false;
  const isStopping = () => stopping;
  let pauseMs = 100;
  let thread = await openThread(data, (error) => void reopen(error));
  const connection: PoolConfig = {
    host: socketDir ?? '127.0.0.1',
    port: socketDir === null ? thread.port : PORT,
    user: 'postgres',
    database: 'postgres',
    ...(password === null ? {} : { password }),
  };

  async function reopen(error: unknown): Promise<void> {
    if (isStopping()) return;
    onRestart?.(error);
    await new Promise((wake) => setTimeout(wake, pauseMs));
    if (isStopping()) return;
    pauseMs = Math.min(pauseMs * 2, LONGEST_REOPENING_PAUSE_MS);
    try {
      thread = await openThread({ ...data, port: thread.port }, (again) => void reopen(again));
      pauseMs = 100;
    } catch (stillBroken) {
      await reopen(stillBroken);
    }
  }

  return {
    connection,
    async stop() {
      stopping = true;
      await thread.close();
    },
  };
}

/** A kill in the middle leaves only the folder with the other name, which the next start throws away. */
async function create(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  const unfinished = `${folder}.unfinished`;
  const script = fileURLToPath(new URL('./initialise.ts', import.meta.url));
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(join(folder, '..'), { recursive: true, mode: 0o700 });
  await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', script, unfinished]);
  renameSync(unfinished, folder);
  if (process.platform !== 'win32') syncPath(join(folder, '..'));
}

function socketFolder(folder: string): string {
  const near = `${folder}.socket`;
  // A data folder deep in the tree: a private folder among the temporary files, the same one at every start.
  const short = join(tmpdir(), `zajel-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`);
  const chosen = Buffer.byteLength(join(near, SOCKET_NAME)) <= LONGEST_SOCKET_PATH ? near : short;
  mkdirSync(chosen, { recursive: true, mode: 0o700 });
  return chosen;
}

interface DatabaseThread {
  readonly port: number;
  close(): Promise<void>;
}

type OpeningData = Omit<ThreadData, 'requests'> & { readonly longestRequestMs: number };

function openThread(
  { longestRequestMs, ...data }: OpeningData,
  onBroken: (error: unknown) => void,
): Promise<DatabaseThread> {
  return new Promise((opened, refused) => {
    const requests = requestCount();
    const worker = new Worker(new URL('./thread.ts', import.meta.url), {
      workerData: { ...data, requests: requests.buffer } satisfies ThreadData,
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    const exited = new Promise<void>((done) => worker.once('exit', () => done()));
    let ready = false;
    let reason = new Error('the database thread ended without a word');
    const stopWatching = watchRequests(requests, longestRequestMs, () => {
      reason = new Error(`a statement ran for more than ${longestRequestMs} ms`);
      void worker.terminate();
    });
    worker.on('error', (error) => {
      reason = error instanceof Error ? error : new Error(String(error));
    });
    worker.on('message', (message: unknown) => {
      const news = threadNews.parse(message);
      if (news.news === 'broken')
        reason = Object.assign(new Error(String(news.error['message'])), { detail: news.error });
      if (news.news !== 'ready') return;
      ready = true;
      opened({
        port: news.port,
        async close() {
          ready = false;
          worker.postMessage('close');
          await exited;
        },
      });
    });
    void exited.then(() => {
      stopWatching();
      if (ready) onBroken(reason);
      else refused(reason);
    });
  });
}
