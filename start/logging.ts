import { DefaultLogger, Runtime, type LogEntry } from '@temporalio/worker';
import { pino, type Logger } from 'pino';
import { serialiseError } from '../domain/errors.ts';

export interface LoggingOptions {
  readonly level: string;
  readonly format: 'pretty' | 'json';
}

/** Names under which a secret could travel: their values never reach a log, however deep they stand. */
const SECRETS = [
  'accessToken',
  'apiKey',
  'appSecret',
  'verifyToken',
  'secret',
  'password',
  'authorization',
  'cookie',
  'credentials',
  'key_hash',
  'x-api-key',
];
/** A customer's words and address belong to the store, not to the log. */
const PRIVATE = ['text', 'from', 'to', 'customer', 'phone', 'address'];

export function createLogger({ level, format }: LoggingOptions): Logger {
  const paths = [...SECRETS, ...PRIVATE].flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]);
  return pino({
    level,
    base: null,
    redact: { paths, censor: '[redacted]' },
    // Whole: name, message, stack, code and the chain of causes.
    serializers: { err: serialiseError, error: serialiseError },
    ...(format === 'pretty'
      ? {
          transport: {
            target: 'pino-pretty',
            options: {
              colorize: true,
              translateTime: 'HH:MM:ss.l',
              messageKey: 'event',
              ignore: 'pid,hostname',
            },
          },
        }
      : {}),
  });
}

/** Temporal's own runtime speaks through the same log; call once per process, before the first worker. */
export function logTemporalTo(logger: Logger): void {
  const temporal = logger.child({ component: 'temporal' });
  const say = ({ level, message, meta }: LogEntry): void => {
    const fields = { event: message, ...meta };
    switch (level) {
      case 'TRACE':
      case 'DEBUG':
      case 'INFO':
        // A worker's ordinary life is of interest to who debugs, not to a shop owner's terminal.
        temporal.debug(fields);
        break;
      case 'WARN':
        // Queues that only send have no workflows, on purpose.
        if (message.startsWith('No workflows registered')) temporal.debug(fields);
        else temporal.warn(fields);
        break;
      case 'ERROR':
        temporal.error(fields);
        break;
    }
  };
  // The order in which everything ends is ours (`run.ts`): left alone, a signal would end the workers under a process that goes on.
  Runtime.install({ logger: new DefaultLogger('INFO', say), shutdownSignals: [] });
}
