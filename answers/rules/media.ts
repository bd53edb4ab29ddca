import type { TurnMessage } from '../answer.ts';
import type { MediaName } from './wording.ts';

/** Content that nothing has read: no words came with it and none were found in it. Stickers say nothing to be read. */
export const isUnread = (message: TurnMessage): boolean =>
  mediaName(message) !== null && (message.mediaNote ?? '').trim() === '';

/** What to call a message that is more than its text; null for one that is only text. */
export function mediaName({ type }: TurnMessage): MediaName | null {
  switch (type) {
    case 'image':
    case 'audio':
    case 'video':
    case 'document':
    case 'location':
    case 'contacts':
      return type;
    case 'unsupported':
    case 'order':
      return 'other';
    case 'text':
    case 'sticker':
    case 'button':
    case 'list':
    case 'story':
    case 'referral':
      return null;
  }
}

export const unreadMedia = (messages: readonly TurnMessage[]): MediaName[] => [
  ...new Set(
    messages
      .filter(isUnread)
      .map(mediaName)
      .filter((name) => name !== null),
  ),
];
