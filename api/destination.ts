import { PLATFORM_OF } from '../domain/message.ts';
import { conversationIdOf } from '../store/customer-hash.ts';
import type { Destination } from '../store/inbound.ts';
import type { ApiDeps } from './deps.ts';
import type { ReceivingLine } from './inbound.ts';

export type InboundDeps = Pick<ApiDeps, 'database' | 'mail' | 'hashKey' | 'settings'>;

/** The conversation that something from (or to) this customer belongs to. */
export function destinationOf(
  { hashKey }: Pick<InboundDeps, 'hashKey'>,
  line: ReceivingLine,
  customer: string,
): Destination {
  const platform = PLATFORM_OF[line.channel];
  const { merchant, account } = line;
  return {
    merchant,
    line: line.id,
    account,
    platform,
    conversation: conversationIdOf(hashKey, { merchant, platform, account, customer }),
  };
}
