import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { ActivityContext } from '../activities/context.ts';
import { createLineActivities, type Serve } from '../activities/hold-line.ts';
import { LineRoom, type LineRoomOptions } from '../activities/line-room.ts';
import { LINES_QUEUE } from '../workflows/ids.ts';

export type Shared = Pick<WorkerOptions, 'namespace' | 'dataConverter'> & {
  readonly connection: NativeConnection;
};

/** A browser's end is seconds away at most; what its page is doing then has failed with it. */
const LINE_GRACE_MS = 2_000;
/** A browser closes in 3 s, or by force. */
const CLOSE_MS = 7_000;

/** The worker that can hold lines. Each line that it holds has a small worker of its own beside it, on the line's queue. */
export function createLinesWorker(
  shared: Shared,
  context: ActivityContext,
  options: LineRoomOptions,
): Promise<Worker> {
  const serve: Serve = async (taskQueue, { deliver, settle, fetchMedia, commandHolder }, onDied) => {
    const worker = await Worker.create({
      ...shared,
      taskQueue,
      activities: { deliver, settle, fetchMedia, commandHolder },
      // One page does all of it.
      maxConcurrentActivityTaskExecutions: 10,
      shutdownGraceTime: LINE_GRACE_MS,
      shutdownForceTime: LINE_GRACE_MS + 1_000,
    });
    const running = worker.run().catch(onDied);
    return {
      async stop() {
        if (worker.getState() === 'RUNNING') worker.shutdown();
        await running;
      },
    };
  };
  return Worker.create({
    ...shared,
    taskQueue: LINES_QUEUE,
    activities: { ...createLineActivities(context, new LineRoom(options), serve) },
    // A new QR or state is seen at once, and a stop is heard with it; without this the SDK keeps beats back for 24 s.
    maxHeartbeatThrottleInterval: '1 s',
    maxConcurrentActivityTaskExecutions: 50,
    // Held lines never end by themselves: they are told at once, and go on with the next worker.
    shutdownGraceTime: 0,
    shutdownForceTime: CLOSE_MS,
  });
}
