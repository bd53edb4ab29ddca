import { z } from 'zod';
import type { MerchantId } from '../../domain/ids.ts';
import { settingsOf } from '../../domain/settings.ts';
import {
  findConversation,
  listConversations,
  momentsOf,
  transcript,
  type Conversation,
} from '../../store/conversations.ts';
import type { Tx } from '../../store/database.ts';
import { listLines } from '../../store/lines.ts';
import { readSettings } from '../../store/merchants.ts';
import { addressOn } from '../address.ts';
import { draftOf, lastMessagesOf } from '../conversation-glance.ts';
import { messageView, summaryOf } from '../conversation-view.ts';
import { cursorOf, pageOf, readCursor } from '../cursor.ts';
import { given } from '../given.ts';
import type { House } from '../house.ts';
import { notFound } from '../problem.ts';
import { route, type Route } from '../route.ts';
import { afterNumber, listOf, merchantPath } from '../schemas/common.ts';
import {
  conversation,
  conversationPath,
  conversationsQuery,
  summary,
  transcriptQuery,
} from '../schemas/conversation.ts';

const tag = 'Conversations';
const MOST_LINES = 1_000;
const listPosition = z.object({
  at: z.iso.datetime().transform((text) => new Date(text)),
  id: z.string().max(64),
});

export function conversationRoutes(house: House): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/merchants/:merchant/conversations',
      scope: 'read',
      tag,
      summary: 'Conversations, the most recently active first',
      params: merchantPath,
      query: conversationsQuery,
      responses: { 200: listOf(summary) },
    })(async ({ params: { merchant }, query: { cursor, limit, ...filter } }) => {
      const after = readCursor(listPosition, cursor);
      const body = await house.database.look(merchant, async (tx) => {
        const rows = await listConversations(tx, merchant, given(filter), after, limit + 1);
        const page = pageOf(
          rows,
          limit,
          (last) => ({ at: last.lastActivityAt.toISOString(), id: last.id }),
          (row) => row,
        );
        return { items: await present(house, tx, merchant, page.items), next: page.next };
      });
      return { status: 200, body };
    }),
    route({
      method: 'get',
      path: '/api/merchants/:merchant/conversations/:platform/:customer',
      scope: 'read',
      tag,
      summary: 'One conversation: its state and transcript',
      params: conversationPath,
      query: transcriptQuery,
      responses: { 200: conversation },
    })(async ({ params: { merchant, platform, customer }, query: { cursor, limit } }) => {
      const before = readCursor(afterNumber, cursor);
      const address = await addressIn(house, merchant, platform, customer);
      const body = await house.database.look(merchant, async (tx) => {
        const found = await findConversation(tx, merchant, platform, address);
        const [view] = found === null ? [] : await present(house, tx, merchant, [found]);
        if (found === null || view === undefined) throw notFound('conversation');
        const draft = found.inCharge === 'human' ? await draftOf(tx, merchant, found.id) : null;
        const rows = await transcript(tx, merchant, found.id, before, limit + 1);
        const latest = rows.slice(0, limit);
        const oldest = latest.at(-1);
        const next = rows.length > limit && oldest !== undefined ? cursorOf(oldest.seq) : null;
        return { ...view, draft, messages: latest.toReversed().map(messageView), next };
      });
      return { status: 200, body };
    }),
  ];
}

/** The conversations as they are now: a handful of statements for a whole page. */
async function present(
  { channels, settings }: House,
  tx: Tx,
  merchant: MerchantId,
  conversations: readonly Conversation[],
) {
  if (conversations.length === 0) return [];
  const ids = conversations.map(({ id }) => id);
  const moments = await momentsOf(tx, merchant, ids);
  const lasts = await lastMessagesOf(tx, merchant, ids);
  const { window: rules } = settingsOf(await readSettings(tx, merchant), settings.windowDefaults);
  const lines = new Map(
    (await listLines(tx, merchant, '', MOST_LINES)).map(({ id, channel }): [string, typeof channel] => [
      id,
      channel,
    ]),
  );
  return conversations.map((one) => {
    const channel = lines.get(one.line);
    const serviceWindowHours =
      channel === undefined ? null : (channels.get(channel)?.capabilities.serviceWindowHours ?? null);
    return summaryOf(merchant, one, {
      moment: moments.get(one.id),
      rules,
      serviceWindowHours,
      last: lasts.get(one.id),
      temporalUi: settings.temporalUi,
    });
  });
}

/** The customer as the path spells them. What can be nobody's address is an unknown conversation. */
export async function addressIn(
  { directory }: House,
  merchant: MerchantId,
  platform: Conversation['platform'],
  customer: string,
): Promise<string> {
  const known = await directory.merchant(merchant);
  if (known === null) throw notFound('merchant');
  const address = addressOn(platform, customer, known.country);
  if (address === null) throw notFound('conversation');
  return address;
}
