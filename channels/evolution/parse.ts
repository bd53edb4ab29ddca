import type { z } from 'zod';
import type { Inbound } from '../../domain/message.ts';
import { itemOf, malformed, present } from '../items.ts';
import { refusedByWhatsapp } from './classify.ts';
import { contentOf, contextOf, unwrap } from './content.ts';
import { customerOf, isConversation } from './jid.ts';
import * as wire from './schema.ts';

/** `connection.update` and `qrcode.updated` are about the line, not about a conversation: see `connection.ts`. */
export function parse(body: unknown): Inbound[] {
  return [
    ...itemOf(wire.envelope, body, 'body', ({ event, instance, data }) => {
      const read = READERS.get(event);
      return read === undefined ? [] : listOf(data).flatMap((item) => read(instance, item));
    }),
  ];
}

/** `data` is one item or a list of them; version 1 also wraps a list as `{messages: […]}`. */
export function listOf(data: unknown): readonly unknown[] {
  if (Array.isArray(data)) return data;
  if (typeof data === 'object' && data !== null && 'messages' in data && Array.isArray(data.messages))
    return data.messages;
  return [data];
}

type Reader = (account: string, item: unknown) => readonly Inbound[];
const READERS = new Map<string, Reader>([
  [
    'messages.upsert',
    (account, item) => itemOf(wire.upsert, item, 'upsert', (upsert) => parseUpsert(account, upsert)),
  ],
  // Sent through Evolution itself: an echo of ours, under the id that sending returned.
  [
    'send.message',
    (account, item) =>
      itemOf(wire.upsert, item, 'send', (upsert) =>
        parseUpsert(account, { ...upsert, key: { ...upsert.key, fromMe: true } }),
      ),
  ],
  [
    'messages.update',
    (account, item) => itemOf(wire.update, item, 'update', (update) => parseAck(account, update)),
  ],
  [
    'messages.edited',
    (account, item) =>
      itemOf(wire.edited, item, 'edited', ({ key, editedMessage, timestampMs }) =>
        editOf(account, key, key.id, editedMessage, timestampMs ?? Date.now()),
      ),
  ],
  [
    'messages.delete',
    (account, item) => itemOf(wire.deleted, item, 'delete', (deleted) => parseDeleted(account, deleted)),
  ],
]);

function parseUpsert(account: string, upsert: wire.Upsert): readonly Inbound[] {
  const { key, messageTimestamp: atMs } = upsert;
  if (!isConversation(key.remoteJid)) return [];
  // Not decrypted yet: the phone sends it again under the same id, which must not be taken by an empty message.
  if (upsert.message === undefined || upsert.message === null)
    return [malformed('upsert: a message without content')];
  const message = unwrap(upsert.message);
  const from = customerOf(key, key.fromMe ? undefined : upsert.pushName);

  const protocol = wire.protocol.safeParse(message['protocolMessage']);
  if (protocol.success) return parseProtocol(account, key, protocol.data, atMs);
  const reaction = wire.reaction.safeParse(message['reactionMessage']);
  if (reaction.success) {
    return key.fromMe
      ? []
      : [
          {
            kind: 'reaction',
            account,
            from,
            to: reaction.data.key.id,
            emoji: reaction.data.text ?? '',
            atMs,
          },
        ];
  }

  const content = contentOf(message, key.id);
  if (key.fromMe)
    return [{ kind: 'echo', account, id: key.id, to: from, type: content.type, text: content.text, atMs }];
  const { replyTo, referral } = contextOf(upsert.contextInfo, message);
  const payload = referral === undefined ? content.payload : { ...content.payload, referral };
  return [{ kind: 'message', account, id: key.id, from, atMs, ...content, ...present({ payload, replyTo }) }];
}

/** Edits and deletions travel as protocol messages; the others (settings, history, keys) are the phones' own talk. */
function parseProtocol(
  account: string,
  key: wire.Key,
  protocol: z.infer<typeof wire.protocol>,
  atMs: number,
): readonly Inbound[] {
  if (protocol.key === undefined) return [];
  const isRevoke = protocol.type === 0 || protocol.type === 'REVOKE';
  if (isRevoke)
    return key.fromMe
      ? []
      : [{ kind: 'deletion', account, id: protocol.key.id, from: customerOf(key), atMs }];
  return protocol.editedMessage === undefined
    ? []
    : editOf(account, key, protocol.key.id, protocol.editedMessage, atMs);
}

function editOf(
  account: string,
  key: wire.Key,
  id: string,
  edited: Readonly<Record<string, unknown>>,
  atMs: number,
): readonly Inbound[] {
  if (key.fromMe || !isConversation(key.remoteJid)) return [];
  return [
    { kind: 'edit', account, id, from: customerOf(key), text: contentOf(unwrap(edited), id).text, atMs },
  ];
}

function parseDeleted(account: string, deleted: z.infer<typeof wire.deleted>): readonly Inbound[] {
  return itemOf(wire.key, deleted.key ?? deleted, 'delete', (key) =>
    // No time on the wire: the moment it was heard.
    key.fromMe || !isConversation(key.remoteJid)
      ? []
      : [{ kind: 'deletion', account, id: key.id, from: customerOf(key), atMs: Date.now() }],
  );
}

/** Baileys' ladder, as words or numbers. A pending message has no news; "played" is a voice message listened to. */
const ACKS: Readonly<Record<string, 'failed' | 'sent' | 'delivered' | 'read' | null | undefined>> = {
  ERROR: 'failed',
  '0': 'failed',
  PENDING: null,
  '1': null,
  SERVER_ACK: 'sent',
  '2': 'sent',
  DELIVERY_ACK: 'delivered',
  '3': 'delivered',
  READ: 'read',
  '4': 'read',
  PLAYED: 'read',
  '5': 'read',
};

function parseAck(account: string, update: z.infer<typeof wire.update>): readonly Inbound[] {
  const id = update.keyId ?? update.key?.id ?? update.id;
  const word = update.status ?? update.update?.status;
  if (id === undefined) return [malformed('update: no message id')];
  // Our own reading of the customer's messages comes the same way; edits and polls come without a status.
  if ((update.fromMe ?? update.key?.fromMe) === false || word === undefined) return [];
  const status = ACKS[String(word).toUpperCase()];
  if (status === null) return [];
  if (status === undefined) return [malformed('update: an unknown ack')];
  const jid = update.remoteJid ?? update.key?.remoteJid;
  if (jid !== undefined && !isConversation(jid)) return [];
  const failure = status === 'failed' ? { failure: refusedByWhatsapp } : {};
  return [
    {
      kind: 'status',
      account,
      id,
      status,
      atMs: Date.now(),
      ...failure,
      ...(jid === undefined ? {} : { to: customerOf({ remoteJid: jid }).address }),
    },
  ];
}
