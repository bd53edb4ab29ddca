import { z } from 'zod';
import type { Customer, Outgoing } from '../../domain/message.ts';
import type { SendContext, SendReceipt } from '../channel.ts';
import { graphPost, type GraphCall } from '../meta/graph.ts';
import type { InstagramAccount } from './schema.ts';

const accepted = z.looseObject({ message_id: z.string() });

/** There is no idempotency key and no field of ours in a message: an unknown outcome is settled by the echo. */
export async function send(
  baseUrl: string,
  account: InstagramAccount,
  outgoing: Outgoing,
  context: SendContext,
): Promise<SendReceipt> {
  const answer = accepted.safeParse(
    await graphPost(callOf(baseUrl, account, context), {
      recipient: { id: addressOf(outgoing.to) },
      // HUMAN_AGENT is for what a person wrote, up to 7 days after the customer's last message; a bot may not use it.
      ...(outgoing.by === 'human' && outgoing.outsideServiceWindow === true
        ? { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' }
        : {}),
      ...(outgoing.replyTo === undefined ? {} : { reply_to: { mid: outgoing.replyTo } }),
      message: { text: outgoing.text },
    }),
  );
  return { providerId: answer.success ? answer.data.message_id : null };
}

/** Two calls: Instagram takes one action at a time. */
export async function showTyping(
  baseUrl: string,
  account: InstagramAccount,
  to: Customer,
  context: SendContext,
): Promise<void> {
  const recipient = { id: addressOf(to) };
  await graphPost(callOf(baseUrl, account, context), { recipient, sender_action: 'mark_seen' });
  await graphPost(callOf(baseUrl, account, context), { recipient, sender_action: 'typing_on' });
}

const callOf = (baseUrl: string, account: InstagramAccount, context: SendContext): GraphCall => ({
  baseUrl,
  path: `${account.accountId}/messages`,
  accessToken: account.accessToken,
  context,
});

const addressOf = (to: Customer): string => to.sendTo ?? to.address;
