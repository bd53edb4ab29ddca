import type { ModelRules } from '../../domain/settings.ts';
import type { Answer, TurnContext } from '../answer.ts';
import { readTurn } from '../rules/turn.ts';
import { EVERY_WORDING } from '../rules/wording.ts';

/** An apology is said once an hour: who goes on writing in an outage has read it. */
const APOLOGY_HOLDS_MS = 60 * 60_000;

/** What a customer gets when the model can't be asked. */
export function insteadOfModel(
  context: TurnContext,
  whenDown: ModelRules['whenDown'],
  byRules: Answer,
): Answer {
  // Where every turn is to be answered, saying nothing is no choice.
  if (whenDown === 'rules' || (context.alwaysAnswer && whenDown === 'human')) return byRules;
  const apology = readTurn(context).say.cannotAnswerNow;
  return {
    intent: byRules.intent,
    texts: whenDown === 'apology' && !hasApologised(context) ? [apology] : [],
    actions: [{ kind: 'hand-over', reason: 'model-down' }],
  };
}

const APOLOGIES: ReadonlySet<string> = new Set(EVERY_WORDING.map(({ cannotAnswerNow }) => cannotAnswerNow));

const hasApologised = ({ history, nowMs }: TurnContext): boolean =>
  history.some(
    ({ by, text, atMs }) => by === 'bot' && atMs > nowMs - APOLOGY_HOLDS_MS && APOLOGIES.has(text),
  );
