import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { WorkflowExecutionDescription } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { conversationWorkflowId } from '../../workflows/ids.ts';
import { startModelDouble } from '../doubles/model-api/double.ts';
import { LiveShop, until } from '../support/live-shop.ts';
import { suggestContinueAsNewAfter } from '../support/temporal-with.ts';
import { CUSTOMER, LONG_HISTORY, PATHS, RECORDING_WINDOW, type Path } from './paths.ts';
import { LINE_PATHS } from './line-paths.ts';
import { modelPaths } from './model-paths.ts';
import { ORDER_PATHS } from './order-paths.ts';
import { STATUS_PATHS } from './status-paths.ts';
import { countOf, HISTORIES, readHistory } from './histories.ts';

/**
 * Walks every path of the workflows on a real server and keeps the histories that
 * tests/replay/replay.test.ts replays:
 *
 *     node tests/replay/record.ts [name of a path …]
 *
 * To add one: describe it in paths.ts, status-paths.ts, order-paths.ts, line-paths.ts or model-paths.ts, run this with its name, commit the file it writes. Record again only what a
 * change is meant to break: a history that no longer replays is a run that hangs in the middle at the next deploy.
 */
const wanted = process.argv.slice(2);
const model = await startModelDouble();
const MODEL_PATHS = modelPaths(() => model);
const live = await LiveShop.open({
  window: RECORDING_WINDOW,
  serverFlags: suggestContinueAsNewAfter(LONG_HISTORY),
  model: { baseUrl: model.url, apiKey: null, model: 'recorded' },
});
try {
  for (const path of [...PATHS, ...STATUS_PATHS, ...ORDER_PATHS, ...LINE_PATHS, ...MODEL_PATHS].filter(
    ({ name }) => wanted.length === 0 || wanted.includes(name),
  ))
    await record(path);
} finally {
  await live.close();
  await model.close();
}

async function record(path: Path): Promise<void> {
  const shop = await live.merchant();
  await path.walk(shop, live);
  const workflowId = path.workflowId?.(shop) ?? conversationWorkflowId(shop.start(CUSTOMER));
  const ended = await until(
    () => describe(workflowId),
    (run) => run !== null && run.status.name !== 'RUNNING',
  );
  let runId = ended?.raw.workflowExecutionInfo?.firstRunId ?? undefined;
  for (let run = 1; runId !== undefined; run += 1) runId = await keep(path, workflowId, runId, run);
}

async function describe(workflowId: string): Promise<WorkflowExecutionDescription | null> {
  try {
    return await live.house.client.workflow.getHandle(workflowId).describe();
  } catch (error) {
    // What the walk has caused is still on its way to it.
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

/** Keeps one run; returns the run that it continued as. The CLI's form is kept because it, unlike the client's own objects, replays. */
async function keep(path: Path, workflowId: string, runId: string, run: number): Promise<string | undefined> {
  const shown = [
    'workflow',
    'show',
    '--address',
    live.address,
    '--workflow-id',
    workflowId,
    '--run-id',
    runId,
    '--output',
    'json',
  ];
  const { stdout } = await promisify(execFile)(live.cli, shown, { maxBuffer: 64 * 1024 * 1024 });
  const file = new URL(`${path.name}${run === 1 ? '' : `-run-${run}`}.json`, HISTORIES);
  writeFileSync(file, stdout);
  const history = readHistory(file);
  for (const [type, least] of run === 1 ? Object.entries(path.shows) : []) {
    if (countOf(history, type) >= least) continue;
    rmSync(file);
    throw new Error(
      `${path.name}: the history has ${countOf(history, type)} of ${type}, not ${least}: the path lost its way`,
    );
  }
  process.stdout.write(`${path.name} run ${run}: ${history.events.length} events\n`);
  return history.events.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
}
