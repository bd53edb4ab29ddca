import { DefaultLogger, Runtime, type LogEntry } from '@temporalio/worker';
import { pino, type LogFn, type Logger } from 'pino';
import { z } from 'zod';
import { serialiseError } from '../domain/errors.ts';
import type { ErrorReports } from './error-reports.ts';

export interface LoggingOptions {
  readonly level: string;
  readonly format: 'pretty' | 'json';
  /** Told of every error that is logged. */
  readonly reports?: ErrorReports;
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

export function createLogger({ level, format, reports }: LoggingOptions): Logger {
  const paths = [...SECRETS, ...PRIVATE].flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]);
  return pino({
    level,
    base: null,
    redact: { paths, censor: '[redacted]' },
    // Whole: name, message, stack, code and the chain of causes.
    serializers: { err: serialiseError, error: serialiseError },
    ...(reports === undefined ? {} : { hooks: { logMethod: reporting(reports) } }),
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

const PINO_ERROR = 50;
const PINO_FATAL = 60;
const line = z.object({
  event: z.string().catch('error'),
  merchant: z.string().optional().catch(undefined),
  err: z.unknown(),
});

const reporting = (reports: ErrorReports) =>
  function (this: Logger, args: Parameters<LogFn>, method: LogFn, level: number): void {
    const logged = level >= PINO_ERROR ? line.safeParse(args[0]) : null;
    if (logged?.success === true) {
      const { event, merchant, err } = logged.data;
      reports.report({
        level: level >= PINO_FATAL ? 'fatal' : 'error',
        event,
        ...(merchant === undefined ? {} : { merchant }),
        ...(err === undefined ? {} : { error: serialiseError(err) }),
      });
    }
    method.apply(this, args);
  };

/**
 * Temporal's own runtime speaks through the same log, and tells a collector of OpenTelemetry how its workers do where there
 * is one; call once per process, before the first worker.
 */
export function logTemporalTo(logger: Logger, otlpEndpoint?: string): void {
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
  Runtime.install({
    logger: new DefaultLogger('INFO', say),
    shutdownSignals: [],
    ...(otlpEndpoint === undefined
      ? {}
      : { telemetryOptions: { metrics: { otel: collectorAt(otlpEndpoint) } } }),
  });
}

/** By the protocols' own ports: 4317 is gRPC's, everything else is HTTP. */
function collectorAt(endpoint: string): { url: string; http: boolean; metricsExportInterval: string } {
  const isGrpc = new URL(endpoint).port === '4317';
  const url = isGrpc ? endpoint : `${endpoint.replace(/\/$/, '')}/v1/metrics`;
  return { url, http: !isGrpc, metricsExportInterval: '10 s' };
}
