import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { Context } from '@temporalio/activity';
import { findChromium } from '../channels/whatsapp-web/chromium.ts';
import { open, type Connection } from '../channels/whatsapp-web/connection.ts';
import { wordsOf } from '../channels/whatsapp-web/classify.ts';
import { clearSession } from '../channels/whatsapp-web/prepare.ts';
import { makeReady } from '../channels/whatsapp-web/profile.ts';
import { LineRefused } from '../channels/whatsapp-web/refused.ts';
import { pathsOf } from '../channels/whatsapp-web/settings.ts';
import type { Ended, LineCallbacks } from '../channels/whatsapp-web/state.ts';
import { readLine, type Line } from '../store/lines.ts';
import { lineQueue } from '../workflows/ids.ts';
import type { LineActivities } from '../workflows/line-activities.ts';
import { refusalOf, seenOf, type Held } from './command-holder.ts';
import type { ActivityContext } from './context.ts';
import { LineBook } from './line-book.ts';
import { dutiesOn, type OnTheLine } from './line-duties.ts';
import type { LineRoom } from './line-room.ts';

/** The contract with the operator: every 10 s. What a person waits for (a state, a QR) goes at once. */
export const HOLDER_BEAT_MS = 10_000;
const RETRY_MS = { first: 1_000, longest: 30_000 } as const;
/** Another holder's claim runs out by itself where that one died on another machine: a fail-over must not miss the moment. */
const IN_USE_RETRY_MS = 2_000;

/** Polls a queue until it is stopped; whoever starts workers hands it in. */
export type Serve = (
  queue: string,
  activities: OnTheLine,
  onDied: (error: unknown) => void,
) => Promise<{ stop(): Promise<void> }>;

export function createLineActivities(context: ActivityContext, room: LineRoom, serve: Serve): LineActivities {
  const { database, logger } = context;
  return {
    async mayHold(ref) {
      try {
        await findChromium(room.options.chromiumPath);
        const directory = room.directoryOf(ref);
        await makeReady(directory, pathsOf(directory).profile);
        return null;
      } catch (error) {
        if (error instanceof LineRefused) return refusalOf(error);
        throw error;
      }
    },

    async holdLine(ref) {
      const line = await database.merchant(ref.merchant, (tx) => readLine(tx, ref.merchant, ref.line));
      if (line === null) throw ApplicationFailure.nonRetryable('the line was removed', 'line-removed');
      const book = new LineBook(context, room.options.mail, line);
      try {
        const settings = await room.settingsOf(ref, line.account);
        return await new Holding(context, room, serve, line, book).live((callbacks) =>
          open(settings, callbacks),
        );
      } catch (error) {
        if (!(error instanceof LineRefused)) throw error;
        // Only a person can mend it, and nobody has to tell us when: the line is tried again with the longest pause.
        book.note({ state: 'degraded', why: error.code });
        logger.warn({ event: 'line refused', merchant: ref.merchant, line: ref.line, reason: error.code });
        throw again(error.code, error.message, error.code === 'in-use' ? IN_USE_RETRY_MS : RETRY_MS.longest);
      } finally {
        await book.close();
      }
    },

    async clearLine(ref) {
      room.forget(ref);
      return clearSession(room.directoryOf(ref), room.options.backupKeys);
    },
  };
}

/** One browser's life inside its activity. */
class Holding {
  readonly #context: ActivityContext;
  readonly #room: LineRoom;
  readonly #serve: Serve;
  readonly #line: Line;
  readonly #book: LineBook;
  readonly #activity = Context.current();
  #held: Held | null = null;

  constructor(context: ActivityContext, room: LineRoom, serve: Serve, line: Line, book: LineBook) {
    this.#context = context;
    this.#room = room;
    this.#serve = serve;
    this.#line = line;
    this.#book = book;
  }

