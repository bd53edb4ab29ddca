import type { ArrivedMessage, ConversationStart } from '../temporal/conversation-mail.ts';
import type { House } from './house.ts';

/** What one conversation must be told. */
export interface Letter {
  readonly start: ConversationStart;
  readonly arrived: ArrivedMessage;
}

/** Signals under way at once: more only queue up inside Temporal. */
const AT_ONCE = 16;

/** Signals the conversations of stored messages. */
export const announce = ({ mail }: Pick<House, 'mail'>, letters: readonly Letter[]): Promise<void> =>
  tellAll(letters, ({ start, arrived }) => mail.messageArrived(start, arrived));

/** A few at once. The first failure ends it: away for one is away for all. */
export async function tellAll<News>(
  news: readonly News[],
  tell: (one: News) => Promise<unknown>,
): Promise<void> {
  const waiting = news[Symbol.iterator]();
  const carry = async (): Promise<void> => {
    for (const one of waiting) await tell(one);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, news.length) }, carry));
}
