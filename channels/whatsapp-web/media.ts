import { ClassifiedError } from '../../domain/errors.ts';
import type { Connection } from './connection.ts';
import { within } from './waiting.ts';

export interface FetchedMedia {
  readonly bytes: Uint8Array;
  readonly mimeType: string;
  readonly fileName: string | null;
}

/** Fetches what a media handle stands for. The size is known before; the page holds the whole file, so a limit is needed. */
export async function fetchMedia(
  line: Connection,
  handle: string,
  limits: { readonly maxBytes: number; readonly timeoutMs: number },
): Promise<FetchedMedia> {
  const { client } = line.usable();
  const message = await within(limits.timeoutMs, 'finding a message', client.getMessageById(handle));
  const gone = (detail: string): ClassifiedError =>
    new ClassifiedError({ class: 'permanent', reason: 'media-gone', detail });
  // The typings promise a message; the library returns null for one that is not in the chat any more.
  const found: typeof message | null = message;
  if (found === null) throw gone('the message is not in the chat any more');
  const size: unknown = Reflect.get(found.rawData, 'size');
  if (typeof size === 'number' && size > limits.maxBytes)
    throw new ClassifiedError({ class: 'permanent', reason: 'media-too-large', detail: `${size} bytes` });
  const media: Awaited<ReturnType<typeof found.downloadMedia>> | undefined = await within(
    limits.timeoutMs,
    'a download',
    found.downloadMedia(),
  );
  if (media === undefined) throw gone('WhatsApp does not have the file any more');
  const bytes = Buffer.from(media.data, 'base64');
  if (bytes.length > limits.maxBytes)
    throw new ClassifiedError({
      class: 'permanent',
      reason: 'media-too-large',
      detail: `${bytes.length} bytes`,
    });
  return { bytes, mimeType: media.mimetype, fileName: media.filename ?? null };
}
