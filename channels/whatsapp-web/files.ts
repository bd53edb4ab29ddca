import { readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

export const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : null;
export const absent = (error: unknown): boolean => codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';

export interface FoundFile {
  /** Relative to the folder that was asked for, with `/`. */
  readonly name: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/** Every regular file under a folder. Files that vanish while we look (a browser is at work) are left out. */
export async function filesUnder(folder: string): Promise<FoundFile[]> {
  const entries = await orAbsent(readdir(folder, { recursive: true, withFileTypes: true }));
  const found: FoundFile[] = [];
  for (const entry of entries ?? []) {
    if (!entry.isFile()) continue;
    const full = path.join(entry.parentPath, entry.name);
    const seen = await orAbsent(stat(full));
    if (seen)
      found.push({
        name: path.relative(folder, full).split(path.sep).join('/'),
        size: seen.size,
        mtimeMs: seen.mtimeMs,
      });
  }
  return found;
}

export async function orAbsent<Result>(reading: Promise<Result>): Promise<Result | null> {
  try {
    return await reading;
  } catch (error) {
    if (absent(error)) return null;
    throw error;
  }
}

/** Replaces a small file in one step: a crash leaves the old or the new one. */
export async function replaceFile(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** A small JSON file as it was left; null when absent or torn. */
export async function readJson(file: string): Promise<unknown> {
  const text = await orAbsent(readFile(file, 'utf8'));
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
