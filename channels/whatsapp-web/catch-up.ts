import type whatsapp from 'whatsapp-web.js';
import { chatsActiveSince } from './page.ts';
import { rawMessage, type RawMessage } from './raw-message.ts';
import type { Page } from './steady-client.ts';
import { within } from './waiting.ts';

/** Read again this far before the mark: phones' clocks differ, and a message may arrive late. Its id keeps it single. */
const OVERLAP_MS = 10 * 60_000;
const CHAT_TIMEOUT_MS = 15_000;
const MOST_PER_CHAT = 400;

/** The messages that stand in the chats since a moment, oldest first: what arrived while nobody listened. */
export async function missedSince(
  client: whatsapp.Client,
  page: Page,
  sinceMs: number,
): Promise<RawMessage[]> {
  const from = sinceMs - OVERLAP_MS;
  const missed: RawMessage[] = [];
  for (const { id } of await chatsActiveSince(page, from, CHAT_TIMEOUT_MS))
    missed.push(...(await ofChat(client, id, from)));
  return missed.sort((a, b) => (a.t ?? 0) - (b.t ?? 0));
}

async function ofChat(client: whatsapp.Client, id: string, from: number): Promise<RawMessage[]> {
  for (let limit = 50; ; limit *= 2) {
    const messages = await historyOf(client, id, limit);
    const oldest = Math.min(...messages.map((one) => (one.t ?? 0) * 1000));
    if (messages.length < limit || oldest < from || limit >= MOST_PER_CHAT)
      return messages.filter((one) => (one.t ?? 0) * 1000 >= from);
  }
}

/** A chat's own history, newest `limit` messages. */
export async function historyOf(
  client: whatsapp.Client,
  id: string,
  limit: number,
  fromMe?: boolean,
): Promise<RawMessage[]> {
  const read = async (): Promise<whatsapp.Message[]> => {
    const chat = await client.getChatById(id);
    return chat.fetchMessages({ limit, ...(fromMe === undefined ? {} : { fromMe }) });
  };
  const messages = await within(CHAT_TIMEOUT_MS, 'the history of a chat', read());
  return messages.flatMap((one) => {
    const raw = rawMessage.safeParse(one.rawData);
    return raw.success ? [raw.data] : [];
  });
}
