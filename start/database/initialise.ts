import { rmSync } from 'node:fs';
import { openEngine } from './engine.ts';
import { syncFolder } from './durable-files.ts';

/**
 * Makes a new database in a folder that nobody uses yet: `node initialise.ts <folder>`. A process of its own,
 * because the 600 MB it takes for two seconds would otherwise stay with the process that goes on.
 */
const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: initialise.ts <folder>');
rmSync(folder, { recursive: true, force: true });
const engine = await openEngine(folder);
await engine.close();
syncFolder(folder);
