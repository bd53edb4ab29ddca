import { renderOrderMessage } from '../domain/order-message.ts';
import { PLATFORM_OF } from '../domain/message.ts';
import { splitText } from '../domain/split-text.ts';
import { parseTemplate } from '../domain/template.ts';
import { conversationIdOf } from '../store/customer-hash.ts';
import type { Tx } from '../store/database.ts';
import { readLine } from '../store/lines.ts';
import { readShopkeeper } from '../store/merchants.ts';
import { keepConversation } from '../store/news.ts';
import { attentionPaid } from '../store/order-attention.ts';
import {
  countRefusal,
  endOutdated,
  keepComposed,
  skipSaying,
  withdrawSaying,
} from '../store/order-messages.ts';
import { readOrderFacts } from '../store/order-standing.ts';
import { noteWait, recordOrderEvent } from '../store/order-events.ts';
import { noteOutcome } from '../store/order-outcome.ts';
import { saidOf } from '../store/said-of.ts';
import { readSheet } from '../store/sheets.ts';
import { readTemplate } from '../store/templates.ts';
import type {
  ComposeRequest,
  Composed,
  Considered,
  NoteRequest,
  OrderActivities,
} from '../workflows/order-activities.ts';
import { sendsQueueOf } from '../workflows/ids.ts';
import type { ActivityContext } from './context.ts';

/** A line whose channel this build does not have: its messages wait, cut to what every platform takes. */
const UNKNOWN_LIMIT = { unit: 'characters', limit: 1_000 } as const;

export function createOrderActivities(context: ActivityContext): Omit<OrderActivities, 'writeBackOrder'> {
  const { database } = context;
  return {
    considerOrder: ({ nowMs, ...ref }) =>
      database.merchant(ref.merchant, async (tx): Promise<Considered | null> => {
        // First, so that whatever happens after this reading calls again.
        await attentionPaid(tx, ref);
        const facts = await readOrderFacts(tx, ref, nowMs);
        if (facts === null) return null;
        const { order, sayings, standing, quietUntilMs } = facts;
        return {
          standing,
          quietUntilMs,
          sends: sayings.flatMap(
            ({ type, occurrence, conversation, platform, line, channel, unsent, unclear, state }) =>
              conversation === null || platform === null || (state !== 'waiting' && state !== 'unclear')
                ? []
                : [
                    {
                      type,
                      occurrence,
                      to: { merchant: ref.merchant, platform, conversation },
                      ...(line === null || channel === null
                        ? {}
                        : { sendsQueue: sendsQueueOf(channel, ref.merchant, line) }),
                      next: unsent[0] ?? null,
                      unclear,
                    },
                  ],
          ),
          toWrite: order.writeStatus !== null || order.writeState !== null,
          noted: {
            phase: order.phase,
            waiting:
              order.waiting === null
                ? null
                : { ...order.waiting, untilMs: order.waiting.until?.getTime() ?? null },
          },
        };
      }),

    composeOrderMessage: (request) =>
      database.merchant(request.merchant, (tx) => compose(tx, request, context)),

    noteOrder: (request) => database.merchant(request.merchant, (tx) => note(tx, request)),
  };
}

async function compose(
  tx: Tx,
  request: ComposeRequest,
  { hashKey, channels }: ActivityContext,
): Promise<Composed> {
  const { merchant, type, occurrence, attempt, recipient, nowMs } = request;
  const ref = { merchant, order: request.order };
  const at = new Date(nowMs);
  const incomplete = (reason: string): Composed => ({ kind: 'incomplete', reason });
  const facts = await readOrderFacts(tx, ref, nowMs);
  const shop = await readShopkeeper(tx, merchant);
  const sheet = await readSheet(tx, merchant);
  const line = sheet === null ? null : await readLine(tx, merchant, sheet.line);
  if (facts === null || shop === null || line === null) return incomplete('missing-line');

  const { text, discount } = await readTemplate(tx, merchant, type, shop.language);
  const template = parseTemplate(text);
  if (!template.ok) return incomplete('template-broken');
  const rendered = renderOrderMessage(template.template, facts.order, shop, discount ?? undefined);
  if (!rendered.ok) return incomplete(`missing-${rendered.missing.join('-')}`);

  const platform = PLATFORM_OF[line.channel];
  const conversation = conversationIdOf(hashKey, {
    merchant,
    platform,
    account: line.account,
    customer: recipient,
  });
  const to = { merchant, line: line.id, account: line.account, platform, conversation };
  const name = facts.order.fields.name;
  await keepConversation(tx, to, { address: recipient, ...(name === undefined ? {} : { name }) }, at);
  const before = facts.sayings.find((saying) => saying.type === type && saying.occurrence === occurrence);
  const refusal = before?.recipient == null ? undefined : facts.standing.refused[before.recipient];
  if (before?.recipient != null && refusal !== undefined)
    await countRefusal(tx, ref, before.recipient, refusal);
  if (before?.outdated === true && !(await endOutdated(tx, merchant, before.keys)))
    return { kind: 'composed' };
  const texts = splitText(rendered.text, channels.get(line.channel)?.capabilities.maxText ?? UNKNOWN_LIMIT);
  const kept = await keepComposed(tx, {
    ...ref,
    type,
    occurrence,
    attempt,
    recipient,
    conversation,
    line: line.id,
    texts,
    saidOf: saidOf(facts.order.fields),
    at,
  });
  if (kept)
    await recordOrderEvent(tx, merchant, ref.order, 'composed', { type, occurrence, to: recipient }, at);
  return { kind: 'composed' };
}

async function note(tx: Tx, { merchant, order, nowMs, ...entry }: NoteRequest): Promise<void> {
  const ref = { merchant, order };
  const at = new Date(nowMs);
  switch (entry.kind) {
    case 'skip':
      if (await skipSaying(tx, ref, entry.type, entry.occurrence, entry.why, at))
        await recordOrderEvent(tx, merchant, order, 'skipped', { type: entry.type, why: entry.why }, at);
      return;
    case 'withdraw':
      if (await withdrawSaying(tx, ref, entry.type, entry.occurrence, entry.why))
        await recordOrderEvent(tx, merchant, order, 'withdrawn', { type: entry.type, why: entry.why }, at);
      return;
    case 'outcome':
      await noteOutcome(tx, ref, entry, at);
      return;
    case 'wait': {
      const { phase, waiting } = entry;
      await noteWait(
        tx,
        merchant,
        order,
        phase,
        waiting === null
          ? null
          : { ...waiting, until: waiting.untilMs === null ? null : new Date(waiting.untilMs) },
        at,
      );
      return;
    }
  }
}
