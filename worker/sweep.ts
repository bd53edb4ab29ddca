import { isGrpcServiceError, ServiceError } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Measures } from '../activities/measures.ts';
import { settingsOf, type WindowDefaults } from '../domain/settings.ts';
import { readLine } from '../store/lines.ts';
import { readSettings } from '../store/merchants.ts';
import type { Database } from '../store/database.ts';
import {
  longOpenTurns,
  putBack,
  takeForgottenSends,
  takeUnclaimed,
  unclearSends,
  type Unanswered,
} from '../store/sweeping.ts';
import { giveUpUnknown } from '../store/sending.ts';
import { forgetEvents } from '../store/events.ts';
import { forgetAnswers } from '../store/idempotency.ts';
import type { ConversationMail, ConversationStart } from '../temporal/conversation-mail.ts';
import { humanMessageSignal, messageSignal } from '../workflows/conversation-signals.ts';
import { sendsQueueOf } from '../workflows/ids.ts';
import { UNKNOWN_DEADLINE_MS } from '../workflows/policies.ts';

export interface SweepOptions {
  readonly database: Database;
  readonly mail: ConversationMail;
  readonly windowDefaults: WindowDefaults;
  readonly maxRetries: number;
  readonly measures: Measures;
  readonly logger: Logger;
  /** Pause between two sweeps. @default 10 s */
  readonly everyMs?: number;
  /** A message this old has outlived any window that could have been about to claim it. @default 30 s beyond the longest window */
  readonly lostAfterMs?: number;
}

const BATCH = 500;
const OPEN_TURN_MS = 2 * 60_000;
/** By then a run has settled an unclear send, or handed it to a person. */
const UNCLEAR_SEND_MS = UNKNOWN_DEADLINE_MS + 5 * 60_000;
const EVENTS_KEPT_MS = 3 * 24 * 3_600_000;

/**
 * Signals what was stored but never signalled (the process died between the two), and wakes turns and sends whose
 * run is gone (Temporal's own database was lost or restored). Repeating a signal is harmless: a claim takes each
 * message once.
 */
export class Sweep {
  readonly #options: SweepOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: SweepOptions) {
    this.#options = options;
  }

  start(): void {
    // Right after a start nothing is too young: what an earlier process left behind has no other rescue.
    this.#running = this.once(1_000).then(() => this.#later());
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** One sweep; a failing store or Temporal is logged, and the next sweep tries again. */
  async once(lostAfterMs: number): Promise<number> {
    const { database, logger, measures } = this.#options;
    try {
      const olderThan = new Date(Date.now() - lostAfterMs);
      const unclaimed = await database.system((tx) => takeUnclaimed(tx, olderThan, BATCH));
      const messages = await this.#signalAll(unclaimed, 'message');
      const forgotten = await database.system((tx) => takeForgottenSends(tx, olderThan, BATCH));
      const sends = await this.#signalAll(forgotten, 'humanMessage');
      const turns = await this.#signalAll(await this.#orphans(), 'message');
      const unclear = await this.#handOverUnclear();
      await database.system((tx) => forgetEvents(tx, new Date(Date.now() - EVENTS_KEPT_MS)));
      await database.system(forgetAnswers);
      const swept = messages + sends + turns + unclear;
      if (swept > 0) {
        measures.swept(swept);
        logger.info({ event: 'swept', messages, sends, turns, unclear });
      }
      return swept;
    } catch (error) {
      logger.error({ event: 'sweep failed', err: error });
      return 0;
    }
  }

  async #orphans(): Promise<Unanswered[]> {
    const { database, mail } = this.#options;
    const open = await database.system((tx) => longOpenTurns(tx, new Date(Date.now() - OPEN_TURN_MS), BATCH));
    const orphans: Unanswered[] = [];
    for (const turn of open) if (!(await mail.isRunning(turn))) orphans.push(turn);
    return orphans;
  }

  /** A send that nobody looks after is not tried again so late: a person is told. */
  async #handOverUnclear(): Promise<number> {
    const { database, mail } = this.#options;
    const olderThan = new Date(Date.now() - UNCLEAR_SEND_MS);
    let handedOver = 0;
    for (const send of await database.system((tx) => unclearSends(tx, olderThan, BATCH))) {
      if (await mail.isRunning(send)) continue;
      await database.merchant(send.merchant, (tx) => giveUpUnknown(tx, send));
      handedOver += 1;
    }
    return handedOver;
  }

  /** While Temporal is away all of them stay due for the next sweep; a single one that can't be signalled does not hold up the others. */
  async #signalAll(lost: readonly Unanswered[], signal: 'message' | 'humanMessage'): Promise<number> {
    const { database, logger } = this.#options;
    let signalled = 0;
    for (const [index, one] of lost.entries()) {
      try {
        await this.#signal(one, signal);
        signalled += 1;
      } catch (error) {
        if (error instanceof ServiceError || isGrpcServiceError(error)) {
          await database.system((tx) => putBack(tx, lost.slice(index)));
          throw error;
        }
        logger.error({ event: 'sweep could not signal', merchant: one.merchant, key: one.key, err: error });
      }
    }
    return signalled;
  }

  async #signal(lost: Unanswered, signal: 'message' | 'humanMessage'): Promise<void> {
    const { database, mail, windowDefaults, maxRetries } = this.#options;
    const { merchant, platform, conversation, line, key, receivedAtMs, endsWindow } = lost;
    const { settings, channel } = await database.merchant(merchant, async (tx) => ({
      settings: await readSettings(tx, merchant),
      channel: (await readLine(tx, merchant, line))?.channel ?? null,
    }));
    const start: ConversationStart = {
      merchant,
      platform,
      conversation,
      line,
      window: settingsOf(settings, windowDefaults).window,
      maxRetries,
      ...(channel === null ? {} : { sendsQueue: sendsQueueOf(channel, merchant, line) }),
    };
    if (signal === 'humanMessage') await mail.tellOrStart(start, humanMessageSignal, [[key]]);
    else await mail.tellOrStart(start, messageSignal, [{ key, receivedAtMs, endsWindow }]);
  }

  #later(): void {
    if (this.#stopped) return;
    const { everyMs = 10_000, lostAfterMs = 60_000 } = this.#options;
    this.#timer = setTimeout(() => {
      this.#running = this.once(lostAfterMs).then(() => this.#later());
    }, everyMs);
    this.#timer.unref();
  }
}
