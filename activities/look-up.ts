import { Context } from '@temporalio/activity';
import type { Channel, LookUp } from '../channels/channel.ts';
import {
  readForSend,
  recordAccepted,
  recordUnknown,
  recordWaiting,
  giveUpUnknown,
  type SendFacts,
  type SendRef,
} from '../store/sending.ts';
import type { Settlement, SettleRequest } from '../workflows/conversation-activities.ts';
import type { ActivityContext } from './context.ts';
import { heartbeating } from './heartbeating.ts';
import { lineOf } from './line-trouble.ts';

const LOOK_UP_TIMEOUT_MS = 20_000;

export type Found =
  { readonly kind: 'accepted' } | { readonly kind: 'unknown' } | { readonly kind: 'absent' };

/** Finds out by looking what became of a send that was not heard of again, and writes it down. */
export async function lookUp(
  context: ActivityContext,
  send: SendRef,
  facts: SendFacts,
  channel: Channel,
): Promise<Found> {
  const { database, now } = context;
  const history = await readHistory(context, facts, channel);
  switch (history.found) {
    case 'present':
      await database.merchant(send.merchant, (tx) =>
        recordAccepted(tx, send, history.providerId, new Date(now())),
      );
      return { kind: 'accepted' };
    case 'absent':
      await database.merchant(send.merchant, (tx) => recordWaiting(tx, send, 'not-sent', null));
      return { kind: 'absent' };
    case 'cannot-tell':
      await database.merchant(send.merchant, (tx) => recordUnknown(tx, send, 'interrupted'));
      return { kind: 'unknown' };
  }
}

async function readHistory(context: ActivityContext, facts: SendFacts, channel: Channel): Promise<LookUp> {
  const look = channel.lookUp?.bind(channel);
  if (look === undefined) return { found: 'cannot-tell' };
  const attempt = { isRetry: false, classify: (error: unknown) => channel.classify(error) };
  try {
    return await context.resilience.call(lineOf(facts), attempt, () =>
      look(accountOf(context, facts), facts.outgoing, {
        signal: Context.current().cancellationSignal,
        timeoutMs: LOOK_UP_TIMEOUT_MS,
      }),
    );
  } catch (error) {
    context.logger.warn({ event: 'look-up failed', key: facts.outgoing.key, err: error });
    return { found: 'cannot-tell' };
  }
}

/** Looks after an unclear send some time later; on the last look a person is told. */
export function createSettle(context: ActivityContext): (request: SettleRequest) => Promise<Settlement> {
  const { database } = context;
  const settle = async (request: SettleRequest): Promise<Settlement> => {
    const facts = await database.merchant(request.merchant, (tx) => readForSend(tx, request));
    // It was found not to have left, and whoever found that died before it could say so: it would wait for ever.
    if (facts?.status === 'waiting') return { kind: 'send-again' };
    if (facts === null || (facts.status !== 'unknown' && facts.status !== 'sending'))
      return { kind: 'settled' };
    const channel = context.channels.get(facts.line.channel);
    const found: Found =
      channel === undefined ? { kind: 'unknown' } : await lookUp(context, request, facts, channel);
    switch (found.kind) {
      case 'accepted':
        return { kind: 'settled' };
      case 'absent':
        return { kind: 'send-again' };
      case 'unknown':
        if (request.lastLook) await database.merchant(request.merchant, (tx) => giveUpUnknown(tx, request));
        return { kind: 'unclear' };
    }
  };
  return (request) => heartbeating(() => settle(request));
}

/** What the channel needs to know of the line: its settings, and its secrets opened. */
export function accountOf({ seal }: ActivityContext, { line }: SendFacts): unknown {
  const secrets = line.credentials === null ? {} : seal.openJson(line.credentials);
  return { ...line.config, ...(typeof secrets === 'object' ? secrets : {}) };
}
