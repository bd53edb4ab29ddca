import type { Logger } from 'pino';
import type { Database } from '../store/database.ts';
import { isWanted, wantedLines } from '../store/wanted-lines.ts';
import type { LineMail } from '../temporal/line-mail.ts';
import type { LineRef } from '../workflows/line-activities.ts';

export interface LineSweepOptions {
  readonly database: Database;
  readonly lineMail: LineMail;
  readonly logger: Logger;
  /** Pause between two sweeps. @default 10 s */
  readonly everyMs?: number;
}

/**
 * Lines that a person wants up and that nobody keeps: Temporal's database was lost, restored from before the start, or the run
 * was ended by hand. They are started again; starting one that is kept is no harm, for there is one run per line.
 */
export class LineSweep {
  readonly #options: LineSweepOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: LineSweepOptions) {
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

  /** One sweep; a failing store or Temporal is logged, and the next sweep tries again. */
  async once(): Promise<void> {
    const { database, logger } = this.#options;
    try {
      for (const ref of await database.system(wantedLines)) await this.#keep(ref);
    } catch (error) {
      logger.error({ event: 'line sweep failed', err: error });
    }
  }

  async #keep(ref: LineRef): Promise<void> {
    const { database, lineMail, logger } = this.#options;
    const wanted = (): Promise<boolean> =>
      database.merchant(ref.merchant, (tx) => isWanted(tx, ref.merchant, ref.line));
    if (this.#stopped || (await lineMail.isKept(ref)) || !(await wanted())) return;
    const answer = await lineMail.command(ref, { kind: 'start' });
    // A person stopped it in this very moment.
    if (!(await wanted())) await lineMail.command(ref, { kind: 'stop' });
    const { kind } = answer;
    logger.warn({ event: 'line swept', ...ref, outcome: kind === 'refused' ? answer.code : kind });
  }

  #later(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.once().then(() => this.#later());
    }, this.#options.everyMs ?? 10_000);
    this.#timer.unref();
  }
}
