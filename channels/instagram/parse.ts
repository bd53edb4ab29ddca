import type { z } from 'zod';
import type { Inbound } from '../../domain/message.ts';
import { eachOf, itemOf, malformed, present } from '../items.ts';
import { contentOf } from './content.ts';
import * as wire from './schema.ts';

/** Identity is the scoped id, never the user name: names change, and others take them. */
export function parse(body: unknown): Inbound[] {
  return [
    ...itemOf(wire.envelope, body, 'body', (envelope) =>
      eachOf(envelope.entry, 'entry', (entry) => itemOf(wire.entry, entry, 'entry', parseEntry)),
    ),
  ];
}

function parseEntry({
  id,
  time,
  messaging,
  standby,
  changes,
}: z.infer<typeof wire.entry>): readonly Inbound[] {
  return [
    ...eachOf(messaging, 'messaging', (item) =>
      itemOf(wire.event, item, 'messaging', (event) => parseEvent(id, event)),
    ),
    // Another app owns the thread: what is said there is kept, and answered by the other app.
    ...eachOf(standby, 'standby', (item) =>
      itemOf(wire.event, item, 'standby', (event) => parseEvent(id, event).map(silenced)),
    ),
    ...eachOf(changes, 'changes', (item) =>
      itemOf(wire.change, item, 'change', (change) => parseChange(id, time ?? Date.now(), change)),
    ),
  ];
}

const silenced = (news: Inbound): Inbound =>
  news.kind === 'message' ? { ...news, silent: true, payload: { ...news.payload, standby: true } } : news;

function parseEvent(account: string, event: wire.Event): readonly Inbound[] {
  const atMs = event.timestamp;
  const from = { address: event.sender.id };
  if (event.message !== undefined)
    return itemOf(wire.message, event.message, 'message', (message) => parseMessage(account, event, message));
  if (event.message_edit !== undefined) {
    return itemOf(wire.messageEdit, event.message_edit, 'message_edit', ({ mid, text }) =>
      from.address === account ? [] : [{ kind: 'edit', account, id: mid, from, text, atMs }],
    );
  }
  if (event.postback !== undefined)
    return itemOf(wire.postback, event.postback, 'postback', (postback) => [
      parsePostback(account, event, postback),
    ]);
  if (event.reaction !== undefined) {
    return itemOf(wire.reaction, event.reaction, 'reaction', ({ mid, action, emoji, reaction }) => [
      {
        kind: 'reaction',
        account,
        from,
        to: mid,
        emoji: action === 'unreact' ? '' : (emoji ?? reaction ?? ''),
        atMs,
      },
    ]);
  }
  if (event.read !== undefined)
    return from.address === account ? [] : [{ kind: 'read', account, from, untilMs: atMs }];
  if (event.referral !== undefined) {
    // Somebody followed a link to the chat and has not said anything yet.
    const id = `referral-${event.sender.id}-${atMs}`;
    return [
      {
        kind: 'message',
        account,
        id,
        from,
        atMs,
        type: 'referral',
        text: '',
        payload: { referral: event.referral },
        silent: true,
      },
    ];
  }
  return [malformed('messaging: an event of an unknown kind')];
}

function parseMessage(account: string, event: wire.Event, message: wire.Message): readonly Inbound[] {
  const atMs = event.timestamp;
  const fromUs = message.is_echo || message.is_self || event.sender.id === account;
  const from = { address: event.sender.id };
  // The owner took back an own message: no news of the customer's.
  if (message.is_deleted) return fromUs ? [] : [{ kind: 'deletion', account, id: message.mid, from, atMs }];
  const content = contentOf(message);
  if (fromUs) {
    return [
      {
        kind: 'echo',
        account,
        id: message.mid,
        to: { address: event.recipient.id },
        type: content.type,
        text: content.text,
        atMs,
      },
    ];
  }
  return [
    {
      kind: 'message',
      account,
      id: message.mid,
      from,
      atMs,
      ...content,
      ...present({ replyTo: message.reply_to?.mid }),
    },
  ];
}

/** Ice breakers, menus and buttons. One without an id is named by what makes it single: who, when, what. */
function parsePostback(account: string, event: wire.Event, postback: z.infer<typeof wire.postback>): Inbound {
  const { mid, title, payload: id, referral } = postback;
  return {
    kind: 'message',
    account,
    id: mid ?? `postback-${event.sender.id}-${event.timestamp}-${id}`,
    from: { address: event.sender.id },
    atMs: event.timestamp,
    type: 'button',
    text: title ?? '',
    payload: { id, title: title ?? '', ...present({ referral }) },
    endsWindow: true,
  };
}

/** Messages come as changes too, where the account was connected with Instagram's own login. */
const MESSAGING_FIELDS = new Set([
  'messages',
  'message_edit',
  'messaging_postbacks',
  'messaging_seen',
  'message_reactions',
  'messaging_referral',
]);

function parseChange(
  account: string,
  atMs: number,
  { field, value }: z.infer<typeof wire.change>,
): readonly Inbound[] {
  if (MESSAGING_FIELDS.has(field))
    return itemOf(wire.event, value, field, (event) => parseEvent(account, event));
  if (field !== 'comments' && field !== 'live_comments') return [];
  return itemOf(wire.comment, value, field, ({ id, text, from, media, parent_id }) =>
    from.id === account
      ? []
      : // A comment is answered in public, by a person: kept and shown only. Its only time is the entry's.
        [
          {
            kind: 'message',
            account,
            id,
            from: { address: from.id },
            atMs,
            type: 'unsupported',
            text,
            payload: { comment: { id, ...present({ media, parent_id }) } },
            silent: true,
          },
        ],
  );
}
