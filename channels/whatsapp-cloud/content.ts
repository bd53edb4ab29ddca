import type { z } from 'zod';
import type { InboundMessage, MediaReference } from '../../domain/message.ts';
import { present } from '../items.ts';
import * as wire from './schema.ts';

/** What a message says, without who said it and when. */
export type Content = Pick<InboundMessage, 'type' | 'text' | 'media' | 'payload' | 'endsWindow' | 'silent'>;

/**
 * Reads the part of a message that its `type` names. A type nobody knows yet, and a known one that does
 * not look as documented, are kept as `unsupported`: the operator sees that something came.
 */
export function contentOf(type: string, message: Readonly<Record<string, unknown>>): Content {
  return read(type, message) ?? unsupported(type, message);
}

function read(type: string, message: Readonly<Record<string, unknown>>): Content | undefined {
  const part = message[type];
  switch (type) {
    case 'text':
      return when(wire.text, part, ({ body }) => ({ type: 'text', text: body }));
    case 'image':
    case 'audio':
    case 'video':
    case 'document':
    case 'sticker':
      return when(wire.media, part, (media) => ({
        type,
        text: media.caption ?? '',
        media: [mediaOf(type, media)],
      }));
    case 'location':
      return when(wire.location, part, ({ latitude, longitude, name, address, url }) => ({
        type: 'location',
        text: '',
        payload: present({ latitude, longitude, name, address, url }),
      }));
    case 'contacts':
      return when(wire.contacts, part, (cards) => ({
        type: 'contacts',
        text: '',
        payload: { contacts: cards.map(cardOf) },
      }));
    case 'button':
      return when(wire.button, part, ({ payload, text }) => choice('button', payload ?? text, text));
    case 'interactive':
      return when(wire.interactive, part, interactiveOf);
    case 'order':
      return when(wire.order, part, (order) => ({
        type: 'order',
        text: order.text ?? '',
        payload: { order },
      }));
    default:
      return undefined;
  }
}

function when<T>(schema: z.ZodType<T>, part: unknown, content: (part: T) => Content): Content | undefined {
  const parsed = schema.safeParse(part);
  return parsed.success ? content(parsed.data) : undefined;
}

const choice = (type: 'button' | 'list', id: string, title: string, description?: string): Content => ({
  type,
  text: title,
  payload: { id, title, ...present({ description }) },
  endsWindow: true,
});

function interactiveOf(part: z.infer<typeof wire.interactive>): Content {
  switch (part.type) {
    case 'button_reply':
      return choice('button', part.button_reply.id, part.button_reply.title);
    case 'list_reply':
      return choice('list', part.list_reply.id, part.list_reply.title, part.list_reply.description);
    case 'nfm_reply': // a form filled in
      return {
        type: 'button',
        text: part.nfm_reply.body ?? '',
        payload: present({ form: part.nfm_reply.name, response: part.nfm_reply.response_json }),
        endsWindow: true,
      };
  }
}

const mediaOf = (kind: MediaReference['kind'], media: z.infer<typeof wire.media>): MediaReference => ({
  kind,
  handle: media.id,
  ...present({
    mimeType: media.mime_type,
    fileName: media.filename,
    sizeBytes: media.file_size,
    voice: media.voice,
  }),
});

const cardOf = (card: z.infer<typeof wire.contacts>[number]): Record<string, unknown> => ({
  name: card.name?.formatted_name ?? '',
  phones: (card.phones ?? []).map((phone) => phone.phone ?? phone.wa_id ?? ''),
});

/** `system` and `request_welcome` are WhatsApp's own words about the customer, not the customer's. */
const NOBODY_TYPED = new Set(['system', 'request_welcome']);

function unsupported(type: string, message: Readonly<Record<string, unknown>>): Content {
  const part = message[type];
  return {
    type: 'unsupported',
    text: '',
    payload: { type, ...present({ [type]: part, errors: message['errors'] }) },
    ...(NOBODY_TYPED.has(type) ? { silent: true } : {}),
  };
}
