import type { Logger } from 'pino';
import { z } from 'zod';
import type { MerchantId } from '../domain/ids.ts';
import type { Inbound } from '../domain/message.ts';
import type { Database } from '../store/database.ts';
import {
  dropPost,
  holdPost,
  POST_LEASE_MS,
  postponePost,
  takePost,
  type KeptPost,
} from '../store/kept-posts.ts';
import { readLine } from '../store/lines.ts';
import type { ReceivingLine } from './inbound.ts';

export interface PostReaderOptions {
  readonly database: Database;
  readonly logger: Logger;
  readonly take: (line: ReceivingLine, items: readonly Inbound[]) => Promise<void>;
  /** How often it looks without being told: for what another process left behind. @default 5 s */
  readonly everyMs?: number;
}

/** While Temporal or the database is away. */
const AGAIN_MS = { first: 500, longest: 30_000 };

/** Only what this program has written comes out of there: its own reader checks no more than that it is a list. */
const items = z.array(z.custom<Inbound>((item) => typeof item === 'object' && item !== null));

/** Takes up the large posts that were kept before their 200, one after the other; at the start those of a process that died. */
export class PostReader {
  readonly #options: PostReaderOptions;
  readonly #timer: NodeJS.Timeout;
  #round: Promise<void> | null = null;
  #again = false;
  #stopped = false;
  #lastMerchant: MerchantId | null = null;

  constructor(options: PostReaderOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.look(), options.everyMs ?? 5_000);
    this.#timer.unref();
  }

  /** Something may be there. */
  look(): void {
    this.#again = true;
    this.#round ??= this.#read().finally(() => {
      this.#round = null;
      if (this.#again && !this.#stopped) this.look();
    });
  }

  /** Ends what is under way at the next step; what is left is for the next process. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#round;
  }

  async #read(): Promise<void> {
    const { database, logger } = this.#options;
    this.#again = false;
    try {
      while (!this.#stopped) {
        // Spans merchants: whoever's post is due.
        const post = await database.system((tx) => takePost(tx, this.#lastMerchant));
        if (post === null) return;
        this.#lastMerchant = post.merchant;
        await this.#takeUp(post);
      }
    } catch (error) {
      logger.warn({ event: 'kept posts wait', err: error });
    }
  }

  async #takeUp(post: KeptPost): Promise<void> {
    const { database, logger, take } = this.#options;
    const holding = setInterval(() => void this.#hold(post), POST_LEASE_MS / 3);
    try {
      const line = await database.merchant(post.merchant, (tx) => readLine(tx, post.merchant, post.line));
      if (line !== null) await take(line, items.parse(JSON.parse(post.items)));
      await database.merchant(post.merchant, (tx) => dropPost(tx, post));
    } catch (error) {
      const pauseMs = Math.min(AGAIN_MS.first * 2 ** (post.tries - 1), AGAIN_MS.longest);
      logger.warn({
        event: 'kept post waits',
        merchant: post.merchant,
        line: post.line,
        tries: post.tries,
        err: error,
      });
      await database.merchant(post.merchant, (tx) => postponePost(tx, post, new Date(Date.now() + pauseMs)));
      setTimeout(() => this.look(), pauseMs).unref();
    } finally {
      clearInterval(holding);
    }
  }

  async #hold(post: KeptPost): Promise<void> {
    const { database, logger } = this.#options;
    try {
      await database.merchant(post.merchant, (tx) => holdPost(tx, post));
    } catch (error) {
      // Another process may begin with it too: each message is kept once all the same.
      logger.warn({ event: 'kept post not held', merchant: post.merchant, line: post.line, err: error });
    }
  }
}
