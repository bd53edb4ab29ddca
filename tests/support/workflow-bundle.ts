import { cpSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { WorkflowBundlePath } from '@temporalio/worker';
import { workflowBundle } from '../../start/workflow-bundle.ts';

/** The workflows as Zajel ships them. Making the bundle takes seconds, so all test files of one version share it. */
export const sharedBundle = (): Promise<WorkflowBundlePath> =>
  workflowBundle(join(tmpdir(), 'zajel-test-bundles'));

/** Into a data folder, where Zajel looks for what it has made before. */
export async function copyBundle(folder: string): Promise<void> {
  const { codePath } = await sharedBundle();
  cpSync(codePath, join(folder, 'cache', basename(codePath)));
}
