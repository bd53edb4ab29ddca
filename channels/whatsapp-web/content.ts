import type { MediaReference, MessageType } from '../../domain/message.ts';
import { cardOf } from '../contact-card.ts';
import type { RawMessage } from './raw-message.ts';

export interface Content {
  readonly type: MessageType;
  readonly text: string;
  readonly media?: readonly MediaReference[];
  readonly payload?: Readonly<Record<string, unknown>>;
  readonly endsWindow?: boolean;
}

/** Notices of the app itself: nobody wrote them. An album's pictures come as messages of their own. */
const NOT_WRITTEN = new Set([
  'e2e_notification',
  'notification',
  'notification_template',
  'broadcast_notification',
  'group_notification',
  'gp2',
  'protocol',
  'call_log',
  'ciphertext',
  'debug',
  'reaction',
  'revoked',
  'album',
  'newsletter_notification',
  'pinned_message',
  'keep_in_chat',
  'poll_update',
]);

/** What a message says, in Zajel's words. Null: nobody said anything. What can't be read is `unsupported`, never dropped. */
export function contentOf(message: RawMessage): Content | null {
  if (NOT_WRITTEN.has(message.type)) return null;
  const body = message.body ?? '';
  switch (message.type) {
    case 'chat': {
      const from = message.ctwaContext?.sourceUrl;
      return from
        ? { type: 'referral', text: body, payload: { referral: from } }
        : { type: 'text', text: body };
    }
    case 'image':
      return media(message, 'image');
    case 'video':
    case 'ptv':
      return media(message, 'video');
    case 'audio':
    case 'ptt':
      return media(message, 'audio', message.type === 'ptt');
    case 'document':
      return media(message, 'document');
    case 'sticker':
      return media(message, 'sticker');
    case 'location': {
      const [name, address] = (message.loc ?? '').split('\n');
      return {
        type: 'location',
        text: message.loc ?? '',
        payload: {
          latitude: message.lat ?? null,
          longitude: message.lng ?? null,
          ...(name ? { name } : {}),
          ...(address ? { address } : {}),
        },
      };
    }
    case 'vcard':
      return {
        type: 'contacts',
        text: message.vcardFormattedName ?? '',
        payload: { contacts: [cardOf(body, message.vcardFormattedName)] },
      };
    case 'multi_vcard':
      return {
        type: 'contacts',
        text: '',
        payload: { contacts: (message.vcardList ?? []).map(({ vcard }) => cardOf(vcard)) },
      };
    case 'buttons_response':
      return {
        type: 'button',
        text: body,
        payload: { id: message.selectedButtonId ?? '', title: body },
        endsWindow: true,
      };
    case 'template_button_reply':
      return {
        type: 'button',
        text: body,
        payload: { id: message.selectedId ?? '', title: body },
        endsWindow: true,
      };
    case 'list_response': {
      const title = message.listResponse?.title ?? message.title ?? body;
      return {
        type: 'list',
        text: title,
        endsWindow: true,
        payload: { id: message.listResponse?.singleSelectReply.selectedRowId ?? '', title },
      };
    }
    case 'order':
      return {
        type: 'order',
        text: body,
        payload: {
          order: {
            orderId: message.orderId ?? '',
            token: message.token ?? '',
            items: message.itemCount ?? null,
          },
        },
      };
    default:
      return {
        type: 'unsupported',
        text: message.pollName ?? message.caption ?? (message.directPath ? '' : body),
        payload: { type: message.type },
      };
  }
}

/** The handle is the message's own id: the page fetches and decrypts by it. A medium's body is a thumbnail, never text. */
function media(message: RawMessage, kind: MediaReference['kind'], voice = false): Content {
  const reference: MediaReference = {
    kind,
    handle: message.id._serialized,
    ...(message.mimetype ? { mimeType: message.mimetype } : {}),
    ...(message.filename ? { fileName: message.filename } : {}),
    ...(typeof message.size === 'number' ? { sizeBytes: message.size } : {}),
    ...(voice ? { voice } : {}),
  };
  return { type: kind, text: message.caption ?? '', media: [reference] };
}
