import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { StartRefused } from '../start-refused.ts';
import { endLeftover } from './leftover.ts';
import { cappedLog } from './log-file.ts';
import { freePort } from './ports.ts';

export interface EmbeddedTemporalOptions {
  readonly cli: string;
  readonly dataDir: string;
  readonly port: number;
  readonly uiPort: number;
  readonly namespace: string;
  /** Where the UI decrypts payloads. */
  readonly codecEndpoint?: string;
  readonly say: (line: string) => void;
}

export interface EmbeddedTemporal {
  readonly address: string;
  readonly uiUrl: string;
  readonly pid: () => number | undefined;
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
const READY_WITHIN_MS = 60_000;
/** The server needs a second to close its files; after this it does not want to. */
const STOP_PATIENCE_MS = 5_000;
const RESTART_PAUSE_MS = 500;

/**
 * `wal`: with the default journal the server collapses at 50 turns/s. `synchronous=normal`: as fast as memory. With it a
 * power cut can take the last moments before it (what the log's next checkpoint would have synced), never the file's
 * consistency; a kill of the process takes nothing. What Temporal forgets that way the sweep finds again: the message is in
 * Zajel's own database, which does sync, and the claim there keeps an answer from being given twice. `full` would cost an
 * fsync per transition: several for every message.
 */
const PRAGMAS = ['journal_mode=wal', 'synchronous=normal'];

const SEARCH_ATTRIBUTES = [
  'Merchant=Keyword',
  'Platform=Keyword',
  'Customer=Keyword',
  'Phase=Keyword',
  'NeedsHuman=Bool',
];

/** The grown-up shape's is docker/temporal-dynamic-config.yaml. */
export const DYNAMIC_CONFIG = [
  // Takes away a 50 ms quantum per hop.
  'history.transferProcessorMaxPollRPS=1000',
  // One process has nobody to share partitions with; each more is a hop more.
  'matching.numTaskqueueReadPartitions=1',
  'matching.numTaskqueueWritePartitions=1',
  // One merchant's burst does not hold up another's answer.
  'matching.enableFairness=true',
  // An answer's send begins with the reply to the task that decided it: a hop and a write less.
  'system.enableActivityEagerExecution=true',
];

/** Starts Temporal's development server on a file in the data folder, and keeps it running until `stop`. */
export async function startEmbeddedTemporal(options: EmbeddedTemporalOptions): Promise<EmbeddedTemporal> {
  const folder = join(options.dataDir, 'temporal');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pidFile = join(folder, 'server.pid');
  const database = join(folder, 'temporal.sqlite');
  await endLeftover(pidFile, database, options.say);

  const port = await freePort(HOST, options.port, []);
  const uiPort = await freePort(HOST, options.uiPort, [port]);
  if (port !== options.port) options.say(`Temporal: port ${options.port} is busy, using ${port}`);
  if (uiPort !== options.uiPort) options.say(`Temporal UI: port ${options.uiPort} is busy, using ${uiPort}`);
  const address = `${HOST}:${port}`;
  const log = cappedLog(join(options.dataDir, 'logs', 'temporal.log'));
  const flags = commandLine({ ...options, port, uiPort }, database);

  let stopping = false;
  let child: ChildProcess = launch();

  function launch(): ChildProcess {
    // A group of its own: a Ctrl-C in the terminal reaches Zajel only, which stops the server last.
    const started = spawn(options.cli, flags, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    });
    started.stdout.on('data', (bytes: Buffer) => log.write(bytes));
    started.stderr.on('data', (bytes: Buffer) => log.write(bytes));
    started.once('error', (error) => log.write(Buffer.from(`${error.message}\n`)));
    if (started.pid !== undefined) writeFileSync(pidFile, `${started.pid}\n`, { mode: 0o600 });
    started.once('exit', (code, signal) => {
      if (stopping) return;
      options.say(`Temporal ended by itself (${signal ?? code}), starting it again; its log: ${log.path}`);
      setTimeout(() => {
        if (!stopping) child = launch();
      }, RESTART_PAUSE_MS);
    });
    return started;
  }

  // Whoever ends in a hurry (a second Ctrl-C, a stop that took too long, a fatal error) takes the server along.
  const takeAlong = (): void => void child.kill('SIGTERM');
  process.on('exit', takeAlong);

  const stop = async (): Promise<void> => {
    stopping = true;
    await end(child);
    process.off('exit', takeAlong);
    rmSync(pidFile, { force: true });
    log.close();
  };
  if (!(await isReady(address, options.namespace))) {
    await stop();
    throw new StartRefused(
      `Temporal did not become ready within ${READY_WITHIN_MS / 1000} s: its log is ${log.path}`,
    );
  }
  return { address, uiUrl: `http://${HOST}:${uiPort}`, pid: () => child.pid, stop };
}

function commandLine(options: EmbeddedTemporalOptions, database: string): string[] {
  return [
    'server',
    'start-dev',
    '--db-filename',
    database,
    '--ip',
    HOST,
    '--port',
    String(options.port),
    '--ui-port',
    String(options.uiPort),
    '--namespace',
    options.namespace,
    '--log-level',
    'warn',
    '--log-format',
    'json',
    ...PRAGMAS.flatMap((pragma) => ['--sqlite-pragma', pragma]),
    ...SEARCH_ATTRIBUTES.flatMap((attribute) => ['--search-attribute', attribute]),
    ...DYNAMIC_CONFIG.flatMap((value) => ['--dynamic-config-value', value]),
    ...(options.codecEndpoint === undefined ? [] : ['--ui-codec-endpoint', options.codecEndpoint]),
  ];
}

/** Ready is: it answers for the namespace. The port opens earlier. */
async function isReady(address: string, namespace: string): Promise<boolean> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: 1_000 });
      try {
        await connection.workflowService.describeNamespace({ namespace });
        return true;
      } finally {
        await connection.close();
      }
    } catch {
      await new Promise((wake) => setTimeout(wake, 100)); // Not yet: that is what is being waited for.
    }
  }
  return false;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  child.kill('SIGTERM');
  const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
  await exited;
  clearTimeout(impatience);
}
