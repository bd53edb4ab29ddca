import { conversationId, type ConversationId, type MerchantId } from '../domain/ids.ts';
import type { Customer, Platform } from '../domain/message.ts';
import { conversationIdOf } from './customer-hash.ts';
import type { Tx } from './database.ts';

/** Where a customer writes to. */
export interface Place {
  readonly merchant: MerchantId;
  readonly platform: Platform;
  readonly account: string;
}

/** Only WhatsApp gives one person several ids; a scoped id and a simulated phone are all there is of theirs. */
const hasAliases = (platform: Platform): boolean => platform === 'whatsapp';

/**
 * The conversation of each customer, in their order. The address alone names it, unless one of the person's ids
 * has led to a conversation before: a hidden number, a user id and a phone that came later are one person.
 */
export async function conversationsOf(
  tx: Tx,
  hashKey: Buffer,
  place: Place,
  customers: readonly Customer[],
): Promise<ConversationId[]> {
  const known = hasAliases(place.platform)
    ? await knownIds(tx, place, customers)
    : new Map<string, ConversationId>();
  return customers.map((customer) => {
    const ids = idsOf(customer);
    const found = ids.map((id) => known.get(id)).find((conversation) => conversation !== undefined);
    const conversation = found ?? conversationIdOf(hashKey, { ...place, customer: customer.address });
    // The next of the same batch may know them by another of these ids.
    for (const id of ids) if (!known.has(id)) known.set(id, conversation);
    return conversation;
  });
}

async function knownIds(
  tx: Tx,
  { merchant, platform, account }: Place,
  customers: readonly Customer[],
): Promise<Map<string, ConversationId>> {
  const rows = await tx.query<{ id: string; conversation: string }>(
    `select customer as id, id as conversation, 0 as weight from conversations
       where merchant = $1 and platform = $2 and account = $3 and customer = any($4)
     union all
     select alias, conversation, 1 from customer_aliases
       where merchant = $1 and platform = $2 and account = $3 and alias = any($4)
     order by weight`,
    [merchant, platform, account, [...new Set(customers.flatMap(idsOf))]],
  );
  // What was joined later outweighs what an id was at first.
  return new Map(rows.map(({ id, conversation }) => [id, conversationId(conversation)]));
}

/**
 * Keeps the ids under which this customer was met, once the conversation has its row; and lets a phone take the
 * place of a user id as the address, because that is what people look for.
 */
export async function rememberCustomer(
  tx: Tx,
  { merchant, platform, account }: Place,
  conversation: ConversationId,
  customer: Customer,
): Promise<void> {
  if (!hasAliases(platform) || customer.aliases === undefined || customer.aliases.length === 0) return;
  await tx.query(
    `insert into customer_aliases (merchant, platform, account, alias, conversation)
     select $1, $2, $3, alias, $5 from unnest($4::text[]) alias order by alias
     on conflict (merchant, platform, account, alias) do update set conversation = excluded.conversation
     where customer_aliases.conversation <> excluded.conversation`,
    [merchant, platform, account, idsOf(customer), conversation],
  );
  if (!/^\d+$/.test(customer.address)) return;
  await tx.query(
    `update conversations c set customer = $5, send_to = null where merchant = $1 and id = $4 and customer <> $5 and customer !~ '^[0-9]+$'
       and not exists (select from conversations o where o.merchant = $1 and o.platform = $2 and o.account = $3 and o.customer = $5)`,
    [merchant, platform, account, conversation, customer.address],
  );
}

const idsOf = ({ address, aliases = [] }: Customer): string[] => [...new Set([address, ...aliases])];
