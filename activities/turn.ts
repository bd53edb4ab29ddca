import type { Answer, TurnContext } from '../answers/answer.ts';
import { mayAnswerInstead } from '../answers/model/answer-by-model.ts';
import { splitText } from '../domain/split-text.ts';
import { lastCommandIn } from '../domain/commands.ts';
import type { MessageKey } from '../domain/ids.ts';
import { settingsOf, type MerchantSettings } from '../domain/settings.ts';
import { listCatalogue } from '../store/catalogue.ts';
import { setOptOut } from '../store/opt-out.ts';
import type { Tx } from '../store/database.ts';
import { readTurnFacts, tellClosedFor, type TurnFacts } from '../store/turn-facts.ts';
import {
  askForHuman,
  claim,
  closeTurn,
  endWaitingParts,
  keepAnswer,
  moveWindowEnd,
  type ClaimedMessage,
} from '../store/turns.ts';
import type { ConversationActivities, TurnRequest, TurnTaken } from '../workflows/conversation-activities.ts';
import { withHeadStart } from '../workflows/window.ts';
import type { ActivityContext } from './context.ts';
import { heartbeating } from './heartbeating.ts';
import { createThinkByModel } from './model/think.ts';
import { movedEnd, stillGathering, untilWindowEnds } from './window-end.ts';
import { ordersOfTurn, takeDecision } from './customers-orders.ts';
import { ordersDecidedIn } from '../store/order-decisions.ts';
import { showTyping } from './show-typing.ts';

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

/** The window is not over, and the turn would end or do something: nothing of that has been written. */
class TooEarly extends Error {}

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

interface Claimed {
  readonly messages: readonly ClaimedMessage[];
  readonly settings: MerchantSettings;
}

interface ToAnswer extends Claimed {
  readonly kind: 'to-answer';
  readonly attempt: number;
  readonly facts: TurnFacts;
  readonly context: TurnContext;
}

type ClaimedTurn =
  | (Claimed & { readonly kind: 'over' })
  | (Claimed & { readonly kind: 'nobody-to-answer'; readonly why: 'empty' | 'human' | 'silent' })
  | ToAnswer;

async function claimTurn(
  tx: Tx,
  request: TurnRequest,
  { windowDefaults, now }: ActivityContext,
  isAhead: boolean,
): Promise<ClaimedTurn> {
  const at = { windowEnded: new Date(request.windowEndedAtMs), attemptBegan: new Date(request.nowMs) };
  const [{ messages, attempt, isOver }, facts, catalogue] = await Promise.all([
    claim(tx, request, at),
    readTurnFacts(tx, request),
    listCatalogue(tx, request.merchant),
  ]);
  const settings = settingsOf(facts.settings, windowDefaults);
  const endsAtMs = movedEnd(request, messages, settings.window);
  if (endsAtMs !== null && endsAtMs > now()) throw stillGathering(endsAtMs - now());
  if (endsAtMs !== null) await moveWindowEnd(tx, request, new Date(endsAtMs));
  // Its attempt before this one ended it, and died before it could say so; or a person closed the conversation.
  if (isOver) return { kind: 'over', messages, settings };
  const why = reasonForSilence(messages, facts, settings, request.nowMs);
  if (why === null)
    return {
      kind: 'to-answer',
      attempt,
      messages,
      settings,
      facts,
      context: await turnContext(tx, request, messages, facts, catalogue),
    };
  if (isAhead) throw new TooEarly();
  await endWaitingParts(tx, request.merchant, request.turn, why);
  await closeTurn(tx, request, why === 'human' ? 'human' : 'silent');
  await heedCommand(tx, request, messages);
  return { kind: 'nobody-to-answer', messages, settings, why };
}

/**
 * `وقف` counts also where nobody answers: no order's message goes out after it. It is not confirmed then: the person in
 * charge reads it, or the merchant wants nothing said.
 */
async function heedCommand(
  tx: Tx,
  { merchant, conversation }: TurnRequest,
  messages: readonly ClaimedMessage[],
): Promise<void> {
  const command = lastCommandIn(messages.map(({ text }) => text));
  if (command !== null) await setOptOut(tx, merchant, conversation, command);
}

/** Nobody is answered when everything was withdrawn, a person is in charge, or the merchant has paused the answers. */
function reasonForSilence(
  messages: readonly ClaimedMessage[],
  facts: TurnFacts,
  settings: MerchantSettings,
  nowMs: number,
): 'empty' | 'human' | 'silent' | null {
  if (messages.length === 0) return 'empty';
  if (facts.inCharge === 'human' && (facts.handBackAtMs === null || facts.handBackAtMs > nowMs))
    return 'human';
  if (waitsForPerson(facts, settings, nowMs)) return 'human';
  return settings.answers === 'off' ? 'silent' : null;
}

/** Who asked for a person is not talked to by the bot: somebody comes, or the time is over after which it takes over again. */
function waitsForPerson(
  { personAskedForAtMs, alwaysAnswer }: TurnFacts,
  { takeOverMinutes }: MerchantSettings,
  nowMs: number,
): boolean {
  if (personAskedForAtMs === null || alwaysAnswer) return false;
  return takeOverMinutes === null || personAskedForAtMs + takeOverMinutes * 60_000 > nowMs;
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

async function turnContext(
  tx: Tx,
  request: TurnRequest,
  messages: readonly ClaimedMessage[],
  facts: TurnFacts,
  catalogue: Awaited<ReturnType<typeof listCatalogue>>,
): Promise<TurnContext> {
  const answered = new Set(messages.map(({ key }) => key));
  return {
    merchant: facts.merchant,
    nowMs: request.nowMs,
    messages: messages.map(({ key, type, text, payload, atMs, replyToKey }) => ({
      key,
      type,
      text,
      atMs,
      ...(payload === null ? {} : { payload }),
      ...(replyToKey === null ? {} : { replyToKey }),
    })),
    // What was taken over from a lost run has just become part of this turn.
    history: facts.history.filter(({ key }) => !answered.has(key)),
    catalogue: catalogue.map((item) => ({ ...item, currency: item.currency ?? facts.merchant.currency })),
    orders: await ordersOfTurn(tx, request, facts.merchant.currency, quotedIn(messages)),
    hours: facts.hours,
    toldClosedFor: facts.toldClosedFor,
    optedOut: facts.optedOut,
    alwaysAnswer: facts.alwaysAnswer,
    handOverWords: facts.handOverWords,
  };
}

const quotedIn = (messages: readonly ClaimedMessage[]): MessageKey[] =>
  messages.flatMap(({ replyToKey }) => (replyToKey === null ? [] : [replyToKey]));

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
