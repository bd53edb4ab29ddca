import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { syncFolder, syncPath } from './database/durable-files.ts';
import { ROOT } from './root.ts';
import { settingsOrExit } from './settings.ts';
import { StartRefused } from './start-refused.ts';
import { tar } from './tar.ts';

/** `npm run restore -- FILE`: a backup becomes the data folder, whole or not at all, and never over another one. */
const settings = settingsOrExit(ROOT);
try {
  restore(process.argv[2]);
} catch (error) {
  if (!(error instanceof StartRefused)) throw error;
  process.stderr.write(`zajel: ${error.message}\n`);
  process.exitCode = 1;
}

function restore(named: string | undefined): void {
  if (named === undefined) throw new StartRefused('usage: npm run restore -- FILE.tar.gz');
  const file = resolve(process.env['INIT_CWD'] ?? ROOT, named);
  if (!existsSync(file)) throw new StartRefused(`there is no ${file}`);
  const path = resolve(ROOT, settings.ZAJEL_DATA);
  if (existsSync(path) && readdirSync(path).length > 0)
    throw new StartRefused(
      `${path} holds something already: move it away first, or set ZAJEL_DATA to another folder`,
    );
  const unfinished = `${path}.restoring`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  try {
    tar(['-xzf', file, '-C', unfinished], 'restore');
    if (!existsSync(join(unfinished, 'keys'))) throw new StartRefused(`${file} is no backup of Zajel`);
    chmodSync(unfinished, 0o700);
    syncFolder(unfinished);
    if (existsSync(path)) rmdirSync(path);
    renameSync(unfinished, path);
    if (process.platform !== 'win32') syncPath(dirname(path));
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  console.log(`${path} is as it was. Start it: npm start`);
}
