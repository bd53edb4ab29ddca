import type { z } from 'zod';
import type { Customer, Inbound, InboundMessage } from '../../domain/message.ts';
import { eachOf, itemOf, malformed, phoneDigits, present } from '../items.ts';
import { contentOf } from './content.ts';
import { contactsOf, customerOf, withNewNumber, type Contacts } from './customer.ts';
import * as wire from './schema.ts';
import { parseStatus } from './statuses.ts';

/** One POST holds up to 1,000 updates in entries, changes, messages and statuses: every one is read, each by itself. */
export function parse(body: unknown): Inbound[] {
  return [
    ...itemOf(wire.envelope, body, 'body', (envelope) =>
      eachOf(envelope.entry, 'entry', (entry) =>
        itemOf(wire.entry, entry, 'entry', ({ changes }) =>
          eachOf(changes, 'changes', (change) => itemOf(wire.change, change, 'change', parseChange)),
        ),
      ),
    ),
  ];
}

/** Other fields (templates' reviews, account news, history) say nothing about a conversation. */
function parseChange({ field, value }: z.infer<typeof wire.change>): readonly Inbound[] {
  if (field !== 'messages' && field !== 'smb_message_echoes') return [];
  return itemOf(wire.value, value, field, (news) => {
    const account = news.metadata.phone_number_id;
    const contacts = contactsOf(news.contacts);
    return [
      ...eachOf(news.messages, 'messages', (item) =>
        itemOf(wire.message, item, 'message', (message) => parseMessage(account, contacts, message)),
      ),
      ...eachOf(news.message_echoes, 'message_echoes', (item) =>
        itemOf(wire.echo, item, 'echo', (echo) => parseEcho(account, echo)),
      ),
      ...eachOf(news.statuses, 'statuses', (item) =>
        itemOf(wire.status, item, 'status', (status) => [parseStatus(account, status)]),
      ),
      ...eachOf(news.errors, 'errors', (item) =>
        itemOf(wire.fault, item, 'error', ({ code }) => [
          malformed(`error ${code} reported for the number, without a message`),
        ]),
      ),
    ];
  });
}

function parseMessage(account: string, contacts: Contacts, message: wire.Message): readonly Inbound[] {
  if (message.group_id !== undefined) return [];
  const from = customerOf(contacts, message);
  if (from === undefined) return [malformed('message: neither a phone nor a user id')];
  const atMs = message.timestamp;

  switch (message.type) {
    case 'reaction':
      return itemOf(wire.reaction, message['reaction'], 'reaction', ({ message_id, emoji }) => [
        { kind: 'reaction', account, from, to: message_id, emoji, atMs },
      ]);
    case 'revoke':
      return itemOf(wire.revoke, message['revoke'], 'revoke', ({ original_message_id }) => [
        { kind: 'deletion', account, id: original_message_id, from, atMs },
      ]);
    case 'edit':
      return itemOf(wire.edit, message['edit'], 'edit', ({ original_message_id, message: edited }) => [
        {
          kind: 'edit',
          account,
          id: original_message_id,
          from,
          text: contentOf(String(edited['type']), edited).text,
          atMs,
        },
      ]);
    default:
      return [toMessage(account, from, message)];
  }
}

function toMessage(account: string, from: Customer, message: wire.Message): InboundMessage {
  const content = contentOf(message.type, message);
  const payload =
    message.referral === undefined ? content.payload : { ...content.payload, referral: message.referral };
  return {
    kind: 'message',
    account,
    id: message.id,
    from: message.type === 'system' ? withNewNumber(from, message['system']) : from,
    atMs: message.timestamp,
    ...content,
    ...present({ payload, replyTo: message.context?.id }),
  };
}

/** The owner answered in the WhatsApp Business app, beside the API. What the API sends never comes back this way. */
function parseEcho(account: string, echo: z.infer<typeof wire.echo>): readonly Inbound[] {
  if (echo.type === 'revoke' || echo.type === 'edit' || echo.type === 'reaction') return [];
  const phone = phoneDigits(echo.to);
  const address = phone ?? echo.to_user_id ?? echo.to;
  if (address === undefined || address === '') return [malformed('echo: no recipient')];
  const aliases = phone !== undefined && echo.to_user_id !== undefined ? { aliases: [echo.to_user_id] } : {};
  const { type, text } = contentOf(echo.type, echo);
  return [
    { kind: 'echo', account, id: echo.id, to: { address, ...aliases }, type, text, atMs: echo.timestamp },
  ];
}
