import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { WorkflowBundlePath } from '@temporalio/worker';
import { ROOT } from './root.ts';

/** All that the bundle is made of; a change to any of it makes another bundle. */
const SOURCES = ['workflows', 'domain', 'temporal', 'worker'];

/**
 * The workflows' bundle, made once per version and kept. Making it takes seconds and hundreds of megabytes
 * that would stay with the process, so another process makes it.
 */
export async function workflowBundle(cacheFolder: string): Promise<WorkflowBundlePath> {
  const codePath = join(cacheFolder, `workflows-${fingerprint()}.js`);
  if (!existsSync(codePath)) {
    mkdirSync(cacheFolder, { recursive: true, mode: 0o700 });
    await promisify(execFile)(process.execPath, [
      '--disable-warning=ExperimentalWarning',
      join(ROOT, 'start', 'make-workflow-bundle.ts'),
      codePath,
    ]);
  }
  return { codePath };
}

function fingerprint(): string {
  const hash = createHash('sha256').update(readFileSync(join(ROOT, 'package-lock.json')));
  for (const room of SOURCES) {
    for (const name of readdirSync(join(ROOT, room)).sort()) {
      if (name.endsWith('.ts')) hash.update(name).update(readFileSync(join(ROOT, room, name)));
    }
  }
  return hash.digest('hex').slice(0, 16);
}
