import { fileURLToPath } from 'node:url';
import {
  bundleWorkflowCode,
  type Logger,
  NativeConnection,
  Worker,
  type WorkflowBundle,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import { createActivities } from '../activities/activities.ts';
import type { ActivityContext } from '../activities/context.ts';
import type { LineRoomOptions } from '../activities/line-room.ts';
import type { Seal } from '../store/sealed.ts';
import { dataConverterOf, type TemporalAddress } from '../temporal/connection.ts';
import { DECISIONS_QUEUE, FILES_QUEUE, SENDS_QUEUE, WEBHOOKS_QUEUE } from '../workflows/ids.ts';
import { createLinesWorker } from './lines.ts';

export interface WorkerOptions {
  readonly temporal: TemporalAddress;
  readonly seal: Seal;
  readonly context: ActivityContext;
  /** What holding lines with a browser takes. @default this worker holds none */
  readonly lines?: LineRoomOptions;
  /** Made before, where several workers or a warm start share it. */
  readonly bundle?: WorkflowBundleOption;
  /** How long work in flight may take to finish after a stop was asked for. @default 8 s: Ctrl-C ends within 10 */
  readonly graceMs?: number;
}

export interface RunningWorker {
  /** Rejects when the worker dies by itself. */
  readonly done: Promise<void>;
  readonly stop: () => Promise<void>;
}

/**
 * Pure modules with tables in them: made once and shared (frozen) by all runs, where each run would otherwise make
 * its own at its start. Nothing that keeps state of a run may ever stand here.
 */
const SHARED_BY_RUNS = [
  'currencies',
  'money',
  'order-message',
  'order-plan',
  'order-status',
  'template',
  'template-variables',
  'text',
].map((name) => fileURLToPath(new URL(`../domain/${name}.ts`, import.meta.url)));

export const bundleWorkflows = (logger?: Logger): Promise<WorkflowBundle> =>
  bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)),
    failureConverterPath: fileURLToPath(new URL('../temporal/failure-converter.ts', import.meta.url)),
    preloadModules: SHARED_BY_RUNS,
    ...(logger === undefined ? {} : { logger }),
  });

/** Starts the workers of a process, one per queue: what is slow or full in one holds up nothing in another. */
export async function startWorker({
  temporal,
  seal,
  context,
  bundle,
  lines,
  graceMs = 8_000,
}: WorkerOptions): Promise<RunningWorker> {
  const connection = await NativeConnection.connect({
    address: temporal.address,
    ...(temporal.apiKey === undefined ? {} : { apiKey: temporal.apiKey }),
    ...(temporal.tls === undefined ? {} : { tls: temporal.tls }),
  });
  const {
    takeTurn,
    takeTurnByModel,
    fetchMedia,
    considerOrder,
    composeOrderMessage,
    noteOrder,
    postWebhook,
    buryWebhook,
    ...sends
  } = createActivities(context);
  const shared = {
    connection,
    namespace: temporal.namespace,
    dataConverter: dataConverterOf(seal),
    shutdownGraceTime: graceMs,
    shutdownForceTime: graceMs + 1_000,
  };
  const decisions = await Worker.create({
    ...shared,
    taskQueue: DECISIONS_QUEUE,
    workflowBundle: bundle ?? (await bundleWorkflows()),
    activities: {
      takeTurn,
      takeTurnByModel,
      deliver: sends.deliver,
      considerOrder,
      composeOrderMessage,
      noteOrder,
    },
    // Many more than ever run at once while all is well: sends that hang at one far end leave room to think for the others.
    maxConcurrentActivityTaskExecutions: 300,
    // Turns that are thought at once: enough for sixty a second. More of them only wait for the same processor and the same
    // database, until their tasks run out of time and are done again: whoever is behind would fall further behind, and what
    // customers write meanwhile would not be taken (docs/performance.md).
    maxConcurrentWorkflowTaskExecutions: 5,
    maxConcurrentLocalActivityExecutions: 4,
    // Histories are short and runs are many: a small cache is enough, and memory stays flat.
    maxCachedWorkflows: 500,
    // After a crash its sticky tasks wait this long for it before another worker gets them.
    stickyQueueScheduleToStartTimeout: '5 s',
  });
  const sending = await Worker.create({
    ...shared,
    taskQueue: SENDS_QUEUE,
    activities: sends,
    maxConcurrentActivityTaskExecutions: 100,
  });
  const webhooks = await Worker.create({
    ...shared,
    taskQueue: WEBHOOKS_QUEUE,
    activities: { postWebhook, buryWebhook },
    // Enough for hundreds of merchants, and few enough that dead receivers cost little.
    maxConcurrentActivityTaskExecutions: 20,
    maxConcurrentActivityTaskPolls: 2,
  });
  const files = await Worker.create({
    ...shared,
    taskQueue: FILES_QUEUE,
    activities: { fetchMedia },
    maxConcurrentActivityTaskExecutions: 20,
    maxConcurrentActivityTaskPolls: 2,
  });
  const all = [decisions, sending, webhooks, files];
  if (lines !== undefined) all.push(await createLinesWorker(shared, context, lines));
  const done = Promise.all(all.map((worker) => worker.run())).then(() => undefined);
  // Whoever awaits `done` hears of it; until then it must not end the process by itself.
  done.catch((error: unknown) => context.logger.fatal({ event: 'worker died', err: error }));
  return {
    done,
    async stop() {
      for (const worker of all) if (worker.getState() === 'RUNNING') worker.shutdown();
      await done;
      await connection.close();
    },
  };
}
