import { log, proxyActivities } from '@temporalio/workflow';
import type { MessageKey } from '../domain/ids.ts';
import type { ConversationActivities } from './conversation-activities.ts';
import type { ConversationRef } from './ids.ts';
import { FETCH_ATTEMPTS, FETCH_MEDIA } from './policies.ts';

const { fetchMedia } = proxyActivities<Pick<ConversationActivities, 'fetchMedia'>>(FETCH_MEDIA);

/** Customers' files on their way here. No turn waits for them; the run does, so that they arrive. */
export class Files {
  readonly #ref: ConversationRef;
  readonly #asked = new Set<MessageKey>();
  #fetching = 0;

  constructor(ref: ConversationRef) {
    this.#ref = ref;
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
      await fetchMedia({ ...this.#ref, key, lastAttempt: FETCH_ATTEMPTS });
    } catch (error) {
      // A conversation goes on without a file; the message says that it is missing.
      log.warn('files of a message not fetched', { key, error });
    } finally {
      this.#fetching -= 1;
    }
  }
}
