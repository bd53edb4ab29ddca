import { z } from 'zod';
import { within } from './waiting.ts';
import type { Page } from './steady-client.ts';

/** What answers a question: the page. */
export interface Answering {
  evaluate(question: string): Promise<unknown>;
}

/** The one address that the library opens. */
export const LIBRARY_PAGE_URL = 'https://web.whatsapp.com/';

// Questions to the page are strings: functions would be rewritten by whatever compiles this file.
const VITALS = `(() => {
  const socket = window.require('WAWebSocketModel').Socket;
  const injected = typeof window.WWebJS !== 'undefined';
  return { state: socket.state ?? null, synced: socket.hasSynced === true, injected, online: navigator.onLine,
           chats: injected ? window.require('WAWebCollections').Chat.getModelsArray().length : null };
})()`;
const ROUND_TRIP = `(async () => {
  const me = window.require('WAWebUserPrefsMeUser').getMaybeMePnUser() ?? window.require('WAWebUserPrefsMeUser').getMaybeMeLidUser();
  const answer = await window.require('WAWebQueryExistsJob').queryWidExists(me);
  return Boolean(answer);
})()`;
const WHO_AM_I = `(() => {
  const user = window.require('WAWebUserPrefsMeUser');
  return { pn: user.getMaybeMePnUser()?._serialized ?? null, lid: user.getMaybeMeLidUser()?._serialized ?? null };
})()`;
const chatsSince = (seconds: number): string => `window.require('WAWebCollections').Chat.getModelsArray()
  .filter((chat) => chat.t >= ${Math.floor(seconds)} && ['c.us', 'lid'].includes(chat.id.server))
  .map((chat) => ({ id: chat.id._serialized, t: chat.t }))`;

const vitals = z.object({
  state: z.string().nullable(),
  synced: z.boolean(),
  injected: z.boolean(),
  online: z.boolean(),
  chats: z.number().nullable(),
});
export type Vitals = z.infer<typeof vitals>;
const identity = z.object({ pn: z.string().nullable(), lid: z.string().nullable() });
export type Identity = z.infer<typeof identity>;
const chats = z.array(z.object({ id: z.string(), t: z.number() }));

export async function ask(page: Answering, question: string, ms: number, what: string): Promise<unknown> {
  return within(ms, what, page.evaluate(question));
}

export const readVitals = async (page: Answering, ms: number): Promise<Vitals> =>
  vitals.parse(await ask(page, VITALS, ms, 'the page'));
/** Goes to WhatsApp's servers and back. A page with a dead socket never answers; an answer that comes late is told, too. */
export const roundTrip = async (
  page: Answering,
  ms: number,
  onAnswer: () => void = () => undefined,
): Promise<unknown> =>
  within(
    ms,
    'a question to WhatsApp',
    page.evaluate(ROUND_TRIP).then((answer) => {
      onAnswer();
      return answer;
    }),
  );
export const whoAmI = async (page: Page, ms: number): Promise<Identity> =>
  identity.parse(await ask(page, WHO_AM_I, ms, 'the page'));
export const chatsActiveSince = async (
  page: Page,
  atMs: number,
  ms: number,
): Promise<z.infer<typeof chats>> =>
  chats.parse(await ask(page, chatsSince(atMs / 1000), ms, 'the chat list'));

export async function refreshQr(page: Page, ms: number): Promise<void> {
  await ask(
    page,
    `void (window.require('WAWebLaunchSocketUtils').refreshQR ?? window.require('WAWebCmd').Cmd.refreshQR)()`,
    ms,
    'a fresh QR',
  );
}
export async function takeOver(page: Page, ms: number): Promise<void> {
  await ask(page, `window.require('WAWebSocketModel').Socket.takeover()`, ms, 'taking the session back');
}
/** The library missed the moment in which the page had synced: tell it again. */
export async function tellSynced(page: Page, ms: number): Promise<void> {
  await ask(page, `void window.onAppStateHasSyncedEvent?.()`, ms, 'the page');
}
