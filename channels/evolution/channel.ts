import type { Channel } from '../channel.ts';
import type { FetchesMedia } from '../media.ts';
import { classify } from './classify.ts';
import { fetchMedia } from './media.ts';
import { parse } from './parse.ts';
import type { EvolutionAccount } from './schema.ts';
import { send, showTyping } from './send.ts';

export { parseConnection, type ConnectionNews } from './connection.ts';
export { evolutionAccount, type EvolutionAccount } from './schema.ts';

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
    send,
    showTyping,
    fetchMedia,
  };
}
