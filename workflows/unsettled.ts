import { proxyActivities } from '@temporalio/workflow';
import type { MessageKey } from '../domain/ids.ts';
import type { ConversationActivities } from './conversation-activities.ts';
import { SENDS_QUEUE, type ConversationRef } from './ids.ts';
import { SETTLE, SETTLE_EVERY_MS, UNKNOWN_DEADLINE_MS } from './policies.ts';

/** A send that may have left, and when to look for it again. */
export interface UnclearSend {
  readonly key: MessageKey;
  readonly deadlineMs: number;
  readonly lookAtMs: number;
  readonly pauseMs: number;
}

export interface Looked {
  readonly sendAgain: readonly MessageKey[];
  readonly givenUp: readonly MessageKey[];
  /** What became of them is known: they are in the chat, or a status told it. */
  readonly settled: readonly MessageKey[];
}

/** The unclear sends of a conversation: settled by news, by looking into the chat, or handed to a person. */
export class Unsettled {
  readonly #ref: ConversationRef;
  readonly #sends: Map<MessageKey, UnclearSend>;
  readonly #settle: ConversationActivities['settle'];

  constructor(ref: ConversationRef, carried: readonly UnclearSend[] = [], taskQueue: string = SENDS_QUEUE) {
    this.#ref = ref;
    this.#settle = proxyActivities<Pick<ConversationActivities, 'settle'>>({ ...SETTLE, taskQueue }).settle;
    this.#sends = new Map(carried.map((send) => [send.key, send]));
  }

  add(key: MessageKey): void {
    if (this.#sends.has(key)) return;
    const pauseMs = SETTLE_EVERY_MS.first;
    const now = Date.now();
    this.#sends.set(key, { key, pauseMs, lookAtMs: now + pauseMs, deadlineMs: now + UNKNOWN_DEADLINE_MS });
  }

  settled(key: MessageKey): void {
    this.#sends.delete(key);
  }

  has(key: MessageKey): boolean {
    return this.#sends.has(key);
  }

  get all(): UnclearSend[] {
    return [...this.#sends.values()];
  }

  get count(): number {
    return this.#sends.size;
  }

  get nextLookAtMs(): number | null {
    return this.count === 0 ? null : Math.min(...this.all.map((send) => send.lookAtMs));
  }

  untilNextLookMs(): number {
    return Math.max((this.nextLookAtMs ?? 0) - Date.now(), 0);
  }

  /** Looks for those whose time has come. */
  async look(): Promise<Looked> {
    const sendAgain: MessageKey[] = [];
    const givenUp: MessageKey[] = [];
    const settled: MessageKey[] = [];
    for (const send of this.all.filter((due) => due.lookAtMs <= Date.now())) {
      const lastLook = send.deadlineMs <= Date.now();
      const { kind } = await this.#settle({ ...this.#ref, key: send.key, lastLook });
      if (kind === 'send-again') sendAgain.push(send.key);
      if (kind === 'settled') settled.push(send.key);
      if (kind === 'unclear' && lastLook) givenUp.push(send.key);
      if (kind !== 'unclear' || lastLook) this.#sends.delete(send.key);
      else if (this.#sends.has(send.key)) this.#later(send);
    }
    return { sendAgain, givenUp, settled };
  }

  #later(send: UnclearSend): void {
    const pauseMs = Math.min(send.pauseMs * 2, SETTLE_EVERY_MS.longest);
    this.#sends.set(send.key, {
      ...send,
      pauseMs,
      lookAtMs: Math.min(Date.now() + pauseMs, send.deadlineMs),
    });
  }
}
