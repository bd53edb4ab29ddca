import type { Answer, AnswerAction, TurnContext } from '../answer.ts';
import { closedNow } from '../rules/opening.ts';
import { readTurn } from '../rules/turn.ts';
import type { AskModel, ChatMessage, Said } from './ask.ts';
import { inWords, objectionsTo } from './guard/guard.ts';
import { promisesPerson } from './promises.ts';
import { askedAgain, promptOf } from './prompt.ts';
import { TOOLS, useTool } from './tools.ts';

/** A model that goes on asking its tools has lost its way. */
const MOST_EXCHANGES = 5;

/** What only the rules decide: nobody can talk a table of words into anything. */
const DECIDED_BY_RULES: ReadonlySet<AnswerAction['kind']> = new Set<AnswerAction['kind']>([
  'opt-out',
  'opt-in',
  'confirm-order',
  'cancel-order',
]);

/**
 * Whether a model may answer instead of the rules. Opting out, a decision on an order and asking for a person are the
 * rules'; so is saying nothing to an `ok`.
 */
export function mayAnswerInstead({ intent, texts, actions }: Answer): boolean {
  if (intent === 'opt-out' || intent === 'human' || intent === 'confirm' || intent === 'cancel') return false;
  if (actions.some(({ kind }) => DECIDED_BY_RULES.has(kind))) return false;
  return texts.length > 0 || actions.length > 0;
}

/**
 * The model's answer to a turn, or null when it had none that may be said. It has its tools and no power beyond them;
 * whatever it writes is read against the facts before anybody else sees it, and it may try once more.
 */
export async function answerByModel(
  context: TurnContext,
  { tone, byRules }: { readonly tone: string; readonly byRules: Answer },
  ask: AskModel,
): Promise<Answer | null> {
  const messages = promptOf(context, tone);
  let handedOver: AnswerAction | null = null;
  let mayTryAgain = true;
  for (let exchange = 0; exchange < MOST_EXCHANGES; exchange += 1) {
    const said = await ask(messages, TOOLS);
    messages.push({ role: 'assistant', ...said });
    if (said.calls.length > 0) {
      for (const call of said.calls) {
        const { text, action } = useTool(context, call);
        handedOver ??= action;
        messages.push({ role: 'tool', call: call.id, text } satisfies ChatMessage);
      }
      continue;
    }
    const objections = objectionsIn(said, context, handedOver !== null);
    if (objections === null) return answerOf(context, byRules, said.text.trim(), handedOver);
    if (!mayTryAgain) return null;
    mayTryAgain = false;
    messages.push(askedAgain(objections));
  }
  return null;
}

/** Why this may not be said, for the model to read; null: it may. */
function objectionsIn({ text }: Said, context: TurnContext, isHandedOver: boolean): string | null {
  const answer = text.trim();
  // Who is handed over need not be told so; anybody else is answered.
  if (answer === '') return isHandedOver ? null : 'It was empty.';
  const objections = objectionsTo(answer, context);
  return objections.length === 0 ? null : inWords(objections);
}

const PROMISED: AnswerAction = { kind: 'hand-over', reason: 'beyond-facts' };

/** The closed shop is named once per closed period, whoever answers. */
function answerOf(
  context: TurnContext,
  { intent }: Answer,
  text: string,
  handedOver: AnswerAction | null,
): Answer {
  const closed = closedNow(readTurn(context));
  const news = closed?.isNews === true ? closed : null;
  const handOver = handedOver ?? (promisesPerson(text) ? PROMISED : null);
  const lines = [text, ...(news === null ? [] : [news.line])].filter((line) => line !== '');
  return {
    intent,
    texts: lines.length === 0 ? [] : [lines.join('\n')],
    actions: [...(handOver === null ? [] : [handOver]), ...(news === null ? [] : [news.told])],
  };
}
