import type { Logger } from 'pino';
import { fileURLToPath } from 'node:url';
import { createLogger, logTemporalTo } from './logging.ts';
import { openParts, type Parts } from './parts.ts';
import { ROOT } from './root.ts';
import { settingsOrExit } from './settings.ts';
import { StartRefused } from './start-refused.ts';

export type Role = 'everything' | 'api' | 'worker';

/** Ctrl-C ends everything in order within this; what does not want to end is left to the next start. */
const STOP_WITHIN_MS = 10_000;

/** The life of a process: settings, parts in their order, and the end in the opposite order. */
export async function run(role: Role): Promise<void> {
  const settings = settingsOrExit(ROOT);
  const format = settings.LOG_FORMAT ?? (process.stdout.isTTY ? 'pretty' : 'json');
  const logger = createLogger({ level: settings.LOG_LEVEL, format });
  logTemporalTo(logger);
  process.on('unhandledRejection', (error) => {
    logger.fatal({ event: 'unhandled rejection', err: error });
    process.exit(1);
  });

  let parts: Parts | undefined;
  let stopping: Promise<void> | undefined;
  const stop = (signal: string): void => {
    if (stopping !== undefined) {
      logger.warn({ event: 'stopped at once: the next start goes on where this one was', signal });
      process.exit(130);
    }
    stopping = end(signal, () => parts, logger);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop(signal));

  try {
    parts = await openParts(role, settings, logger);
    logger.debug({ event: 'started', role, root: fileURLToPath(import.meta.url) });
  } catch (error) {
    if (stopping !== undefined) return;
    if (error instanceof StartRefused) process.stderr.write(`zajel: ${error.message}\n`);
    else logger.fatal({ event: 'start failed', err: error });
    process.exit(1);
  }
}

async function end(signal: string, parts: () => Parts | undefined, logger: Logger): Promise<void> {
  logger.info({ event: 'stopping', signal });
  setTimeout(() => {
    logger.warn({ event: 'not everything ended in time: the next start goes on where this one was' });
    process.exit(0);
  }, STOP_WITHIN_MS).unref();
  try {
    await parts()?.stop();
  } catch (error) {
    logger.error({ event: 'stop failed', err: error });
  }
  logger.info({ event: 'stopped' });
  process.exit(0);
}
