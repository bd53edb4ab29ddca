import { checkedAccount } from '../account.ts';
import type { Channel } from '../channel.ts';
import { graphGet } from '../meta/graph.ts';
import { outcomeOf, type FetchesMedia } from '../media.ts';
import { classify } from './classify.ts';
import { fetchMedia } from './media.ts';
import { parse } from './parse.ts';
import { whatsappCloudAccount, type WhatsappCloudAccount } from './schema.ts';
import { send, showTyping } from './send.ts';

export { whatsappCloudAccount, type WhatsappCloudAccount };

export interface WhatsappCloudOptions {
  /** With the version: `https://graph.facebook.com/v23.0`. */
  readonly graphApiUrl: string;
}

/** WhatsApp's official interface. It keeps no history that could be asked: an unknown outcome waits for a status with our key. */
export function whatsappCloud({
  graphApiUrl,
}: WhatsappCloudOptions): Channel<WhatsappCloudAccount> & FetchesMedia<WhatsappCloudAccount> {
  return {
    name: 'whatsapp-cloud',
    platform: 'whatsapp',
    capabilities: {
      maxText: { unit: 'characters', limit: 4096 },
      serviceWindowHours: 24,
      humanWindowHours: null,
      templates: true,
    },
    parse,
    classify,
    send: async (account, outgoing, context) => send(graphApiUrl, checked(account), outgoing, context),
    showTyping: async (account, _to, lastInboundId, context) =>
      showTyping(graphApiUrl, checked(account), lastInboundId, context),
    probe: async (account, context) => {
      const { phoneNumberId: path, accessToken } = checked(account);
      await graphGet({ baseUrl: graphApiUrl, path: `${path}?fields=id`, accessToken, context });
    },
    fetchMedia: (account, media, toPath, context) =>
      outcomeOf(() => fetchMedia(graphApiUrl, checked(account), media, toPath, context)),
  };
}

const checked = (account: unknown): WhatsappCloudAccount => checkedAccount(whatsappCloudAccount, account);
