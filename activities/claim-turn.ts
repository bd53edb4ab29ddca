import type { TurnContext } from '../answers/answer.ts';
import { lastCommandIn } from '../domain/commands.ts';
import type { MessageKey } from '../domain/ids.ts';
import { settingsOf, type MerchantSettings } from '../domain/settings.ts';
import { listCatalogue } from '../store/catalogue.ts';
import type { Tx } from '../store/database.ts';
import { setOptOut } from '../store/opt-out.ts';
import { readTurnFacts, type TurnFacts } from '../store/turn-facts.ts';
import { claim, closeTurn, endWaitingParts, moveWindowEnd, type ClaimedMessage } from '../store/turns.ts';
import type { TurnRequest } from '../workflows/conversation-activities.ts';
import type { ActivityContext } from './context.ts';
import { ordersOfTurn } from './customers-orders.ts';
import { movedEnd, stillGathering, TooEarly } from './window-end.ts';

interface Claimed {
  readonly messages: readonly ClaimedMessage[];
  readonly settings: MerchantSettings;
}

export interface ToAnswer extends Claimed {
  readonly kind: 'to-answer';
  readonly attempt: number;
  readonly facts: TurnFacts;
  readonly context: TurnContext;
}

export type ClaimedTurn =
  | (Claimed & { readonly kind: 'over' })
  | (Claimed & { readonly kind: 'nobody-to-answer'; readonly why: 'empty' | 'human' | 'silent' })
  | ToAnswer;

/** Takes the turn's messages for itself, and tells whether and with what in mind they are to be answered. */
export async function claimTurn(
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
  const leftMs = endsAtMs === null ? 0 : endsAtMs - now();
  if (leftMs > 0) throw stillGathering(leftMs);
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
