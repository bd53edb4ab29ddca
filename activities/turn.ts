import type { Answer } from '../answers/answer.ts';
import { mayAnswerInstead } from '../answers/model/answer-by-model.ts';
import type { MessageKey } from '../domain/ids.ts';
import { splitText } from '../domain/split-text.ts';
import type { Tx } from '../store/database.ts';
import { setOptOut } from '../store/opt-out.ts';
import { ordersDecidedIn } from '../store/order-decisions.ts';
import { tellClosedFor, type TurnFacts } from '../store/turn-facts.ts';
import { askForHuman, closeTurn, keepAnswer, type ClaimedMessage } from '../store/turns.ts';
import type { ConversationActivities, TurnRequest, TurnTaken } from '../workflows/conversation-activities.ts';
import { withHeadStart } from '../workflows/window.ts';
import { claimTurn, type ToAnswer } from './claim-turn.ts';
import type { ActivityContext } from './context.ts';
import { takeDecision } from './customers-orders.ts';
import { heartbeating } from './heartbeating.ts';
import { createThinkByModel } from './model/think.ts';
import { showTyping } from './show-typing.ts';
import { TooEarly, untilWindowEnds } from './window-end.ts';

/** A line whose channel this build does not have: its answers wait, cut to what every platform takes. */
const UNKNOWN_LIMIT = { unit: 'characters', limit: 1_000 } as const;

/** What thinks of a claimed turn; null: a model is to be asked, which is another step's. */
type Think = (claimed: ToAnswer) => Promise<Answer | null>;

/** The two ways of answering a turn: by rules, at once and inside the workflow's own task; or by a model. */
export function createTurns(
  context: ActivityContext,
): Pick<ConversationActivities, 'takeTurn' | 'takeTurnByModel'> {
  const { rules, now, model } = context;
  const thinkByModel = model === null ? null : createThinkByModel(context, model);
  const isForModel = ({ settings }: ToAnswer, byRules: Answer): boolean =>
    settings.answers === 'model' && mayAnswerInstead(byRules);
  return {
    takeTurn: (request) =>
      takeAhead(context, request, async (claimed) => {
        const byRules = await rules.answer(claimed.context);
        return thinkByModel !== null && isForModel(claimed, byRules) ? null : byRules;
      }),
    takeTurnByModel: (request) =>
      heartbeating(async () => {
        // What a model says to half of it would have been asked for in vain.
        await untilWindowEnds(request, now);
        return take(context, request, async (claimed) => {
          const byRules = await rules.answer(claimed.context);
          return thinkByModel !== null && isForModel(claimed, byRules)
            ? thinkByModel(request, claimed, byRules)
            : byRules;
        });
      }),
  };
}

/**
 * Where the run woke before its window ends, the answer is thought ahead, and its send waits for the end: who writes
 * until then has it thought again. What is more than words waits here instead, for it could not be taken back.
 */
async function takeAhead(context: ActivityContext, request: TurnRequest, think: Think): Promise<TurnTaken> {
  const isAhead = request.windowEndedAtMs > Math.max(request.nowMs, context.now());
  if (!isAhead) return take(context, request, think);
  try {
    return await take(context, request, think, true);
  } catch (error) {
    if (!(error instanceof TooEarly)) throw error;
  }
  await untilWindowEnds(request, context.now);
  return take(context, request, think);
}

/**
 * Claims the turn's messages, thinks, and keeps the answer. Claiming and keeping are a transaction each, and
 * thinking is outside of both: nobody's message waits in the store while an answer is thought. Dying in between
 * leaves a claimed turn without an answer, and the repetition of the same turn finds its messages again.
 */
