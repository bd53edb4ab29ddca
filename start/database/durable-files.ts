import { closeSync, constants, fdatasyncSync, fsyncSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { NodeFS } from '@electric-sql/pglite/nodefs';

type Startup = Parameters<NodeFS['init']>;

/**
 * PGlite's files, made to survive a power cut. As shipped its `fsync` reaches nobody: the layer between the
 * WebAssembly and Node has no such operation for files on disk, so a commit lives in the kernel's cache
 * only. This gives that layer the operation. Of the two calls PostgreSQL could use, `fdatasync` is wired to
 * nothing and can't be reached, hence `wal_sync_method=fsync` in the engine's settings.
 */
export class DurableFiles extends NodeFS {
  override async init(...[engine, options]: Startup): ReturnType<NodeFS['init']> {
    const prepared = await super.init(engine, options);
    return {
      emscriptenOpts: {
        ...prepared.emscriptenOpts,
        preRun: [...(prepared.emscriptenOpts.preRun ?? []), addFsync],
      },
    };
  }
}

interface OpenFile {
  readonly nfd: number;
  readonly path: string;
}
interface FileLayer {
  readonly NODEFS: { readonly stream_ops: { fsync?: (file: OpenFile) => number } };
}

function addFsync(module: unknown): void {
  if (!isFileLayer(module)) throw new Error('this PGlite has no NODEFS: its files could not be made durable');
  module.NODEFS.stream_ops.fsync = ({ nfd, path }) => {
    // The log is written in place: its data and size are all that counts, and that is the call of every commit.
    if (path.includes('/pg_wal/')) fdatasyncSync(nfd);
    else fsyncSync(nfd);
    return 0;
  };
}

const isFileLayer = (module: unknown): module is FileLayer =>
  typeof module === 'object' &&
  module !== null &&
  'NODEFS' in module &&
  typeof module.NODEFS === 'object' &&
  module.NODEFS !== null &&
  'stream_ops' in module.NODEFS;

/** Brings a folder with everything in it to the disk: what a rename then makes visible is whole. */
export function syncFolder(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) syncFolder(path);
    else if (entry.isFile()) syncPath(path);
  }
  syncPath(folder);
}

/** fsync of one file or folder. Windows knows no fsync of folders and needs none: its renames are journalled. */
export function syncPath(path: string): void {
  const descriptor = openSync(path, process.platform === 'win32' ? 'r+' : constants.O_RDONLY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
