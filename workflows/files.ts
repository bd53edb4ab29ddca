import { log, proxyActivities } from '@temporalio/workflow';
import type { MessageKey } from '../domain/ids.ts';
import type { ConversationActivities } from './conversation-activities.ts';
import { FILES_QUEUE, SENDS_QUEUE, type ConversationRef } from './ids.ts';
import { FETCH_ATTEMPTS, FETCH_MEDIA } from './policies.ts';

/** Customers' files on their way here. No turn waits for them; the run does, so that they arrive. */
export class Files {
  readonly #ref: ConversationRef;
  readonly #fetchMedia: ConversationActivities['fetchMedia'];
  readonly #asked = new Set<MessageKey>();
  #fetching = 0;

  /** `sendsQueue`: where the line's sends are done. A file that only the line's own page can fetch is fetched there, too. */
  constructor(ref: ConversationRef, sendsQueue: string) {
    this.#ref = ref;
    const taskQueue = sendsQueue === SENDS_QUEUE ? FILES_QUEUE : sendsQueue;
    this.#fetchMedia = proxyActivities<Pick<ConversationActivities, 'fetchMedia'>>({
      ...FETCH_MEDIA,
      taskQueue,
    }).fetchMedia;
  }

  get underWay(): boolean {
    return this.#fetching > 0;
  }

  fetch(keys: readonly MessageKey[]): void {
    for (const key of keys) {
      if (this.#asked.has(key)) continue;
      this.#asked.add(key);
      this.#fetching += 1;
      void this.#fetch(key);
    }
  }

  async #fetch(key: MessageKey): Promise<void> {
    try {
      await this.#fetchMedia({ ...this.#ref, key, lastAttempt: FETCH_ATTEMPTS });
    } catch (error) {
      // A conversation goes on without a file; the message says that it is missing.
      log.warn('files of a message not fetched', { key, error });
    } finally {
      this.#fetching -= 1;
    }
  }
}
