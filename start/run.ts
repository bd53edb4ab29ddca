import { flushCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { createErrorReports } from './error-reports.ts';
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
  const reports =
    settings.SENTRY_DSN === undefined
      ? undefined
      : createErrorReports(settings.SENTRY_DSN, (error) =>
          logger.warn({ event: 'error not reported', err: error }),
        );
  const logger = createLogger({
    level: settings.LOG_LEVEL,
    format,
    ...(reports === undefined ? {} : { reports }),
  });
  logTemporalTo(logger, settings.OTEL_EXPORTER_OTLP_ENDPOINT);
  const fail = async (event: string, error: unknown): Promise<never> => {
    logger.fatal({ event, err: error });
    await reports?.flush();
    process.exit(1);
  };
  process.on('unhandledRejection', (error) => void fail('unhandled rejection', error));

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
    // Else it is written at the end of a process, which one that is killed never comes to.
    flushCompileCache();
    logger.debug({ event: 'started', role, root: fileURLToPath(import.meta.url) });
  } catch (error) {
    if (stopping !== undefined) return;
    if (!(error instanceof StartRefused)) return fail('start failed', error);
    process.stderr.write(`zajel: ${error.message}\n`);
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
