import { commandIn } from '../../domain/commands.ts';
import type { AnswerAction, Intent, Language, TurnContext } from '../answer.ts';
import type { Mention } from '../catalogue.ts';
import type { WordKind } from './kinds.ts';
import { languageOf } from './language.ts';
import { readMessage, type ReadMessage } from './read-message.ts';
import { wordingIn, type Wording } from './wording.ts';

/** A turn as the rules understand it. */
export interface Turn {
  readonly context: TurnContext;
  readonly language: Language;
  readonly say: Wording;
  /** The messages that are no opt-out or opt-in word. */
  readonly read: readonly ReadMessage[];
}

/** What one rule has to say to a turn. */
export interface Saying {
  readonly intent: Intent;
  readonly lines: readonly string[];
  readonly actions: readonly AnswerAction[];
}

export function readTurn(context: TurnContext): Turn {
  const language = languageOf(context);
  const read = context.messages
    .filter(({ text }) => commandIn(text) === null)
    .map((message) => readMessage(message, context.catalogue));
  return { context, language, say: wordingIn(language), read };
}

export const says = (read: readonly ReadMessage[], kind: WordKind): boolean =>
  read.some(({ kinds }) => kinds.has(kind));

export const leftoverIn = (read: readonly ReadMessage[]): number =>
  read.reduce((sum, { leftover }) => sum + leftover.length, 0);

/** The products that the messages speak of together, each once. A product named for certain settles an earlier doubt. */
export function mentionsOf(read: readonly ReadMessage[]): Mention[] {
  const all = read.flatMap(({ mentions }) => mentions);
  const certain = new Set(all.flatMap((mention) => (mention.kind === 'one' ? [mention.item.id] : [])));
  const seen = new Set<string>();
  return all.filter((mention) => {
    if (mention.kind === 'several' && mention.items.some(({ id }) => certain.has(id))) return false;
    const name = mention.kind === 'one' ? mention.item.id : mention.items.map(({ id }) => id).join('\n');
    return !seen.has(name) && seen.add(name);
  });
}
