import type { Answer, TurnContext } from '../answers/answer.ts';
import { splitText } from '../domain/split-text.ts';
import { settingsOf } from '../domain/settings.ts';
import { listCatalogue } from '../store/catalogue.ts';
import { recordAudit } from '../store/audit.ts';
import { setOptOut } from '../store/conversations.ts';
import type { Tx } from '../store/database.ts';
import { readTurnFacts, tellClosedFor, type TurnFacts } from '../store/turn-facts.ts';
import { askForHuman, claim, closeTurn, endWaitingParts, keepAnswer, type ClaimedMessage } from '../store/turns.ts';
import type { TurnRequest, TurnTaken } from '../workflows/conversation-activities.ts';
import type { ActivityContext } from './context.ts';

/**
 * Claims the turn's messages, thinks, and keeps the answer: one transaction, so that a crash leaves either
 * nothing or all of it, and a repetition finds its own work. Nothing is sent here.
 */
export function createTakeTurn(context: ActivityContext): (request: TurnRequest) => Promise<TurnTaken> {
  const { database, measures, windowDefaults, rules } = context;
  return async (request) => {
    const { merchant, turn, nowMs } = request;
    return database.merchant(merchant, async (tx) => {
      const messages = await claim(tx, request, new Date(request.windowEndedAtMs));
      const facts = await readTurnFacts(tx, request);
      const settings = settingsOf(facts.settings, windowDefaults);
      const taken = (parts: TurnTaken['parts']): TurnTaken => ({ claimed: messages.map(({ key }) => key), parts, window: settings.window });
      const first = messages[0];
      measures.claimed(messages.length);

      // Nobody is answered when everything was withdrawn, the merchant has paused the answers, or a person is in charge.
      const humanInCharge = facts.inCharge === 'human' && (facts.handBackAtMs === null || facts.handBackAtMs > nowMs);
      const why = first === undefined ? 'empty' : humanInCharge ? 'human' : settings.answers === 'off' ? 'silent' : null;
      if (why !== null || first === undefined) {
        await endWaitingParts(tx, merchant, turn, why ?? 'empty');
        await closeTurn(tx, request, why === 'human' ? 'human' : 'silent');
        measures.turnTaken({ messages: messages.length, gatheredMs: 0, outcome: why ?? 'empty' });
        return taken([]);
      }

      const answer = await rules.answer(await turnContext(tx, request, messages, facts));
      await act(tx, request, answer);
      const channel = context.channels.get(facts.channel);
      const limit = channel?.capabilities.maxText ?? { unit: 'characters', limit: 1_000 };
      const texts = answer.texts.flatMap((text) => splitText(text, limit));
      const parts = await keepAnswer(tx, request, { line: facts.line, intent: answer.intent, texts, at: new Date(nowMs) });
      if (parts.length === 0) await closeTurn(tx, request, 'silent');
      const earliest = Math.min(...messages.map(({ receivedAtMs }) => receivedAtMs));
      measures.turnTaken({ messages: messages.length, gatheredMs: request.windowEndedAtMs - earliest, outcome: parts.length > 0 ? 'answered' : 'silent' });
      return taken(parts);
    });
  };
}

async function turnContext(tx: Tx, request: TurnRequest, messages: readonly ClaimedMessage[], facts: TurnFacts): Promise<TurnContext> {
  const catalogue = await listCatalogue(tx, request.merchant);
  return {
    merchant: facts.merchant,
    nowMs: request.nowMs,
    messages: messages.map(({ key, type, text, payload, atMs, replyToKey }) => ({
      key, type, text, atMs,
      ...(payload === null ? {} : { payload }),
      ...(replyToKey === null ? {} : { replyToKey }),
    })),
    history: facts.history,
    catalogue: catalogue.map((item) => ({ ...item, currency: item.currency ?? facts.merchant.currency })),
    orders: [],
    hours: facts.hours,
    toldClosedFor: facts.toldClosedFor,
    optedOut: facts.optedOut,
    alwaysAnswer: facts.alwaysAnswer,
  };
}

/** What an answer does besides being said. */
async function act(tx: Tx, { merchant, conversation }: TurnRequest, { actions }: Answer): Promise<void> {
  for (const action of actions) {
    switch (action.kind) {
      case 'hand-over':
        await askForHuman(tx, merchant, conversation, action.reason);
        break;
      case 'opt-out':
      case 'opt-in':
        await setOptOut(tx, merchant, conversation, action.kind === 'opt-out');
        await recordAudit(tx, merchant, { actor: 'customer', action: action.kind, subject: conversation });
        break;
      case 'told-closed':
        await tellClosedFor(tx, merchant, conversation, action.period);
        break;
      case 'confirm-order':
      case 'cancel-order':
        // The rules can only name an order that was among the facts.
        throw new Error(`the answer acts on order ${action.order}, but no order was in its facts`);
    }
  }
}
