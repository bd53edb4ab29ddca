import { mentionsIn, type Mention } from '../catalogue.ts';
import type { CatalogueItem, TurnMessage } from '../answer.ts';
import type { WordKind } from './kinds.ts';
import { KNOWN_WORDS, spansOf, tokensOf, type Span } from './phrases.ts';

/** What one message says, as far as the tables and the catalogue tell. */
export interface ReadMessage {
  readonly message: TurnMessage;
  readonly tokens: readonly string[];
  readonly kinds: ReadonlySet<WordKind>;
  readonly mentions: readonly Mention[];
  /** Words that neither a table nor the catalogue explains. */
  readonly leftover: readonly string[];
}

/** Beside these a `نعم` or a `لا` is still the whole of what is said. */
const BESIDE_A_REPLY: ReadonlySet<WordKind> = new Set([
  'filler',
  'thanks',
  'acknowledge',
  'greeting',
  'yes',
  'no',
  'confirm',
  'cancel',
  'keep',
  'want',
  'deictic',
  'human',
]);
/** A denial in front turns these round; `مش متوفر؟` asks all the same. */
const DENIABLE: ReadonlySet<WordKind> = new Set(['human', 'confirm', 'cancel']);
/** Words that can be part of a product's name, beside those that no table knows. */
const MAYBE_A_NAME: ReadonlySet<WordKind> = new Set(['filler', 'beyond', 'deictic', 'want']);
/** Longer than this is a letter, not a chat message; a person reads it. It bounds the work on 20,000 letters. */
const MOST_TOKENS = 400;

export function readMessage(message: TurnMessage, catalogue: readonly CatalogueItem[]): ReadMessage {
  const said = [message.text, message.mediaNote ?? ''].join('\n');
  const tokens = tokensOf(said).slice(0, MOST_TOKENS);
  const spans = settle(spansOf(tokens), tokens.length);

  const named = tokens.map((token, index) => ({ token, index })).filter(({ index }) => mayName(spans, index));
  const mentions = mentionsIn(
    catalogue,
    named.map(({ token }) => token),
    KNOWN_WORDS,
  ).map((mention) => ({
    ...mention,
    used: mention.used.map((place) => named[place]?.index ?? -1),
  }));

  const explained = new Set(mentions.flatMap((mention) => mention.used));
  // A word that names a product here means nothing else: `ساعة` is a watch, not a time.
  const speaking = spans.filter(({ start }) => !explained.has(start));
  for (const span of speaking) {
    if (span.kinds.size > 0) for (let index = span.start; index < span.end; index += 1) explained.add(index);
  }
  return {
    message,
    tokens,
    kinds: new Set(speaking.flatMap((span) => [...span.kinds])),
    mentions,
    leftover: tokens.filter((_, index) => !explained.has(index)),
  };
}

/** Decides what each stretch means here: as the whole message or not, denied or not. */
function settle(spans: readonly Span[], length: number): Span[] {
  const covered = spans.reduce((sum, span) => sum + span.end - span.start, 0);
  const isReply =
    covered === length &&
    spans.every((span) => [...span.kinds, ...span.wholeKinds].some((kind) => BESIDE_A_REPLY.has(kind)));
  return spans.map((span, index) => {
    const kinds = new Set([...span.kinds, ...(isReply ? span.wholeKinds : [])]);
    const before = spans[index - 1];
    const denied = before?.end === span.start && before.kinds.has('negation');
    if (denied) for (const kind of DENIABLE) kinds.delete(kind);
    if (denied && (span.kinds.has('confirm') || span.kinds.has('cancel'))) kinds.add('keep');
    return { ...span, kinds };
  });
}

function mayName(spans: readonly Span[], index: number): boolean {
  const span = spans.find(({ start, end }) => start <= index && index < end);
  return (
    span === undefined || span.kinds.size === 0 || [...span.kinds].every((kind) => MAYBE_A_NAME.has(kind))
  );
}
