import { setTimeout as pause } from 'node:timers/promises';
import type { ArrivedMessage, ConversationStart } from '../temporal/conversation-mail.ts';
import type { House } from './house.ts';
import { PATIENCE_MS, temporalUnavailable, within } from './unavailable.ts';

/** What one conversation must be told. */
export interface Letter {
  readonly start: ConversationStart;
  readonly arrived: ArrivedMessage;
}

/** Signals under way at once: more only queue up inside Temporal. */
const AT_ONCE = 16;
/** A provider wants its answer within 250 ms; a post this large is answered when Temporal is known to be there. */
const FEW = 40;
const LARGE_POST_WAIT_MS = 150;
/** A server that is only busy has caught up by then; what is left finds the sweep. */
const TRIES_AGAIN = 5;
const TRY_AGAIN_MS = 1_000;

/**
 * Signals the conversations of stored messages. A small post waits for all of it. A large one waits until Temporal
 * has taken some without refusing any, and the rest goes on after the answer: should this process die
 * meanwhile, the sweep finds what is stored and not claimed.
 */
export async function announce(
  house: Pick<House, 'mail' | 'logger'>,
  letters: readonly Letter[],
  startedMs: number,
): Promise<void> {
  if (letters.length === 0) return;
  const course: Course = { taken: 0, isAnswered: false };
  const all = sendAll(house, letters, course);
  if (letters.length > FEW) {
    await Promise.race([all, pause(LARGE_POST_WAIT_MS)]);
    if (course.taken > 0) {
      course.isAnswered = true;
      all.catch((error: unknown) =>
        house.logger.warn({ event: 'signals of a large post left to the sweep', err: error }),
      );
      return;
    }
  }
  await within(Math.max(startedMs + PATIENCE_MS - Date.now(), 0), all, () => temporalUnavailable());
}

interface Course {
  taken: number;
  /** Nobody waits any more: patience costs nothing. */
  isAnswered: boolean;
}

/** While the provider waits the first failure ends it, for away for one is away for all; afterwards it is tried again. */
async function sendAll(
  { mail }: Pick<House, 'mail'>,
  letters: readonly Letter[],
  course: Course,
): Promise<void> {
  const waiting = letters[Symbol.iterator]();
  const deliver = async ({ start, arrived }: Letter, tries: number): Promise<void> => {
    try {
      await mail.messageArrived(start, arrived);
      course.taken += 1;
    } catch (error) {
      if (!course.isAnswered || tries === 0) throw error;
      await pause(TRY_AGAIN_MS);
      await deliver({ start, arrived }, tries - 1);
    }
  };
  const carry = async (): Promise<void> => {
    for (const letter of waiting) await deliver(letter, TRIES_AGAIN);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, letters.length) }, carry));
}
