import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { startWorker, type RunningWorker, type WorkerOptions } from '../worker/worker.ts';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** A worker that is started again when it dies by itself: whatever broke it, the shop goes on answering. */
export async function keptWorker(
  options: WorkerOptions,
  logger: Logger,
): Promise<Pick<RunningWorker, 'stop'>> {
  let stopped = false;
  let worker = await startWorker(options);
  const keeping = keep();

  async function keep(): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; ;) {
      try {
        await worker.done;
        return;
      } catch (error) {
        if (isStopped()) return;
        logger.error({ event: 'worker is started again', err: error });
      }
      await pause(pauseMs);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      if (isStopped()) return;
      try {
        worker = await startWorker(options);
        pauseMs = FIRST_PAUSE_MS;
      } catch (error) {
        logger.error({ event: 'worker could not be started', err: error });
      }
    }
  }
  const isStopped = (): boolean => stopped;

  return {
    async stop() {
      stopped = true;
      await worker.stop();
      await keeping;
    },
  };
}
