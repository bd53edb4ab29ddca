import { lastCommandIn } from '../../domain/commands.ts';
import { words } from '../../domain/text.ts';
import type { Answer, Answerer, AnswerAction, Intent, TurnContext } from '../answer.ts';
import { unreadMedia } from './media.ts';
import { answerHours, closedNow } from './opening.ts';
import { answerOrderStatus, answerReplies } from './orders.ts';
import { answerProducts } from './products.ts';
import type { ReadMessage } from './read-message.ts';
import { leftoverIn, readTurn, says, type Saying, type Turn } from './turn.ts';

/** Answers by rules: intents from tables of words, facts from the catalogue and the orders, nothing else. No key, no network. */
export const createRules = (): Answerer => ({ answer: (context) => Promise.resolve(answerByRules(context)) });

/** Unknown words beside a greeting that change nothing (`مرحبا ابو علي`); with more something was asked. */
const MOST_WORDS_BESIDE_A_GREETING = 2;
/** The weightiest first: what the turn is filed under when it wants several things. */
const WEIGHT: readonly Intent[] = [
  'opt-out',
  'human',
  'cancel',
  'confirm',
  'order-status',
  'price',
  'availability',
  'hours',
  'opt-in',
  'unclear',
  'greeting',
  'thanks',
  'none',
];
const NOTHING: Saying = { intent: 'none', lines: [], actions: [] };

function answerByRules(context: TurnContext): Answer {
  const turn = readTurn(context);
  const command = lastCommandIn(context.messages.map(({ text }) => text));
  if (command === 'opt-out') return optOut(turn);

  const sayings = [...(command === 'opt-in' ? [optIn(turn)] : []), ...sayingsFor(turn)];
  return compose(
    turn,
    sayings.length > 1 ? sayings.filter(({ lines, actions }) => lines.length + actions.length > 0) : sayings,
  );
}

/** Confirmed once: who repeats it has had the answer. */
function optOut({ say, context }: Turn): Answer {
  return context.optedOut
    ? { intent: 'opt-out', texts: [], actions: [] }
    : { intent: 'opt-out', texts: [say.optedOut], actions: [{ kind: 'opt-out' }] };
}

/** `start` from somebody who never left is only a way to begin. */
function optIn({ say, context }: Turn): Saying {
  return context.optedOut
    ? { intent: 'opt-in', lines: [say.optedIn(context.merchant.name)], actions: [{ kind: 'opt-in' }] }
    : { intent: 'opt-in', lines: [say.greeting(context.merchant.name, false)], actions: [] };
}

function sayingsFor(turn: Turn): Saying[] {
  if (turn.read.length === 0) return [];
  const { saying, rest } = answerReplies(turn);
  const replies = saying === null ? [] : [saying];
  if (says(rest, 'human') || namesHandOverWord(turn, rest)) return [...replies, human(turn)];

  const status = answerOrderStatus(turn, rest);
  const answers = [status, answerProducts(turn, rest), answerHours(turn, rest)].filter(
    (answer) => answer !== null,
  );
  if (answers.length > 0)
    return withCourtesy(turn, rest, [...replies, ...answers, ...restOf(turn, rest, answers)]);
  if (saying !== null && saying.intent !== 'unclear')
    return withCourtesy(turn, rest, wantsMore(rest) ? [saying, unclear(turn)] : [saying]);
  return [withoutRequest(turn, rest)];
}

const namesHandOverWord = ({ context }: Turn, rest: readonly ReadMessage[]): boolean =>
  rest.some(({ tokens }) => {
    const text = ` ${tokens.join(' ')} `;
    return context.handOverWords.some((word) => {
      const wanted = words(word);
      return wanted.length > 0 && text.includes(` ${wanted.join(' ')} `);
    });
  });

function human({ say }: Turn): Saying {
  return {
    intent: 'human',
    lines: [say.person],
    actions: [{ kind: 'hand-over', reason: 'asked-for-human' }],
  };
}

/** Sizes, delivery, returns beside a question that was answered: a person answers those. */
function restOf({ say, context }: Turn, rest: readonly ReadMessage[], answers: readonly Saying[]): Saying[] {
  const handedOver = answers.some(({ actions }) => actions.some(({ kind }) => kind === 'hand-over'));
  if (
    !says(rest, 'beyond') ||
    handedOver ||
    context.alwaysAnswer ||
    answers.every(({ intent }) => intent === 'order-status' || intent === 'hours')
  )
    return [];
  return [
    { intent: 'none', lines: [say.passedOn], actions: [{ kind: 'hand-over', reason: 'beyond-facts' }] },
  ];
}

