import { ApplicationFailureCategory } from '@temporalio/common';
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { Channel, SendReceipt } from '../channels/channel.ts';
import { ClassifiedError, type Failure } from '../domain/errors.ts';
import { orderId } from '../domain/order.ts';
import { recordOrderEvent } from '../store/order-events.ts';
import {
  beginSending,
  readForSend,
  recordAccepted,
  recordEnded,
  recordUnknown,
  recordWaiting,
  type SendFacts,
} from '../store/sending.ts';
import type { Delivery, DeliverRequest } from '../workflows/conversation-activities.ts';
import type { ActivityContext } from './context.ts';
import { askForHuman } from '../store/turns.ts';
import { customerTrouble } from './customer-trouble.ts';
import { heartbeating } from './heartbeating.ts';
import { heldBack, hold } from './held-back.ts';
import { lineOf, lineTrouble } from './line-trouble.ts';
import { accountOf, lookUp } from './look-up.ts';
import { maySend } from './may-send.ts';
import { mayTell } from './may-tell.ts';
import { DESTINATION_FAILING, DestinationFailing } from './resilience/resilience.ts';
import { retryDelayMs } from './resilience/retry-delay.ts';
import { untilWindowEnds } from './window-end.ts';

/** The provider's time limit: shorter than the activity's, so that the outcome can still be written down. */
export const SEND_TIMEOUT_MS = 20_000;

/** Shorter than the heartbeat time-out after which another worker takes the part over. */
const STALE_INTENT_MS = 4_000;
const STALLED: Failure = {
  class: 'unknown',
  reason: 'stalled',
  detail: 'the worker stood still between its intent and the send',
};

type Decision =
  | { readonly kind: 'done'; readonly delivery: Delivery }
  | { readonly kind: 'find-out'; readonly facts: SendFacts; readonly channel: Channel }
  | {
      readonly kind: 'send';
      readonly facts: SendFacts;
      readonly channel: Channel;
      /** 1: the intent could be written. */
      readonly begun: Promise<number>;
    };

/**
 * Hands one part to its provider, at most once as far as anybody can know:
 *
 * 1. under the conversation's lock: what became of it so far, and may it leave now? The intent is written;
 * 2. the provider is asked, outside of any transaction;
 * 3. the outcome is written. An outcome nobody could hear is `unknown`, and found out by looking, not by sending again.
 *
 * Death before 1 commits: nothing left, the next attempt starts over. Between 1 and 3: the next attempt finds the
 * intent and looks first. After 3: the next attempt finds the outcome.
 */
