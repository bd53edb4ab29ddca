import { checkedAccount } from '../account.ts';
import type { Channel } from '../channel.ts';
import { outcomeOf, type FetchesMedia } from '../media.ts';
import { classify } from './classify.ts';
import { fetchMedia } from './media.ts';
import { parse } from './parse.ts';
import { evolutionAccount, type EvolutionAccount } from './schema.ts';
import { probe } from './probe.ts';
import { send, showTyping } from './send.ts';

export { parseConnection, type ConnectionNews } from './connection.ts';
export { evolutionAccount, type EvolutionAccount };

/** WhatsApp through somebody's Evolution server. The server's address is the account's, so there is nothing to set. */
export function evolution(): Channel<EvolutionAccount> & FetchesMedia<EvolutionAccount> {
  return {
    name: 'evolution',
    platform: 'whatsapp',
    capabilities: {
      maxText: { unit: 'characters', limit: 4096 },
      serviceWindowHours: null,
      humanWindowHours: null,
      templates: false,
    },
    parse,
    classify,
    send: async (account, outgoing, context) => send(checked(account), outgoing, context),
    showTyping: async (account, to, lastInboundId, context) =>
      showTyping(checked(account), to, lastInboundId, context),
    probe: (account, context) => probe(checked(account), context),
    fetchMedia: (account, media, toPath, context) =>
      outcomeOf(() => fetchMedia(checked(account), media, toPath, context)),
  };
}

const checked = (account: unknown): EvolutionAccount => checkedAccount(evolutionAccount, account);
