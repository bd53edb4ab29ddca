import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Two files of this size at most: this one and the one before. */
const LARGEST_BYTES = 10 * 1024 * 1024;

export interface LogFile {
  readonly path: string;
  write(bytes: Buffer): void;
  close(): void;
}

/**
 * A log that can't fill the disk: when it is full it becomes `<name>.old` and begins anew. On a disk that others have
 * filled its words are dropped: a log never ends the process that it tells of.
 */
export function cappedLog(path: string): LogFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  let written = existsSync(path) ? statSync(path).size : 0;
  let file: number | null = openSync(path, 'a', 0o600);
  return {
    path,
    write(bytes) {
      if (file === null) return;
      try {
        if (written > LARGEST_BYTES) {
          renameSync(path, `${path}.old`);
          closeSync(file);
          file = null;
          file = openSync(path, 'a', 0o600);
          written = 0;
        }
        written += writeSync(file, bytes);
      } catch {
        return; // No room, and nobody to tell: the database, which has none either, says so.
      }
    },
    close() {
      if (file !== null) closeSync(file);
      file = null;
    },
  };
}
