import type { Logger } from 'pino';
import { healthOfCalls, LONG_PAUSE_MS } from '../domain/network-health.ts';
import {
  linesDown,
  linesPaused,
  messagesNotTaken,
  messagesWaiting,
  settleAlerts,
  sheetsInTrouble,
  unknownStatuses,
  type Alert,
  type AlertChange,
} from '../store/alerts.ts';
import type { Database, Tx } from '../store/database.ts';
import { readNetwork } from '../store/network.ts';

export interface AlertWatchOptions {
  readonly database: Database;
  readonly logger: Logger;
  /** Pause between two looks. @default 5 s */
  readonly everyMs?: number;
  /** An answer that waits this long is told. @default 15 min */
  readonly waitingMs?: number;
  /** What error rates look back over. @default the last minute */
  readonly networkWindowMs?: number;
}

const WAITING_MS = 15 * 60_000;
/** Once may be a process that died; three times is nobody who takes them. */
const SWEPT_OFTEN = 3;

/** Tells when something turns critical, and when it has recovered: in the log, and as an event, which webhooks carry on. */
export class AlertWatch {
  readonly #options: AlertWatchOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<unknown> = Promise.resolve();
  #stopped = false;

  constructor(options: AlertWatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.once().then(() => this.#later());
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async once(): Promise<readonly AlertChange[]> {
    const { database, logger } = this.#options;
    try {
      // Spans merchants: one look serves all of them.
      const changes = await database.system(async (tx) =>
        settleAlerts(tx, await this.#wrong(tx), new Date()),
      );
      for (const { state, ...alert } of changes)
        logger[state === 'raised' ? 'error' : 'info']({ event: `alert ${state}`, ...alert });
      return changes;
    } catch (error) {
      logger.warn({ event: 'alerts wait for the store', err: error });
      return [];
    }
  }

  async #wrong(tx: Tx): Promise<Alert[]> {
    const { waitingMs = WAITING_MS, networkWindowMs } = this.#options;
    const now = Date.now();
    const reports = await readNetwork(tx, now, networkWindowMs);
    const ofNetwork = reports.flatMap(
      ({ destination: { merchant, kind, id }, recent, breaker, consecutiveFailures }): Alert[] => [
        ...(breaker === 'open'
          ? [
              {
                merchant,
                rule: 'breaker-open',
                subject: `${kind}/${id}`,
                detail: { consecutiveFailures },
              } as const,
            ]
          : []),
        ...(healthOfCalls(recent) === 'critical'
          ? [
              {
                merchant,
                rule: 'error-rate-critical',
                subject: `${kind}/${id}`,
                detail: { calls: recent.calls, failures: recent.failures, errors: recent.errors },
              } as const,
            ]
          : []),
      ],
    );
    return [
      ...ofNetwork,
      ...(await linesDown(tx)),
      ...(await linesPaused(tx, new Date(now + LONG_PAUSE_MS))),
      ...(await messagesNotTaken(tx, SWEPT_OFTEN)),
      ...(await messagesWaiting(tx, new Date(now - waitingMs))),
      ...(await sheetsInTrouble(tx)),
      ...(await unknownStatuses(tx)),
    ];
  }

  #later(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.once().then(() => this.#later());
    }, this.#options.everyMs ?? 5_000);
    this.#timer.unref();
  }
}
