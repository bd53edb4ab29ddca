import type { Customer } from '../../domain/message.ts';
import { phoneDigits, present } from '../items.ts';
import * as wire from './schema.ts';

/** The people beside the messages: names and user ids, found by phone or by user id. */
export interface Contacts {
  of(message: wire.Message): wire.Contact | undefined;
}

/** A broken contact costs a name, never a message. Up to 1,000 of each: looked up, not searched. */
export function contactsOf(value: unknown): Contacts {
  const byId = new Map<string, wire.Contact>();
  const all: wire.Contact[] = [];
  for (const item of Array.isArray(value) ? value : []) {
    const parsed = wire.contact.safeParse(item);
    if (!parsed.success) continue;
    all.push(parsed.data);
    for (const id of [phoneDigits(parsed.data.wa_id), parsed.data.user_id])
      if (id !== undefined) byId.set(id, parsed.data);
  }
  const [only] = all;
  return {
    of: (message) => {
      const found = byId.get(phoneDigits(message.from) ?? '') ?? byId.get(message.from_user_id ?? '');
      if (found !== undefined) return found;
      return only !== undefined && all.length === 1 && mayBe(only, message) ? only : undefined;
    },
  };
}

/** The only contact beside a message is its sender's, unless an id says otherwise: two people must never become one. */
const mayBe = (contact: wire.Contact, message: wire.Message): boolean =>
  agree(phoneDigits(contact.wa_id), phoneDigits(message.from)) &&
  agree(contact.user_id, message.from_user_id);
const agree = (one: string | undefined, other: string | undefined): boolean =>
  one === undefined || other === undefined || one === other;

/**
 * The phone is the address while WhatsApp tells it; a customer with a user name may come without one, and
 * is then addressed by the user id. What is not the address is kept as an alias, so that a later phone joins.
 */
export function customerOf(contacts: Contacts, message: wire.Message): Customer | undefined {
  const contact = contacts.of(message);
  const phone = phoneDigits(message.from) ?? phoneDigits(contact?.wa_id);
  const userIds = [
    message.from_user_id,
    contact?.user_id,
    message.from,
    message.from_parent_user_id,
    contact?.parent_user_id,
  ]
    // A phone as it was written is no second id of the person.
    .filter((id) => id !== undefined && id !== '' && phoneDigits(id) === undefined);
  const [address, ...aliases] = [...new Set([phone, ...userIds])].filter((id) => id !== undefined);
  if (address === undefined) return undefined;
  return {
    address,
    ...(aliases.length === 0 ? {} : { aliases }),
    ...present({ name: contact?.profile?.name }),
  };
}

/** A customer who changed the number is the same person under the new one. */
export function withNewNumber(from: Customer, part: unknown): Customer {
  const system = wire.system.safeParse(part);
  if (!system.success) return from;
  const { wa_id, new_wa_id, user_id } = system.data;
  const fresh = [phoneDigits(wa_id), phoneDigits(new_wa_id), user_id].filter((id) => id !== undefined);
  const aliases = [...new Set([...(from.aliases ?? []), ...fresh])].filter((id) => id !== from.address);
  return aliases.length === 0 ? from : { ...from, aliases };
}
