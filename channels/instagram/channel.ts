import { checkedAccount } from '../account.ts';
import type { Channel } from '../channel.ts';
import { downloadMedia, type FetchesMedia } from '../media.ts';
import { graphGet } from '../meta/graph.ts';
import { isLoopbackHost } from '../private-address.ts';
import { classify } from './classify.ts';
import { parse } from './parse.ts';
import { instagramAccount, type InstagramAccount } from './schema.ts';
import { send, showTyping } from './send.ts';

export { instagramAccount, type InstagramAccount };

export interface InstagramOptions {
  /** With the version: `https://graph.instagram.com/v23.0`. */
  readonly instagramApiUrl: string;
}

export function instagram({
  instagramApiUrl,
}: InstagramOptions): Channel<InstagramAccount> & FetchesMedia<InstagramAccount> {
  return {
    name: 'instagram',
    platform: 'instagram',
    // 1,000 bytes of UTF-8 are about 500 Arabic letters.
    capabilities: {
      maxText: { unit: 'bytes', limit: 1000 },
      serviceWindowHours: 24,
      humanWindowHours: 7 * 24,
      templates: false,
    },
    parse,
    classify,
    send: async (account, outgoing, context) => send(instagramApiUrl, checked(account), outgoing, context),
    showTyping: async (account, to, _lastInboundId, context) =>
      showTyping(instagramApiUrl, checked(account), to, context),
    probe: async (account, context) => {
      const { accountId: path, accessToken } = checked(account);
      await graphGet({ baseUrl: instagramApiUrl, path: `${path}?fields=id`, accessToken, context });
    },
    // The handle is a signed address of Instagram's file servers; the token is not for them.
    fetchMedia: async (_account, media, toPath, context) =>
      downloadMedia({
        url: media.handle,
        toPath,
        context,
        allowLoopback: isLoopbackHost(new URL(instagramApiUrl).hostname),
      }),
  };
}

const checked = (account: unknown): InstagramAccount => checkedAccount(instagramAccount, account);
