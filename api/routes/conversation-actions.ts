import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { MerchantId, MessageKey } from '../../domain/ids.ts';
import { lineId } from '../../domain/ids.ts';
import { settingsOf, type MerchantSettings } from '../../domain/settings.ts';
import { splitText } from '../../domain/split-text.ts';
import { recordAudit } from '../../store/audit.ts';
import {
  closeConversation,
  handBack,
  storeHumanMessage,
  takeOver,
} from '../../store/conversation-changes.ts';
import { findConversation, momentsOf, type Conversation } from '../../store/conversations.ts';
import type { Tx } from '../../store/database.ts';
import { readLine } from '../../store/lines.ts';
import { readSettings } from '../../store/merchants.ts';
import type { ConversationStart } from '../../temporal/conversation-mail.ts';
import {
  closeSignal,
  flushSignal,
  handedBackSignal,
  humanMessageSignal,
} from '../../workflows/conversation-signals.ts';
import { sendsQueueOf } from '../../workflows/ids.ts';
import { actorName, type Actor } from '../actor.ts';
import type { House } from '../house.ts';
import { idFrom } from '../idempotency.ts';
import { notFound } from '../problem.ts';
import { route, type Route } from '../route.ts';
import { accepted, conversationPath, humanMessage, takeOverBody } from '../schemas/conversation.ts';
import { takeOverEnd } from '../take-over.ts';
import { addressIn } from './conversations.ts';

const tag = 'Conversations';
const one = '/api/merchants/:merchant/conversations/:platform/:customer';
const common = {
  method: 'post',
  scope: 'send',
  tag,
  params: conversationPath,
  responses: { 202: accepted },
} as const;

/** Where a provider's own limit is not known, the shortest of all that split texts by characters. */
const CAREFUL_LIMIT = { unit: 'characters', limit: 1_000 } as const;

export function conversationActionRoutes(house: House): Route[] {
  const { mail } = house;
  return [
    route({
      ...common,
      path: `${one}/messages`,
      summary: 'A person answers; the bot is silent from then on',
      body: humanMessage,
    })(async ({ params, body, actor, idempotencyKey }) => {
      const id = humanMessageId(params, idempotencyKey);
      const { start, keys, until } = await inConversation(
        house,
        params,
        actor,
        'conversation.human-message',
        async (tx, conversation, settings) => {
          const line = await readLine(tx, params.merchant, lineId(conversation.line));
          const limit =
            (line === null ? undefined : house.channels.get(line.channel)?.capabilities.maxText) ??
            CAREFUL_LIMIT;
          const kept: MessageKey[] = await storeHumanMessage(tx, params.merchant, conversation, {
            id,
            texts: splitText(body.text, limit),
            at: new Date(),
          });
          const takenUntil = takeOverEnd(settings.takeOverMinutes);
          await takeOver(tx, params.merchant, conversation.id, takenUntil);
          return { keys: kept, until: takenUntil };
        },
      );
      await mail.tellOrStart(start, humanMessageSignal, [keys]);
      await mail.takenOver(start, { untilMs: until?.getTime() ?? null });
      return { status: 202, body: { id } };
    }),
    route({
      ...common,
      path: `${one}/take-over`,
      summary: 'A person is in charge, for some minutes or until handed back',
      body: takeOverBody,
    })(async ({ params, body, actor }) => {
      const { start, until } = await inConversation(
        house,
        params,
        actor,
        'conversation.taken-over',
        async (tx, conversation, settings) => {
          const takenUntil = takeOverEnd(
            body.minutes === undefined ? settings.takeOverMinutes : body.minutes,
          );
          await takeOver(tx, params.merchant, conversation.id, takenUntil);
          return { until: takenUntil };
        },
      );
      await mail.takenOver(start, { untilMs: until?.getTime() ?? null });
      return { status: 202, body: { id: start.conversation } };
    }),
    route({ ...common, path: `${one}/hand-back`, summary: 'The bot is in charge again' })(
      async ({ params, actor }) => {
        const { start } = await inConversation(
          house,
          params,
          actor,
          'conversation.handed-back',
          async (tx, conversation) => {
            await handBack(tx, params.merchant, conversation.id);
            return {};
          },
        );
        await mail.tell(start, handedBackSignal, actorName(actor));
        return { status: 202, body: { id: start.conversation } };
      },
    ),
    route({ ...common, path: `${one}/flush`, summary: 'Ends the window now' })(async ({ params, actor }) => {
      const { start, unclaimed } = await inConversation(
        house,
        params,
        actor,
        'conversation.flushed',
        async (tx, { id }) => ({ unclaimed: await unclaimedIn(tx, params.merchant, id) }),
      );
      // Signal-with-start also ends the delay that a waiting run was started with; with nothing gathered there is nothing to end.
      if (unclaimed > 0) await mail.tellOrStart(start, flushSignal, [actorName(actor)]);
      return { status: 202, body: { id: start.conversation } };
    }),
    route({
      ...common,
      path: `${one}/close`,
      summary: 'Ends what is open: nothing waits, nothing is answered',
    })(async ({ params, actor }) => {
      const { start, unclaimed } = await inConversation(
        house,
        params,
        actor,
        'conversation.closed',
        async (tx, { id }) => {
          const gathered = await unclaimedIn(tx, params.merchant, id);
          await closeConversation(tx, params.merchant, id);
          return { unclaimed: gathered };
        },
      );
      // A run that is still in its start delay would hear a plain signal only at its end, and close what came meanwhile.
      if (unclaimed > 0) await mail.tellOrStart(start, closeSignal, [actorName(actor)]);
      else await mail.tell(start, closeSignal, actorName(actor));
      return { status: 202, body: { id: start.conversation } };
    }),
  ];
}

type Path = z.output<typeof conversationPath>;

/** Work on the conversation, its audit row and what a run would be started with, in one transaction. */
async function inConversation<T extends object>(
  house: House,
  path: Path,
  actor: Actor,
  action: string,
  work: (tx: Tx, conversation: Conversation, settings: MerchantSettings) => Promise<T>,
): Promise<T & { start: ConversationStart }> {
  const { merchant, platform } = path;
  const customer = await addressIn(house, merchant, platform, path.customer);
  return house.database.merchant(merchant, async (tx) => {
    const conversation = await findConversation(tx, merchant, platform, customer);
    if (conversation === null) throw notFound('conversation');
    const settings = settingsOf(await readSettings(tx, merchant), house.settings.windowDefaults);
    const done = await work(tx, conversation, settings);
    const line = await readLine(tx, merchant, lineId(conversation.line));
    await recordAudit(tx, merchant, { actor: actorName(actor), action, subject: conversation.id });
    const start = {
      merchant,
      platform,
      conversation: conversation.id,
      line: lineId(conversation.line),
      window: settings.window,
      maxRetries: house.settings.maxRetries,
      ...(line === null ? {} : { sendsQueue: sendsQueueOf(line.channel, merchant, line.id) }),
    };
    return { ...done, start };
  });
}

async function unclaimedIn(tx: Tx, merchant: MerchantId, id: Conversation['id']): Promise<number> {
  return (await momentsOf(tx, merchant, [id])).get(id)?.unclaimed.length ?? 0;
}

/** From the caller's key, so that the same call is the same message, whatever happened between the two. */
const humanMessageId = ({ merchant, platform, customer }: Path, idempotencyKey: string | null): string =>
  `human-${idempotencyKey === null ? randomUUID() : idFrom(merchant, platform, customer, idempotencyKey)}`;
