import { cardOf, type ContactCard } from '../contact-card.ts';
import type { z } from 'zod';
import type { InboundMessage, MediaReference } from '../../domain/message.ts';
import { anyObject, present } from '../items.ts';
import * as wire from './schema.ts';

export type Content = Pick<InboundMessage, 'type' | 'text' | 'media' | 'payload' | 'endsWindow'>;
type Body = Readonly<Record<string, unknown>>;

/** Envelopes inside the envelope: the message proper is one level down. */
const WRAPPERS = [
  'ephemeralMessage',
  'viewOnceMessage',
  'viewOnceMessageV2',
  'viewOnceMessageV2Extension',
  'documentWithCaptionMessage',
  'deviceSentMessage',
  'editedMessage',
];
/** Beside the message, and no message themselves. */
const BESIDE = new Set(['messageContextInfo', 'senderKeyDistributionMessage', 'base64', 'mediaUrl']);
const MEDIA: Readonly<Record<string, MediaReference['kind']>> = {
  imageMessage: 'image',
  videoMessage: 'video',
  ptvMessage: 'video',
  audioMessage: 'audio',
  documentMessage: 'document',
  stickerMessage: 'sticker',
};

export function unwrap(message: Body, depth = 0): Body {
  for (const name of WRAPPERS) {
    const inner = wire.wrapper.safeParse(message[name]);
    // Five levels: real ones are at most two, and a body may be made to nest for ever.
    if (inner.success && depth < 5)
      return { ...present({ mediaUrl: message['mediaUrl'] }), ...unwrap(inner.data.message, depth + 1) };
  }
  return message;
}

/** `id` is the message's own: Evolution hands out its media under it. */
export function contentOf(message: Body, id: string): Content {
  return mediaContent(message, id) ?? spoken(message) ?? chosen(message) ?? unsupported(message);
}

function mediaContent(message: Body, id: string): Content | undefined {
  for (const [name, kind] of Object.entries(MEDIA)) {
    const part = wire.media.safeParse(message[name]);
    if (!part.success) continue;
    const { caption, mimetype, fileName, title, fileLength, ptt } = part.data;
    const url = message['mediaUrl'];
    const about = {
      mimeType: mimetype,
      fileName: fileName ?? title,
      sizeBytes: fileLength,
      voice: kind === 'audio' ? ptt : undefined,
    };
    // The `url` inside the message is encrypted; what can be fetched is the copy Evolution keeps.
    return {
      type: kind,
      text: caption ?? '',
      media: [{ kind, handle: typeof url === 'string' ? url : id, ...present(about) }],
    };
  }
  return undefined;
}

function spoken(message: Body): Content | undefined {
  const plain = message['conversation'];
  // An empty `conversation` stands beside the real content in some versions.
  if (typeof plain === 'string' && plain !== '') return { type: 'text', text: plain };
  const extended = wire.extendedText.safeParse(message['extendedTextMessage']);
  if (extended.success) return { type: 'text', text: extended.data.text };
  const place = wire.location.safeParse(message['locationMessage'] ?? message['liveLocationMessage']);
  if (place.success) {
    const {
      degreesLatitude: latitude,
      degreesLongitude: longitude,
      name,
      address,
      url,
      caption,
    } = place.data;
    return {
      type: 'location',
      text: caption ?? '',
      payload: { latitude, longitude, ...present({ name, address, url }) },
    };
  }
  const one = wire.contactCard.safeParse(message['contactMessage']);
  if (one.success) return { type: 'contacts', text: '', payload: { contacts: [contactOf(one.data)] } };
  const many = wire.contactCards.safeParse(message['contactsArrayMessage']);
  if (many.success)
    return { type: 'contacts', text: '', payload: { contacts: many.data.contacts.map(contactOf) } };
  const order = anyObject.safeParse(message['orderMessage']);
  if (order.success) return { type: 'order', text: '', payload: { order: order.data } };
  return undefined;
}

const contactOf = ({ displayName, vcard }: z.infer<typeof wire.contactCard>): ContactCard =>
  cardOf(vcard ?? '', displayName);

function chosen(message: Body): Content | undefined {
  const button = wire.buttonResponse.safeParse(message['buttonsResponseMessage']);
  if (button.success) return choice('button', button.data.selectedButtonId, button.data.selectedDisplayText);
  const template = wire.templateReply.safeParse(message['templateButtonReplyMessage']);
  if (template.success) return choice('button', template.data.selectedId, template.data.selectedDisplayText);
  const list = wire.listResponse.safeParse(message['listResponseMessage']);
  if (list.success)
    return choice('list', list.data.singleSelectReply.selectedRowId, list.data.title, list.data.description);
  const flow = wire.interactiveResponse.safeParse(message['interactiveResponseMessage']);
  if (flow.success) {
    const { name, paramsJson } = flow.data.nativeFlowResponseMessage;
    return {
      type: 'button',
      text: flow.data.body?.text ?? '',
      payload: present({ form: name, response: paramsJson }),
      endsWindow: true,
    };
  }
  return undefined;
}

const choice = (type: 'button' | 'list', id: string, title = '', description?: string): Content => ({
  type,
  text: title,
  payload: { id, title, ...present({ description }) },
  endsWindow: true,
});

const unsupported = (message: Body): Content => ({
  type: 'unsupported',
  text: '',
  payload: { type: Object.keys(message).find((name) => !BESIDE.has(name)) ?? 'unknown' },
});

/** What this message answers, and the advertisement that led here: beside the message or inside its content. */
export function contextOf(
  beside: unknown,
  message: Body,
): { replyTo?: string; referral?: Record<string, unknown> } {
  const candidates = [
    beside,
    ...Object.values(message).map((part) => wire.withContext.safeParse(part).data?.contextInfo),
  ];
  for (const candidate of candidates) {
    const found = wire.context.safeParse(candidate);
    if (found.success && (found.data.stanzaId ?? found.data.externalAdReply) !== undefined) {
      return present({ replyTo: found.data.stanzaId, referral: found.data.externalAdReply });
    }
  }
  return {};
}
