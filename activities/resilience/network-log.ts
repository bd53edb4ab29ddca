import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Database } from '../../store/database.ts';
import { forgetOldObservations, keepObservations } from '../../store/network.ts';
import type { Resilience } from './resilience.ts';

export interface NetworkLogOptions {
  readonly database: Database;
  readonly resilience: Resilience;
  readonly logger: Logger;
  /** What a crash may cost of the figures, and never of a message. @default 1 s */
  readonly everyMs?: number;
}

/** Cleaning is rarer than writing. */
const CLEAN_EVERY = 30;

/** Brings what this worker counted to the store, where all workers' figures meet; nothing is written while nothing happens. */
export class NetworkLog {
  readonly #options: NetworkLogOptions;
  readonly #worker = randomUUID();
  readonly #timer: NodeJS.Timeout;
  #writing: Promise<void> = Promise.resolve();
  #rounds = 0;

  constructor(options: NetworkLogOptions) {
    this.#options = options;
    this.#timer = setInterval(() => {
      this.#writing = this.#writing.then(() => this.#write());
    }, options.everyMs ?? 1_000);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
    await this.#write();
  }

  /** Everything counted so far is in the store when this resolves; a store that is away gets it later. */
  async flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    await this.#writing;
  }

  async #write(): Promise<void> {
    const { database, resilience, logger } = this.#options;
    const news = resilience.take();
    this.#rounds += 1;
    if (news.length === 0 && this.#rounds % CLEAN_EVERY !== 0) return;
    try {
      await database.system(async (tx) => {
        // Spans merchants: a worker serves all of them.
        if (news.length > 0) await keepObservations(tx, this.#worker, news, Date.now());
        if (this.#rounds % CLEAN_EVERY === 0) await forgetOldObservations(tx, Date.now());
      });
    } catch (error) {
      resilience.giveBack(news);
      logger.warn({ event: 'network figures wait for the store', err: error });
    }
  }
}
