import type { Customer } from '../../domain/message.ts';
import { present } from '../items.ts';
import type { Key } from './schema.ts';

/** WhatsApp's own addresses: `<phone>[:device]@s.whatsapp.net`, `<id>@lid` for a hidden phone, `@g.us` for a group. */

/** Groups, stories and channels are nobody's conversation with the shop. */
export const isConversation = (jid: string): boolean => !/@(g\.us|broadcast|newsletter)$|^status@/.test(jid);

/**
 * The phone is the address wherever it is known: beside a `@lid` it stands in `remoteJidAlt`. A customer who
 * is only known as a `@lid` keeps that as address, suffix and all, so that it is never taken for a phone.
 */
export function customerOf(key: Pick<Key, 'remoteJid'> & Partial<Key>, name?: string): Customer {
  const jids = [key.remoteJid, key.remoteJidAlt, key.senderPn]
    .filter((jid) => jid !== undefined && jid !== '')
    .map((jid) => withoutDevice(jid ?? ''));
  const phone = jids.map(phoneOf).find((digits) => digits !== undefined);
  const address = phone ?? jids[0] ?? key.remoteJid;
  const aliases = [...new Set(jids.filter((jid) => phoneOf(jid) === undefined && jid !== address))];
  return { address, ...(aliases.length === 0 ? {} : { aliases }), ...present({ name }) };
}

const phoneOf = (jid: string): string | undefined => /^(\d+)(?:@(?:s\.whatsapp\.net|c\.us))?$/.exec(jid)?.[1];

/** One person's several devices are one address. */
const withoutDevice = (jid: string): string => jid.replace(/:\d+(?=@)/, '');