async function take(
  context: ActivityContext,
  request: TurnRequest,
  think: Think,
  isAhead = false,
): Promise<TurnTaken> {
  const { database, measures } = context;
  const { merchant } = request;
  const claimed = await database.merchant(merchant, (tx) => claimTurn(tx, request, context, isAhead));
  const { messages, settings } = claimed;
  const taken = (parts: TurnTaken['parts']): TurnTaken => ({
    claimed: messages.map(({ key }) => key),
    parts,
    window: withHeadStart(settings.window),
    ...(filesOf(context, messages) ?? {}),
  });
  if (claimed.kind !== 'to-answer') measures.claimed(messages.length);
  if (claimed.kind === 'over') {
    measures.turnTaken({ messages: messages.length, gatheredMs: 0, outcome: 'empty' });
    return { ...taken([]), isOver: true };
  }
  if (claimed.kind === 'nobody-to-answer') {
    measures.turnTaken({ messages: messages.length, gatheredMs: 0, outcome: claimed.why });
    return taken([]);
  }
  const last = messages.at(-1);
  // Not waited for: an answer is never late because of it.
  if (last !== undefined) void showTyping(context, merchant, last.key);
  const answer = await think(claimed);
  if (answer === null) return { ...taken([]), asksModel: true };
  if (isAhead && (answer.actions.length > 0 || answer.texts.length === 0)) throw new TooEarly();
  measures.claimed(messages.length);
  const parts = await database.merchant(merchant, (tx) => keep(tx, request, { ...claimed, answer }, context));
  await tellOrders(context, request, answer);
  const earliest = Math.min(...messages.map(({ receivedAtMs }) => receivedAtMs));
  measures.turnTaken({
    messages: messages.length,
    gatheredMs: request.windowEndedAtMs - earliest,
    outcome: parts.length > 0 ? 'answered' : 'silent',
  });
  return taken(parts);
}

/** Files that are to be fetched, where there is a place to keep them. */
function filesOf(
  { mediaFolder }: ActivityContext,
  messages: readonly ClaimedMessage[],
): Pick<TurnTaken, 'media'> | null {
  const media = messages.filter(({ hasMedia }) => hasMedia).map(({ key }) => key);
  return mediaFolder === null || media.length === 0 ? null : { media };
}

async function keep(
  tx: Tx,
  request: TurnRequest,
  {
    attempt,
    facts,
    answer,
  }: { readonly attempt: number; readonly facts: TurnFacts; readonly answer: Answer },
  { channels }: ActivityContext,
): Promise<MessageKey[]> {
  const limit = channels.get(facts.channel)?.capabilities.maxText ?? UNKNOWN_LIMIT;
  const texts = answer.texts.flatMap((text) => splitText(text, limit));
  const parts = await keepAnswer(tx, request, {
    attempt,
    line: facts.line,
    intent: answer.intent,
    texts,
    at: new Date(request.nowMs),
  });
  await act(tx, request, answer);
  if (parts.length === 0) await closeTurn(tx, request, 'silent');
  return parts;
}

/** What an answer does besides being said. */
async function act(tx: Tx, request: TurnRequest, { actions }: Answer): Promise<void> {
  const { merchant, conversation } = request;
  for (const action of actions) {
    switch (action.kind) {
      case 'hand-over':
        await askForHuman(tx, merchant, conversation, action.reason);
        break;
      case 'opt-out':
      case 'opt-in':
        await setOptOut(tx, merchant, conversation, action.kind);
        break;
      case 'told-closed':
        await tellClosedFor(tx, request, action.period);
        break;
      case 'confirm-order':
      case 'cancel-order':
        await takeDecision(tx, request, action);
        break;
    }
  }
}

/** After the commit. A signal that is lost is found again by the sweep: the order itself calls for attention. */
async function tellOrders(
  { database, orderMail, logger }: ActivityContext,
  { merchant, turn }: TurnRequest,
  { actions }: Answer,
): Promise<void> {
  if (!actions.some(({ kind }) => kind === 'confirm-order' || kind === 'cancel-order')) return;
  try {
    const decided = await database.merchant(merchant, (tx) => ordersDecidedIn(tx, merchant, turn));
    for (const order of decided) await orderMail.orderNews({ merchant, order }, 'answer');
  } catch (error) {
    logger.warn({ event: 'order not told of its answer', merchant, err: error });
  }
}
