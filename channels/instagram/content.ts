import type { InboundMessage, MediaReference, MessageType } from '../../domain/message.ts';
import { present } from '../items.ts';
import * as wire from './schema.ts';

export type Content = Pick<InboundMessage, 'type' | 'text' | 'media' | 'payload' | 'endsWindow'>;

const MEDIA_KIND: Readonly<Record<string, MediaReference['kind']>> = {
  image: 'image',
  like_heart: 'sticker',
  sticker: 'sticker',
  video: 'video',
  audio: 'audio',
  file: 'document',
};

/** What an Instagram message says. What can't be shown by Instagram's own API is kept as `unsupported`. */
export function contentOf(message: wire.Message): Content {
  const text = message.text ?? '';
  const attachments = attachmentsOf(message.attachments);
  const media = attachments.flatMap(mediaOf);
  const story = storyOf(message, attachments);
  const payload = {
    ...present({ story, referral: message.referral }),
    ...(attachments.length > media.length
      ? { attachments: attachments.filter((one) => mediaOf(one).length === 0) }
      : {}),
  };
  const rest = {
    ...(media.length === 0 ? {} : { media }),
    ...(Object.keys(payload).length === 0 ? {} : { payload }),
  };

  if (message.quick_reply !== undefined) {
    return {
      type: 'button',
      text,
      ...rest,
      payload: { ...payload, id: message.quick_reply.payload, title: text },
      endsWindow: true,
    };
  }
  if (story !== undefined) return { type: 'story', text, ...rest };
  if (message.is_unsupported) return { type: 'unsupported', text, ...rest };
  const kind: MessageType | undefined = media[0]?.kind;
  if (kind !== undefined) return { type: kind, text, ...rest };
  if (text !== '') return { type: 'text', text, ...rest };
  return { type: 'unsupported', text, ...rest };
}

function attachmentsOf(value: unknown): wire.Attachment[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item) => {
    const parsed = wire.attachment.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  });
}

/** Shared posts and reels are somebody's page, not a file of the customer's: they stay in the payload. */
function mediaOf({ type, payload }: wire.Attachment): MediaReference[] {
  const kind = MEDIA_KIND[type];
  return kind === undefined || payload?.url === undefined ? [] : [{ kind, handle: payload.url }];
}

function storyOf(
  message: wire.Message,
  attachments: readonly wire.Attachment[],
): Record<string, unknown> | undefined {
  const replied = message.reply_to?.story;
  if (replied !== undefined) return { kind: 'reply', ...present({ id: replied.id, url: replied.url }) };
  const mention = attachments.find(({ type }) => type === 'story_mention');
  return mention === undefined ? undefined : { kind: 'mention', ...present({ url: mention.payload?.url }) };
}
