import { lineId, type LineId, type MerchantId, type MessageKey } from '../domain/ids.ts';
import type { ChannelName, Customer } from '../domain/message.ts';
import type { Tx } from './database.ts';

/** A customer's message and the line that it came in on: what marking it as read takes. */
export interface LastHeard {
  readonly providerId: string;
  readonly to: Customer;
  readonly line: LineId;
  readonly channel: ChannelName;
  readonly state: string;
  readonly config: Record<string, unknown>;
  readonly credentials: Buffer | null;
}

export async function lastHeard(
  tx: Tx,
  merchant: MerchantId,
  message: MessageKey,
): Promise<LastHeard | null> {
  const [row] = await tx.query<{
    provider_id: string;
    customer: string;
    send_to: string | null;
    line: string;
    channel: ChannelName;
    state: string;
    config: Record<string, unknown>;
    credentials: Buffer | null;
  }>(
    `select m.provider_id, c.customer, c.send_to, l.id as line, l.channel, l.state, l.config, l.credentials
     from messages m join conversations c on c.merchant = m.merchant and c.id = m.conversation
     join lines l on l.merchant = m.merchant and l.id = m.line
     where m.merchant = $1 and m.key = $2 and m.provider_id is not null`,
    [merchant, message],
  );
  if (row === undefined) return null;
  const { provider_id: providerId, customer, send_to, line, ...rest } = row;
  return {
    providerId,
    to: { address: customer, ...(send_to === null ? {} : { sendTo: send_to }) },
    line: lineId(line),
    ...rest,
  };
}
