import { PLATFORM_OF, type Customer } from '../domain/message.ts';
import { conversationsOf } from '../store/customers.ts';
import type { Tx } from '../store/database.ts';
import type { Destination } from '../store/inbound.ts';
import type { ApiDeps } from './deps.ts';
import type { ReceivingLine } from './inbound.ts';

export type InboundDeps = Pick<ApiDeps, 'database' | 'mail' | 'orderMail' | 'hashKey' | 'settings'>;

/** The conversations that something from (or to) these customers belongs to, in their order. */
export async function destinationsOf(
  { hashKey }: Pick<InboundDeps, 'hashKey'>,
  tx: Tx,
  line: ReceivingLine,
  customers: readonly Customer[],
): Promise<Destination[]> {
  const { merchant, account, id } = line;
  const place = { merchant, account, platform: PLATFORM_OF[line.channel] };
  const conversations = await conversationsOf(tx, hashKey, place, customers);
  return conversations.map((conversation) => ({ ...place, line: id, conversation }));
}

export async function destinationOf(
  deps: Pick<InboundDeps, 'hashKey'>,
  tx: Tx,
  line: ReceivingLine,
  customer: Customer,
): Promise<Destination> {
  const [destination] = await destinationsOf(deps, tx, line, [customer]);
  if (destination === undefined) throw new Error('a customer went in and no destination came out');
  return destination;
}
