import { DefaultLogger } from '@temporalio/worker';
import { bundleWorkflows } from '../worker/worker.ts';
import { writeShared } from './data-folder.ts';

/** A process of its own: `node make-workflow-bundle.ts FILE`. */
const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: make-workflow-bundle.ts FILE');
const { code } = await bundleWorkflows(new DefaultLogger('WARN'));
writeShared(file, code);
