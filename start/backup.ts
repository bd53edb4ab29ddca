import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { keysGiven, openDataFolder } from './data-folder.ts';
import { syncPath } from './database/durable-files.ts';
import { endLeftover } from './embedded-temporal/leftover.ts';
import { ROOT } from './root.ts';
import { settingsOrExit } from './settings.ts';
import { StartRefused } from './start-refused.ts';
import { tar } from './tar.ts';

/** What a start makes again by itself. */
const LEFT_OUT = ['cache', 'logs', 'in-use.sock', 'in-use-by', 'postgres.socket', 'temporal/server.pid'];

/**
 * `npm run backup -- FILE`: the data folder in one file, of one moment: it waits for nobody to write, so Zajel must be
 * stopped. Customers notice nothing of a pause; what they write meanwhile their providers bring again.
 */
const settings = settingsOrExit(ROOT);
// The keys are in it: nobody else on this machine reads it, not even while it is written.
process.umask(0o077);
try {
  await backup(process.argv[2]);
} catch (error) {
  if (!(error instanceof StartRefused)) throw error;
  process.stderr.write(`zajel: ${error.message}\n`);
  process.exitCode = 1;
}

async function backup(named: string | undefined): Promise<void> {
  if (named === undefined) throw new StartRefused('usage: npm run backup -- FILE.tar.gz');
  const file = resolve(process.env['INIT_CWD'] ?? ROOT, named);
  if (!existsSync(dirname(file))) throw new StartRefused(`there is no folder ${dirname(file)}`);
  if (existsSync(file)) throw new StartRefused(`${file} is there already: name another one`);
  const path = resolve(ROOT, settings.ZAJEL_DATA);
  if (!existsSync(path)) throw new StartRefused(`there is no data folder ${path}: nothing to back up`);
  const folder = await openDataFolder(path, keysGiven(settings));
  try {
    // After a kill its server may still be writing.
    await endLeftover(
      folder.inside('temporal', 'server.pid'),
      folder.inside('temporal', 'temporal.sqlite'),
      () => undefined,
    );
    const unfinished = join(dirname(file), `.${basename(file)}.unfinished`);
    rmSync(unfinished, { force: true });
    try {
      tar(['-czf', unfinished, '-C', path, ...LEFT_OUT.map((name) => `--exclude=./${name}`), '.'], 'back up');
      syncPath(unfinished);
      renameSync(unfinished, file);
    } finally {
      rmSync(unfinished, { force: true });
    }
  } finally {
    folder.release();
  }
  console.log(
    `${file}: ${(statSync(file).size / 1e6).toFixed(1)} MB. The keys are in it: keep it as you keep them.`,
  );
  if (settings.ENCRYPTION_KEY_HEX !== undefined)
    console.log('Not in it: ENCRYPTION_KEY_HEX, which you set yourself. Without that key it can’t be read.');
  if (settings.DATABASE_URL !== undefined)
    console.log('Not in it: the database of DATABASE_URL. docs/operations.md tells how to back that up.');
}
