import type { Logger } from 'pino';
import { serialiseError } from '../domain/errors.ts';
import type { Database } from '../store/database.ts';
import { feedAfter, feedEnd, feedPlace, type FeedEvent, type FeedPosition } from '../store/event-feed.ts';

export interface Listener {
  readonly merchant: string | null;
  heard(event: FeedEvent): void;
  /** The server stops. */
  ended(): void;
}

/** Quick enough to look live; one small query for all who listen, and none while nobody does. */
const POLL_MS = 300;
const BATCH = 500;

/** Brings what happens in the store to whoever listens in this process, wherever it happened. */
export class EventFeed {
  readonly #database: Database;
  readonly #logger: Logger;
  readonly #listeners = new Set<Listener>();
  #position: FeedPosition | null = null;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(database: Database, logger: Logger) {
    this.#database = database;
    this.#logger = logger;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /**
   * What came after `since` first, then everything as it comes. `opened` is called before the first event: from
   * then on nothing is missed. Returns how to stop.
   */
  async listen(listener: Listener, since: FeedPosition | null, opened: () => void): Promise<() => void> {
    if (this.#listeners.size === 0) this.#position = await this.#database.system(feedEnd);
    // Until the past has been told, the present is kept back, so that the listener hears both in order and once.
    const kept: FeedEvent[] = [];
    let catchingUp = true;
    let told: FeedPosition | null = null;
    const tell = (event: FeedEvent): void => {
      if (told === null || isAfter(event.position, told)) listener.heard(event);
    };
    const both: Listener = {
      ...listener,
      heard: (event) => (catchingUp ? void kept.push(event) : tell(event)),
    };
    this.#listeners.add(both);
    this.#schedule();
    try {
      opened();
      if (since !== null) told = await this.#tellPast(listener, since);
      catchingUp = false;
      for (const event of kept) tell(event);
    } catch (error) {
      this.#listeners.delete(both);
      throw error;
    }
    return () => void this.#listeners.delete(both);
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const listener of this.#listeners) listener.ended();
    this.#listeners.clear();
  }

  /** Returns the position up to which the listener has heard everything; null: nobody knows, it hears what comes. */
  async #tellPast(listener: Listener, since: FeedPosition): Promise<FeedPosition | null> {
    const from = await this.#database.system((tx) => feedPlace(tx, since));
    if (from === null) return null;
    let position = from;
    for (;;) {
      const events = await this.#database.system((tx) => feedAfter(tx, position, BATCH));
      for (const event of events) {
        if (listener.merchant === null || event.merchant === listener.merchant) listener.heard(event);
        position = event.position;
      }
      if (events.length < BATCH) return position;
    }
  }

  #schedule(): void {
    if (this.#closed || this.#timer !== null || this.#listeners.size === 0) return;
    this.#timer = setTimeout(() => {
      void this.#poll().finally(() => {
        this.#timer = null;
        this.#schedule();
      });
    }, POLL_MS);
  }

  async #poll(): Promise<void> {
    const since = this.#position;
    if (since === null) return;
    try {
      const events = await this.#database.system((tx) => feedAfter(tx, since, BATCH));
      for (const event of events) {
        for (const listener of this.#listeners)
          if (listener.merchant === null || listener.merchant === event.merchant) listener.heard(event);
        this.#position = event.position;
      }
    } catch (error) {
      this.#logger.warn({ err: serialiseError(error) }, 'the event feed waits for the database');
    }
  }
}

const isAfter = (a: FeedPosition, b: FeedPosition): boolean =>
  a.transaction === b.transaction ? a.seq > b.seq : BigInt(a.transaction) > BigInt(b.transaction);
