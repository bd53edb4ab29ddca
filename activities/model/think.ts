import { ApplicationFailureCategory } from '@temporalio/common';
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { Answer, TurnContext } from '../../answers/answer.ts';
import { answerByModel } from '../../answers/model/answer-by-model.ts';
import { insteadOfModel } from '../../answers/model/instead.ts';
import type { Failure } from '../../domain/errors.ts';
import type { MerchantSettings } from '../../domain/settings.ts';
import { takeModelTurn } from '../../store/model-budget.ts';
import type { TurnRequest } from '../../workflows/conversation-activities.ts';
import type { ActivityContext, Model } from '../context.ts';
import { destinationFailing, DestinationFailing } from '../resilience/resilience.ts';
import { retryDelayMs } from '../resilience/retry-delay.ts';
import { classifyModelFailure } from './classify.ts';

/** One exchange: a model that needs longer is no partner for a chat. */
const EXCHANGE_TIMEOUT_MS = 20_000;
const SHORTEST_EXCHANGE_MS = 2_000;
/** All exchanges of one thought. */
const THOUGHT_TIMEOUT_MS = 45_000;
/** A customer waits: from the first try on for this long is it tried again, then answered as the merchant chose. */
const PATIENCE_MS = 30_000;

/** Sooner than a send: a customer waits, and asking twice harms nobody. */
const RETRY = { initialMs: 1_000, backoff: 2, longestMs: 8_000 } as const;

type ModelTurn = { readonly settings: MerchantSettings; readonly context: TurnContext };

/** Answers a claimed turn by the model, or as the merchant chose where that can't be. `byRules` is what the rules would say. */
export function createThinkByModel(
  { database, resilience, measures, logger, now }: ActivityContext,
  model: Model,
): (request: TurnRequest, claimed: ModelTurn, byRules: Answer) => Promise<Answer> {
  return async (request, { settings, context }, byRules) => {
    const { merchant } = request;
    const { tone, whenDown, answersPerDay: perDay } = settings.model;
    const instead = (outcome: 'down' | 'over-budget'): Answer => {
      measures.modelAnswered(outcome);
      return insteadOfModel(context, whenDown, byRules);
    };
    const { info, cancellationSignal } = Context.current();
    const day = { at: new Date(now()), timezone: context.merchant.timezone, perDay };
    if (!(await database.merchant(merchant, (tx) => takeModelTurn(tx, request, day))))
      return instead('over-budget');
    // By the server's clock alone, and from the first try on: a queue that was long says nothing about the model.
    const patienceMs = PATIENCE_MS - (info.currentAttemptScheduledTimestampMs - info.scheduledTimestampMs);
    if (info.attempt > 1 && patienceMs <= 0) return instead('down');
    const beganAt = performance.now();
    const timeoutMs = Math.min(EXCHANGE_TIMEOUT_MS, Math.max(patienceMs, SHORTEST_EXCHANGE_MS));
    const signal = AbortSignal.any([cancellationSignal, AbortSignal.timeout(THOUGHT_TIMEOUT_MS)]);
    try {
      const answer = await answerByModel(context, { tone, byRules }, (messages, tools) =>
        resilience.call(
          { kind: 'model', merchant, id: model.name },
          { isRetry: info.attempt > 1, classify: classifyModelFailure },
          () => model.ask(messages, tools, { signal, timeoutMs }),
        ),
      );
      measures.modelAnswered(answer === null ? 'refused' : 'model');
      if (answer === null) logger.info({ event: 'model answer refused', merchant, turn: request.turn });
      return answer ?? byRules;
    } catch (error) {
      // This worker ends: another one asks.
      if (cancellationSignal.aborted) throw error;
      const failure =
        error instanceof DestinationFailing ? destinationFailing(error) : classifyModelFailure(error);
      logger.warn({ event: 'model not asked', merchant, turn: request.turn, failure, err: error });
      const again = againIn(failure, info.attempt);
      if (again === null || again > patienceMs - (performance.now() - beganAt)) return instead('down');
      throw ApplicationFailure.create({
        type: failure.reason,
        message: 'the model could not be asked',
        nextRetryDelay: again,
        category: ApplicationFailureCategory.BENIGN,
        ...(error instanceof Error ? { cause: error } : {}),
      });
    }
  };
}

/** Null: trying again helps nothing. */
function againIn(failure: Failure, attempt: number): number | null {
  if (failure.class !== 'retryable' && failure.class !== 'throttled') return null;
  return retryDelayMs(failure, attempt, { policy: RETRY });
}
