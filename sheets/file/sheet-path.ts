import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';
import { refusal } from '../failures.ts';

export type FileFormat = 'csv' | 'xlsx';

/**
 * Where a merchant's file is: inside the data folder's `sheets/`, whatever the path says. Neither `..`, an absolute
 * path, a symlink on the way nor one as the file itself leads out.
 */
export async function sheetPath(
  folder: string,
  relative: string,
): Promise<{ file: string; format: FileFormat }> {
  const format = formatOf(relative);
  if (relative.includes('\0') || path.isAbsolute(relative) || path.win32.isAbsolute(relative))
    throw outside(relative);
  const root = await realpath(folder).catch((error: unknown) => {
    throw refusal(
      {
        class: 'permanent',
        reason: 'file-not-found',
        detail: `the folder for sheets does not exist: ${folder}`,
      },
      error,
    );
  });
  const file = path.resolve(root, relative);
  if (file === root || path.relative(root, file).startsWith('..')) throw outside(relative);
  if (await crossesLink(root, file)) throw outside(relative);
  return { file, format };
}

function formatOf(relative: string): FileFormat {
  const extension = path.extname(relative).toLowerCase();
  if (extension === '.csv' || extension === '.xlsx') return extension === '.csv' ? 'csv' : 'xlsx';
  throw refusal({
    class: 'permanent',
    reason: 'file-format',
    detail: `only .xlsx and .csv can be read, not ${extension === '' ? 'a file without extension' : extension}`,
  });
}

async function crossesLink(root: string, file: string): Promise<boolean> {
  let at = root;
  for (const step of path.relative(root, file).split(path.sep)) {
    at = path.join(at, step);
    // Not there (yet, or between a program's delete and its rename): no link either; the reader says what is missing.
    const link = await lstat(at).then(
      (stats) => stats.isSymbolicLink(),
      (error: unknown) => absent(error),
    );
    if (link) return true;
  }
  return false;
}

function absent(error: unknown): false {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
  throw error;
}

const outside = (relative: string): Error =>
  refusal({
    class: 'permanent',
    reason: 'outside-folder',
    detail: `must lie inside the data folder's sheets/: ${JSON.stringify(relative.slice(0, 200))}`,
  });
