import type { Platform } from '../domain/message.ts';
import type { Tx } from './database.ts';
import type { Order } from './orders.ts';

/** Where an order's customer is talked with: the conversation its messages went to, else one under a number of its row. */
export async function conversationOfOrder(
  tx: Tx,
  merchant: string,
  { id, phones }: Pick<Order, 'id' | 'phones'>,
): Promise<{ platform: Platform; customer: string } | null> {
  const [found] = await tx.query<{ platform: Platform; customer: string }>(
    `select c.platform, c.customer from conversations c
     left join (select conversation, max(at) as at from order_messages where merchant = $1 and order_id = $2 group by conversation) m on m.conversation = c.id
     where c.merchant = $1 and (m.conversation is not null or c.customer = any($3))
     order by m.at desc nulls last, c.last_activity_at desc limit 1`,
    [merchant, id, phones.map(({ number }) => number)],
  );
  return found ?? null;
}
