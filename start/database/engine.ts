import { setFlagsFromString } from 'node:v8';
import { PGlite } from '@electric-sql/pglite';
import { DurableFiles } from './durable-files.ts';

/**
 * PostgreSQL compiled to WebAssembly, one session, all calls synchronous.
 *
 * Only the baseline compiler is used for it: the optimising one keeps recompiling PostgreSQL's big functions
 * for minutes and was measured at 550 MB more memory and ten times the commit's p99, for statements that
 * are so short that nothing was gained.
 */
const BASELINE_COMPILER_ONLY = ['--no-wasm-tier-up', '--liftoff-only', '--no-wasm-dynamic-tiering'];

const SETTINGS = [
  // Never `fdatasync`: see durable-files.ts.
  'fsync=on',
  'wal_sync_method=fsync',
  'full_page_writes=on',
  // The wire server flushes the log once for all commits of a moment and answers only then (flush.ts).
  'synchronous_commit=off',
  // One process, one shop: the operating system's cache does the rest.
  'shared_buffers=16MB',
  'min_wal_size=32MB',
  'max_connections=5',
  'search_path=public',
  // A few rows tell enough of tables like these, and what looks at them holds up everybody.
  'default_statistics_target=10',
  'exit_on_error=false',
  'log_checkpoints=false',
  'jit=off',
  'max_worker_processes=0',
  'max_parallel_workers=0',
  'max_parallel_workers_per_gather=0',
  'max_parallel_maintenance_workers=0',
  'io_method=sync',
  'timezone=UTC',
];

export interface Engine {
  /** Hands protocol messages to PostgreSQL and returns all that it answers. Throws when the engine is beyond repair. */
  run(messages: Uint8Array): Promise<Buffer>;
  close(): Promise<void>;
}

/** Opens (and after a crash recovers) the database in a folder; a new folder is filled first. */
export async function openEngine(folder: string): Promise<Engine> {
  for (const flag of BASELINE_COMPILER_ONLY) setFlagsFromString(flag);
  const complaints: string[] = [];
  const postgres = new PGlite({
    fs: new DurableFiles(folder),
    // Without PGlite's own `-F`, which turns fsync off.
    startParams: ['--single', '-O', '-j', ...SETTINGS.flatMap((setting) => ['-c', setting])],
    onStderr: (line) => {
      complaints.push(line);
      if (complaints.length > 20) complaints.shift();
      return false;
    },
  });
  try {
    await postgres.waitReady;
  } catch (error) {
    throw new Error(
      `the database in ${folder} did not open: ${complaints.slice(-3).join(' | ') || 'no reason given'}`,
      { cause: error },
    );
  }
  return {
    async run(messages) {
      const answer: Buffer[] = [];
      await postgres.execProtocolRawStream(messages, {
        syncToFs: false,
        onRawData: (bytes) => void answer.push(Buffer.from(bytes)),
      });
      return Buffer.concat(answer);
    },
    close: () => postgres.close(),
  };
}
