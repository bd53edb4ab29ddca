import { randomUUID } from 'node:crypto';
import { serialiseError } from '../domain/errors.ts';

/** An error as the log has it, on its way to whoever watches over several installations. */
export interface ErrorReport {
  readonly level: 'error' | 'fatal';
  readonly event: string;
  readonly merchant?: string;
  readonly error?: unknown;
}

export interface ErrorReports {
  report(report: ErrorReport): void;
  /** Resolves when everything reported so far is there, or has been given up. */
  flush(): Promise<void>;
}

/** A loop of errors is one error: what comes faster is in the log. */
const MOST_PER_MINUTE = 30;
const GIVEN_UP_AFTER_MS = 5_000;

/**
 * Reports to Sentry, or to whatever speaks its protocol (GlitchTip, Bugsink): what happened and the error with its causes,
 * nothing else of the log's line. One small request each, so that a second agent in the process is not needed.
 */
export function createErrorReports(
  dsn: string,
  onLost: (error: unknown) => void,
  now: () => number = Date.now,
): ErrorReports {
  const { url, header } = addressOf(dsn);
  const underWay = new Set<Promise<void>>();
  let minute = 0;
  let inMinute = 0;

  const send = async (report: ErrorReport): Promise<void> => {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/x-sentry-envelope', 'x-sentry-auth': header },
        body: envelopeOf(report, new Date(now())),
        signal: AbortSignal.timeout(GIVEN_UP_AFTER_MS),
      });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`error reports are answered with ${response.status}`);
    } catch (error) {
      onLost(error);
    }
  };

  return {
    report(report) {
      const current = Math.floor(now() / 60_000);
      if (current !== minute) [minute, inMinute] = [current, 0];
      if ((inMinute += 1) > MOST_PER_MINUTE) return;
      const sending = send(report).finally(() => underWay.delete(sending));
      underWay.add(sending);
    },
    async flush() {
      await Promise.all(underWay);
    },
  };
}

/** `https://<public key>@<host>/<project>`, as Sentry shows it. */
export const DSN = /^https?:\/\/[^@/:]+@[^/]+\/(?:.+\/)?\d+$/;

function addressOf(dsn: string): { url: string; header: string } {
  const { protocol, host, username, pathname } = new URL(dsn);
  const slash = pathname.lastIndexOf('/');
  return {
    url: `${protocol}//${host}${pathname.slice(0, slash)}/api/${pathname.slice(slash + 1)}/envelope/`,
    header: `Sentry sentry_version=7, sentry_client=zajel/1, sentry_key=${username}`,
  };
}

function envelopeOf({ level, event, merchant, error }: ErrorReport, at: Date): string {
  const id = randomUUID().replaceAll('-', '');
  const body = {
    event_id: id,
    timestamp: at.toISOString(),
    platform: 'node',
    logger: 'zajel',
    level,
    message: event,
    fingerprint: [event, '{{ default }}'],
    tags: { event, ...(merchant === undefined ? {} : { merchant }) },
    ...(error === undefined ? {} : { exception: { values: exceptionsOf(error) }, extra: { error } }),
  };
  return [{ event_id: id, sent_at: at.toISOString() }, { type: 'event' }, body]
    .map((part) => JSON.stringify(part))
    .join('\n');
}

/** The innermost cause first, as the protocol wants them. */
function exceptionsOf(error: unknown): { type: unknown; value: unknown }[] {
  const values: { type: unknown; value: unknown }[] = [];
  for (let one: unknown = error; typeof one === 'object' && one !== null;) {
    const { name, message, cause } = serialiseError(one);
    values.unshift({ type: name, value: message });
    one = cause;
  }
  return values;
}
