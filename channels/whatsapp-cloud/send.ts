import { z } from 'zod';
import type { Outgoing } from '../../domain/message.ts';
import type { SendContext, SendReceipt } from '../channel.ts';
import { phoneDigits } from '../items.ts';
import { GraphError, graphPost } from '../meta/graph.ts';
import type { WhatsappCloudAccount } from './schema.ts';

const accepted = z.looseObject({ messages: z.array(z.looseObject({ id: z.string() })).min(1) });

/** 200 means accepted under an id, not delivered. There is no idempotency key: one try, and our key inside the message. */
export async function send(
  baseUrl: string,
  account: WhatsappCloudAccount,
  outgoing: Outgoing,
  context: SendContext,
): Promise<SendReceipt> {
  const call = {
    baseUrl,
    path: `${account.phoneNumberId}/messages`,
    accessToken: account.accessToken,
    context,
  };
  try {
    const answer = accepted.safeParse(await graphPost(call, bodyOf(outgoing)));
    return { providerId: answer.success ? (answer.data.messages[0]?.id ?? null) : null };
  } catch (error) {
    // How long to wait for a throttled customer depends on how often it has happened.
    if (error instanceof GraphError)
      throw new GraphError({ ...error.fault, throttledBefore: outgoing.throttledBefore ?? 0 });
    throw error;
  }
}

function bodyOf(outgoing: Outgoing): Record<string, unknown> {
  return {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    ...recipientOf(outgoing.to.sendTo ?? outgoing.to.address),
    biz_opaque_callback_data: outgoing.key,
    ...(outgoing.replyTo === undefined ? {} : { context: { message_id: outgoing.replyTo } }),
    ...(outgoing.template === undefined
      ? { type: 'text', text: { body: outgoing.text, preview_url: false } }
      : { type: 'template', template: templateOf(outgoing.template) }),
  };
}

/** A phone goes to `to`; a user id of a customer whose phone is hidden goes to `recipient`. */
const recipientOf = (address: string): Record<string, string> =>
  phoneDigits(address) === undefined ? { recipient: address } : { to: address };

function templateOf({
  name,
  language,
  variables,
  quickReplies,
}: NonNullable<Outgoing['template']>): Record<string, unknown> {
  const body =
    variables.length === 0
      ? []
      : [{ type: 'body', parameters: variables.map((text) => ({ type: 'text', text: oneLine(text) })) }];
  const buttons = (quickReplies ?? []).map((payload, index) => ({
    type: 'button',
    sub_type: 'quick_reply',
    index: String(index),
    parameters: [{ type: 'payload', payload }],
  }));
  return { name, language: { code: language }, components: [...body, ...buttons] };
}

/** Graph refuses a template whose variable has a line break, a tab or more than four spaces in a row. */
const oneLine = (text: string): string => text.replace(/\s*[\n\r\t]\s*/g, ' ').replace(/ {5,}/g, '    ');

export async function showTyping(
  baseUrl: string,
  account: WhatsappCloudAccount,
  lastInboundId: string,
  context: SendContext,
): Promise<void> {
  const call = {
    baseUrl,
    path: `${account.phoneNumberId}/messages`,
    accessToken: account.accessToken,
    context,
  };
  await graphPost(call, {
    messaging_product: 'whatsapp',
    status: 'read',
    message_id: lastInboundId,
    typing_indicator: { type: 'text' },
  });
}