/** A greeting is returned before the answer; what could not be seen or heard beside it is named. */
function withCourtesy(turn: Turn, rest: readonly ReadMessage[], sayings: readonly Saying[]): Saying[] {
  const { say } = turn;
  const greeting: Saying[] = says(turn.read, 'greeting')
    ? [{ intent: 'greeting', lines: [say.greetingBefore(isSalam(turn))], actions: [] }]
    : [];
  const media = unreadMedia(rest.map(({ message }) => message));
  const named = sayings.some(({ lines }) => lines.includes(say.photoNotRead));
  const unread: Saying[] =
    media.length > 0 && !named ? [{ intent: 'none', lines: [say.mediaNotRead(media)], actions: [] }] : [];
  return [...greeting, ...sayings, ...unread];
}

/** Nothing was asked that the rules answer: courtesy, media alone, an `ok`, or something for a person. */
function withoutRequest(turn: Turn, rest: readonly ReadMessage[]): Saying {
  const { say, context } = turn;
  const more = wantsMore(rest) || rest.length < turn.read.length;
  const media = unreadMedia(rest.map(({ message }) => message));
  if (!more && media.length > 0) {
    const greeting = says(rest, 'greeting') ? [say.greetingBefore(isSalam(turn))] : [];
    return {
      intent: 'unclear',
      lines: [...greeting, `${say.mediaNotRead(media)} ${say.writeInstead}`],
      actions: [],
    };
  }
  if (!more && says(rest, 'greeting'))
    return { intent: 'greeting', lines: [say.greeting(context.merchant.name, isSalam(turn))], actions: [] };
  if (!more && says(rest, 'thanks')) return { intent: 'thanks', lines: [say.thanks], actions: [] };
  if (!more && saysNothing(rest))
    return context.alwaysAnswer ? { intent: 'none', lines: [say.fallback], actions: [] } : NOTHING;
  const handed = unclear(turn);
  return says(rest, 'greeting') && !context.alwaysAnswer
    ? { ...handed, lines: [`${say.greetingBefore(isSalam(turn))} ${say.passedOn}`] }
    : handed;
}

const unclear = ({ say, context }: Turn): Saying =>
  context.alwaysAnswer
    ? { intent: 'unclear', lines: [say.fallback], actions: [] }
    : { intent: 'unclear', lines: [], actions: [{ kind: 'hand-over', reason: 'unclear' }] };

/** Something was said that no rule understood, beyond courtesy. */
function wantsMore(rest: readonly ReadMessage[]): boolean {
  const asked = (['beyond', 'price', 'availability', 'hours', 'buy', 'want', 'order-status'] as const).some(
    (kind) => says(rest, kind),
  );
  const courteous = says(rest, 'greeting') || says(rest, 'thanks');
  return asked || leftoverIn(rest) > (courteous ? MOST_WORDS_BESIDE_A_GREETING : 0);
}

/** `ok`, a thumb, a sticker, an empty message: nobody waits for an answer. */
const saysNothing = (rest: readonly ReadMessage[]): boolean =>
  rest.every(({ kinds, tokens }) => kinds.has('acknowledge') || tokens.length === 0);

const SALAM = new Set(words('السلام سلام عليكم salam slm alaikum'));
const isSalam = ({ read }: Turn): boolean =>
  read.some(({ tokens }) => tokens.some((token) => SALAM.has(token)));

/** One text for the whole turn, and once per closed period the word that the shop is closed. */
function compose(turn: Turn, sayings: readonly Saying[]): Answer {
  const intent = WEIGHT.find((candidate) => sayings.some((saying) => saying.intent === candidate)) ?? 'none';
  const lines = sayings.flatMap((saying) => saying.lines);
  const actions = sayings.flatMap((saying) => saying.actions);
  const note = closedNote(turn, intent, actions);
  if (note !== null) {
    lines.push(note.line);
    actions.push(note.told);
  }
  return { intent, texts: lines.length === 0 ? [] : [lines.join('\n')], actions };
}

function closedNote(turn: Turn, intent: Intent, actions: readonly AnswerAction[]) {
  const courtesyOnly = intent === 'none' || intent === 'thanks' || intent === 'opt-in';
  if (courtesyOnly || actions.some(({ kind }) => kind === 'told-closed')) return null;
  const closed = closedNow(turn);
  return closed?.isNews === true ? closed : null;
}