  async live(openLine: (callbacks: LineCallbacks) => Promise<Connection>): Promise<{ readonly why: string }> {
    const beating = setInterval(() => this.#beat(), HOLDER_BEAT_MS);
    try {
      const connection = await openLine(this.#callbacks());
      const held: Held = { connection, pairingCode: null, leaving: false };
      this.#held = held;
      const { cancellationSignal } = this.#activity;
      const leave = (): void => this.#leave(held);
      if (cancellationSignal.aborted) leave();
      else cancellationSignal.addEventListener('abort', leave, { once: true });
      const ended = await this.#serving(held);
      return await this.#after(held, ended);
    } finally {
      clearInterval(beating);
    }
  }

  /** The line's queue is polled from here until the browser's end. */
  async #serving(held: Held): Promise<Ended> {
    const { connection } = held;
    const broken = (error: unknown): void => {
      this.#trouble(error);
      connection.stop('queue-lost').catch((more: unknown) => this.#trouble(more));
    };
    const { merchant, id } = this.#line;
    const ref = { merchant, line: id };
    this.#context.heldLines?.opened(ref, connection);
    try {
      const queue = lineQueue(merchant, id);
      const duties = dutiesOn(this.#context, held, (error) => this.#trouble(error));
      const served = await this.#serve(queue, duties, broken);
      await new Promise<void>((over) => {
        if (connection.over.aborted) over();
        else connection.over.addEventListener('abort', () => over(), { once: true });
      });
      await served.stop();
    } catch (error) {
      broken(error);
    } finally {
      this.#context.heldLines?.ended(ref, connection);
    }
    return connection.done;
  }

  #callbacks(): LineCallbacks {
    const { merchant, id } = this.#line;
    return {
      onState: ({ state, why }) => {
        // Between two browsers the line is not stopped, for a person stops a line; and it is not up either.
        const between = state === 'stopped' && this.#held?.leaving !== true;
        this.#book.note({ state: between ? 'degraded' : state, why });
        this.#beat();
      },
      onQr: () => this.#beat(),
      onPairingCode: (code) => {
        if (this.#held !== null) this.#held.pairingCode = code;
        this.#beat();
      },
      onInbound: (item) => this.#room.options.receive(this.#line, item),
      onLog: (event, fields) => this.#context.logger.info({ event, merchant, line: id, ...fields }),
    };
  }

  #beat(): void {
    this.#activity.heartbeat(this.#held === null ? null : seenOf(this.#held));
  }

  /** A person stopped the line; or it goes on elsewhere, which is nobody's wish: this worker ends, or was not heard of in time. */
  #leave(held: Held): void {
    held.leaving = this.#activity.cancellationDetails?.cancelRequested === true;
    held.connection.stop(held.leaving ? 'asked' : 'moves-on').catch((error: unknown) => this.#trouble(error));
  }

  async #after({ connection, leaving }: Held, ended: Ended): Promise<{ readonly why: string }> {
    if (this.#activity.cancellationDetails?.workerShutdown === true)
      throw again('moves-on', 'the worker that held the line ends', RETRY_MS.first);
    if (this.#activity.cancellationSignal.aborted) return this.#activity.cancelled;
    const { memory } = connection.settings;
    const hadBeenUp = connection.report().connectedSinceMs !== null;
    memory.failedStarts = hadBeenUp ? 0 : memory.failedStarts + 1;
    if (leaving || ended.how === 'stopped' || hadBeenUp) return { why: ended.why };
    // The activity's own count also holds the workers that have died: their deaths say nothing about this browser.
    const waitMs = Math.min(RETRY_MS.first * 2 ** Math.min(memory.failedStarts - 1, 10), RETRY_MS.longest);
    throw again(ended.why, ended.detail, waitMs);
  }

  #trouble(error: unknown): void {
    const { merchant, id } = this.#line;
    this.#context.logger.warn({ event: 'line trouble', merchant, line: id, detail: wordsOf(error) });
  }
}

/** Expected in a line's life: counted, not alarming. */
const again = (type: string, message: string, nextRetryDelay: number): ApplicationFailure =>
  ApplicationFailure.create({ type, message, nextRetryDelay, category: ApplicationFailureCategory.BENIGN });
