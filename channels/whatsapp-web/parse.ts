import type { Failure } from '../../domain/errors.ts';
import { messageKey } from '../../domain/ids.ts';
import type { Customer, Inbound, StatusNews } from '../../domain/message.ts';
import { contentOf } from './content.ts';
import { heard, type Heard, type RawMessage } from './raw-message.ts';

/** Reads what the connection heard. Groups, statuses, newsletters and the phone's own notices are not for us: they give nothing. */
export function parse(body: unknown): Inbound[] {
  const checked = heard.safeParse(body);
  if (!checked.success)
    return [
      {
        kind: 'malformed',
        why: checked.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '),
      },
    ];
  const it = checked.data;
  const inbound = it.event === 'reaction' ? reaction(it) : isPersonal(it.message) ? one(it) : null;
  return inbound === null ? [] : [inbound];
}

type AboutMessage = Exclude<Heard, { event: 'reaction' }>;

function one(it: AboutMessage): Inbound | null {
  const { account, message } = it;
  const { id } = message;
  const customer = customerOf(it.message.id.remote, it.phone, message.id.fromMe ? null : message.notifyName);
  switch (it.event) {
    case 'message': {
      const content = contentOf(message);
      if (content === null) return null;
      const replyTo = repliedTo(message, it.me);
      return {
        kind: 'message',
        account,
        id: id._serialized,
        from: customer,
        atMs: timeOf(message),
        ...content,
        ...(replyTo === null ? {} : { replyTo }),
      };
    }
    case 'from-me': {
      const content = contentOf(message);
      if (content === null) return null;
      const key = it.key ? { key: messageKey(it.key) } : {};
      return {
        kind: 'echo',
        account,
        id: id._serialized,
        to: customer,
        text: content.text,
        type: content.type,
        atMs: timeOf(message),
        ...key,
      };
    }
    case 'edit':
      if (id.fromMe) return null;
      return {
        kind: 'edit',
        account,
        id: id._serialized,
        from: customer,
        text: it.text,
        atMs: message.latestEditSenderTimestampMs ?? timeOf(message),
      };
    case 'revoke':
      if (id.fromMe) return null;
      return {
        kind: 'deletion',
        account,
        id: (message.protocolMessageKey ?? id)._serialized,
        from: customer,
        atMs: timeOf(message),
      };
    case 'ack':
      return id.fromMe ? status(it) : null;
  }
}

const ACKS: Readonly<Record<number, StatusNews['status']>> = {
  [-1]: 'failed',
  1: 'sent',
  2: 'delivered',
  3: 'read',
  4: 'read',
};

function status(it: Extract<AboutMessage, { event: 'ack' }>): Inbound | null {
  const news = ACKS[it.ack];
  if (news === undefined) return null;
  const failure: Failure = { class: 'permanent', reason: 'refused-by-whatsapp', detail: 'ack −1' };
  return {
    kind: 'status',
    account: it.account,
    id: it.message.id._serialized,
    status: news,
    // The library gives no time of the ack: the moment in which it was heard.
    atMs: Date.now(),
    to: addressOf(it.message.id.remote, it.phone),
    ...(it.key ? { key: messageKey(it.key) } : {}),
    ...(news === 'failed' ? { failure } : {}),
  };
}

function reaction(it: Extract<Heard, { event: 'reaction' }>): Inbound | null {
  const { reaction: given, account } = it;
  if (!isPersonalChat(given.msgId.remote) || given.senderId === it.me.pn || given.senderId === it.me.lid)
    return null;
  return {
    kind: 'reaction',
    account,
    from: customerOf(given.msgId.remote, it.phone, null),
    to: given.msgId._serialized,
    emoji: given.reaction ?? '',
    atMs: Math.round(given.timestamp * 1000),
  };
}

export const isPersonalChat = (chat: string): boolean =>
  /^\d+(:\d+)?@(c\.us|lid|s\.whatsapp\.net)$/.test(chat);
const isPersonal = (message: RawMessage): boolean =>
  isPersonalChat(message.id.remote) && message.isStatusV3 !== true;

/** The number when it is known; else WhatsApp's own id of the person, whole. What to send to is always the chat's id. */
function customerOf(
  chat: string,
  phone: string | null | undefined,
  name: string | null | undefined,
): Customer {
  const address = addressOf(chat, phone);
  return {
    address,
    sendTo: chat,
    ...(chat.endsWith('@lid') && address !== chat ? { aliases: [chat] } : {}),
    ...(name ? { name } : {}),
  };
}

function addressOf(chat: string, phone: string | null | undefined): string {
  if (phone) return phone;
  const [user = '', server] = chat.split('@');
  return server === 'lid' ? chat : (user.split(':')[0] ?? user);
}

/** A reply names only the far id; whose message it was tells the rest of the id. */
function repliedTo(message: RawMessage, me: Heard['me']): string | null {
  if (!message.quotedStanzaID) return null;
  const ours =
    typeof message.quotedParticipant === 'string' && [me.pn, me.lid].includes(message.quotedParticipant);
  return `${ours}_${message.id.remote}_${message.quotedStanzaID}`;
}

const timeOf = (message: RawMessage): number => (message.t ?? Math.floor(Date.now() / 1000)) * 1000;