export function createDeliver(context: ActivityContext): (request: DeliverRequest) => Promise<Delivery> {
  const { database, measures, now } = context;

  const decide = (request: DeliverRequest): Promise<Decision> =>
    database.merchant(request.merchant, async (tx): Promise<Decision> => {
      const done = (delivery: Delivery): Decision => ({ kind: 'done', delivery });
      const facts = await readForSend(tx, request);
      if (facts === null) return done({ kind: 'ended', reason: 'withdrawn' });
      const channel = context.channels.get(facts.line.channel);
      switch (facts.status) {
        case 'accepted':
        case 'sent':
        case 'delivered':
        case 'read':
          return done({ kind: 'accepted' });
        case 'failed':
          return done({ kind: 'ended', reason: 'failed-before' });
        case 'unknown':
        case 'sending':
          // An earlier attempt wrote its intent and was not heard of again.
          return channel === undefined ? done({ kind: 'unknown' }) : { kind: 'find-out', facts, channel };
        case 'waiting':
          break;
      }
      if (request.unlessOvertaken && facts.unanswered) return done({ kind: 'overtaken' });
      const may =
        facts.order === null
          ? maySend(facts, channel, context.windowDefaults, now())
          : await mayTell(tx, facts, channel, facts.order, now());
      switch (may.kind) {
        case 'held':
          await recordWaiting(tx, request, may.reason, may.untilMs);
          if (may.needsHuman === true)
            await askForHuman(tx, request.merchant, request.conversation, may.reason);
          return done({ kind: 'held', reason: may.reason, untilMs: may.untilMs });
        case 'no':
          await recordEnded(tx, request, may.reason, may.needsHuman);
          return done({ kind: 'ended', reason: may.reason });
        case 'yes': {
          if (channel === undefined) throw new Error('a send was allowed without a channel');
          const held = await heldBack(context, tx, request, facts);
          if (held !== null) return done(held);
          const begun = beginSending(tx, request);
          return {
            kind: 'send',
            facts: { ...facts, outgoing: may.outgoing ?? facts.outgoing },
            channel,
            begun,
          };
        }
      }
    });

  const deliver = async (request: DeliverRequest): Promise<Delivery> => {
    for (;;) {
      const askedAt = performance.now();
      const decision = await decide(request);
      if (decision.kind === 'done') return counted(decision.delivery, null, 'none');
      const { facts, channel } = decision;
      if (decision.kind === 'send') {
        if ((await decision.begun) > 0) return send(request, facts, channel, askedAt);
        continue;
      }
      const found = await lookUp(context, request, facts, channel);
      if (found.kind !== 'absent') return counted(found, facts, channel.name);
    }
  };
  return (request) =>
    heartbeating(async () => {
      if (request.ending !== undefined) await untilWindowEnds(request.ending, now);
      return deliver(request);
    });

  async function send(
    request: DeliverRequest,
    facts: SendFacts,
    channel: Channel,
    askedAt: number,
  ): Promise<Delivery> {
    let receipt: SendReceipt;
    try {
      // This process was frozen since it wrote its intent: another worker may have looked, found nothing and sent.
      if (performance.now() - askedAt > STALE_INTENT_MS) throw new ClassifiedError(STALLED);
      const attempt = { isRetry: facts.attempts > 0, classify: (error: unknown) => channel.classify(error) };
      receipt = await context.resilience.call(lineOf(facts), attempt, () =>
        channel.send(accountOf(context, facts), facts.outgoing, {
          signal: Context.current().cancellationSignal,
          timeoutMs: SEND_TIMEOUT_MS,
        }),
      );
    } catch (error) {
      if (error instanceof DestinationFailing)
        return counted(await leftAlone(request, error), facts, channel.name);
      return counted(await failed(request, facts, channel.classify(error), error), facts, channel.name);
    }
    // Outside of the try: a store that fails now says nothing about the send. The next attempt finds the intent and looks.
    await database.merchant(request.merchant, async (tx) => {
      const at = new Date(now());
      await recordAccepted(tx, request, receipt.providerId, at);
      const { template } = facts.outgoing;
      if (facts.order !== null && template !== undefined)
        await recordOrderEvent(
          tx,
          request.merchant,
          orderId(facts.order),
          'as-template',
          { template: template.name, language: template.language },
          at,
        );
    });
    return counted({ kind: 'accepted' }, facts, channel.name);
  }

  /** Another part has just opened the breaker, or has the trial: nothing of this one has left. */
  const leftAlone = (request: DeliverRequest, { waitMs }: DestinationFailing): Promise<Delivery> =>
    database.merchant(request.merchant, (tx) => hold(tx, request, DESTINATION_FAILING, now() + waitMs));

  /** What each class of failure means for the part; throws where Temporal should try again. */
  async function failed(
    request: DeliverRequest,
    facts: SendFacts,
    failure: Failure,
    error: unknown,
  ): Promise<Delivery> {
    const { reason } = failure;
    context.logger.warn({
      event: 'send failed',
      merchant: request.merchant,
      key: request.key,
      class: failure.class,
      reason,
      err: error,
    });
    const held = await lineTrouble(context, request, facts, failure);
    if (held !== null) return held;
    const customerHeld = await customerTrouble(context, request, facts, failure);
    if (customerHeld !== null) return customerHeld;
    switch (failure.class) {
      case 'unknown':
        await database.merchant(request.merchant, (tx) => recordUnknown(tx, request, reason));
        return { kind: 'unknown' };
      case 'permanent':
        await database.merchant(request.merchant, (tx) => recordEnded(tx, request, reason, true));
        return { kind: 'ended', reason };
      case 'auth':
        await database.merchant(request.merchant, (tx) => recordWaiting(tx, request, reason, null));
        return { kind: 'held', reason, untilMs: null };
      case 'throttled':
      case 'retryable':
        await database.merchant(request.merchant, (tx) => recordWaiting(tx, request, reason, null));
        measures.sent({ channel: 'any', outcome: 'retried', latenessMs: null });
        throw ApplicationFailure.create({
          type: failure.class,
          message: `${reason}: ${failure.detail}`,
          // Expected in any network's life: counted, not alarming.
          category: ApplicationFailureCategory.BENIGN,
          nextRetryDelay: retryDelayMs(failure, Context.current().info.attempt),
        });
    }
  }

  function counted(delivery: Delivery, facts: SendFacts | null, channel: string): Delivery {
    const endedAtMs = facts?.windowEndedAtMs ?? null;
    const latenessMs =
      endedAtMs !== null && facts?.outgoing.part === 1 && delivery.kind === 'accepted'
        ? now() - endedAtMs
        : null;
    measures.sent({ channel, outcome: delivery.kind, latenessMs });
    return delivery;
  }
}
