import { patched } from '@temporalio/workflow';
import type { MessageKey } from '../domain/ids.ts';
import type { OrderSaying } from '../domain/order-plan.ts';
import { SENDS_QUEUE, type ConversationRef } from './ids.ts';
import type { OrderSend } from './order-activities.ts';
import { Unsettled, type UnclearSend } from './unsettled.ts';

/** Orders whose unclear send was found before 2026-12 went on as if it had not been. Goes when none of them can be open any more. */
const FOUND_IS_NEWS = 'found-is-news';

type Named = Pick<OrderSaying, 'type' | 'occurrence'>;

/** What an earlier run hands on of the sends that may have left. */
export interface CarriedSends {
  readonly to: ConversationRef;
  readonly sendsQueue?: string;
  readonly sends: readonly UnclearSend[];
}

/** The order's sends that may have left, by the conversation they went to: followed until that is known or given up. */
export class UnclearOrderSends {
  readonly #there: Map<string, { to: ConversationRef; sendsQueue: string; sends: Unsettled }>;
  readonly #givenUp = new Set<MessageKey>();
  readonly #doubted = new Map<string, Named>();

  constructor(carried: readonly CarriedSends[]) {
    this.#there = new Map(
      carried.map(({ to, sends, sendsQueue = SENDS_QUEUE }) => [
        to.conversation,
        { to, sendsQueue, sends: new Unsettled(to, sends, sendsQueue) },
      ]),
    );
  }

  /** Looks for them, where it is time. True: something became known, so the order is to be considered again. */
  async follow(sends: readonly OrderSend[]): Promise<boolean> {
    for (const { unclear: key, type, occurrence, to, sendsQueue = SENDS_QUEUE } of sends) {
      if (key === null || this.#givenUp.has(key)) continue;
      this.#doubted.set(`${type}/${occurrence}`, { type, occurrence });
      const there = this.#there.get(to.conversation) ?? {
        to,
        sendsQueue,
        sends: new Unsettled(to, [], sendsQueue),
      };
      this.#there.set(to.conversation, there);
      there.sends.add(key);
    }
    let isNews = false;
    for (const { sends: unsettled } of this.#there.values()) {
      const looked = await unsettled.look();
      for (const key of looked.givenUp) this.#givenUp.add(key);
      if (looked.sendAgain.length > 0 || looked.givenUp.length > 0) isNews = true;
      if (looked.settled.length > 0 && patched(FOUND_IS_NEWS)) isNews = true;
    }
    return isNews;
  }

  /** The messages that were in doubt and are known now to have arrived; each is told once. */
  found(messages: readonly OrderSaying[]): readonly Named[] {
    const found: Named[] = [];
    for (const [name, { type, occurrence }] of this.#doubted) {
      const state = messages.find((one) => one.type === type && one.occurrence === occurrence)?.state;
      if (state === 'unclear') continue;
      this.#doubted.delete(name);
      if (state === 'said') found.push({ type, occurrence });
    }
    return found.length > 0 && patched(FOUND_IS_NEWS) ? found : [];
  }

  get looksAtMs(): readonly (number | null)[] {
    return [...this.#there.values()].map(({ sends }) => sends.nextLookAtMs);
  }

  get carried(): CarriedSends[] {
    return [...this.#there.values()].map(({ to, sendsQueue, sends }) => ({
      to,
      sendsQueue,
      sends: sends.all,
    }));
  }
}
