import type { MediaReference } from '../../domain/message.ts';
import {
  MAX_MEDIA_BYTES,
  mimeTypeOf,
  refused,
  write,
  type MediaContext,
  type MediaOutcome,
} from '../media.ts';
import { classify } from './classify.ts';
import type whatsapp from 'whatsapp-web.js';
import { z } from 'zod';
import { ClassifiedError } from '../../domain/errors.ts';
import type { Connection } from './connection.ts';
import type { SteadyClient } from './steady-client.ts';
import { within } from './waiting.ts';

export interface FetchedMedia {
  readonly bytes: Uint8Array;
  readonly mimeType: string;
  readonly fileName: string | null;
}
export interface MediaLimits {
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

// Behind typings that promise a file: one that is gone is undefined.
const announced = z.object({ size: z.number().nullish() });
const downloaded = z.object({ data: z.string(), mimetype: z.string(), filename: z.string().nullish() });

/** Fetches what a media handle stands for. The page holds the whole file meanwhile, so what is announced as too large is not fetched. */
export async function fetchMedia(
  line: Connection,
  handle: string,
  limits: MediaLimits,
): Promise<FetchedMedia> {
  const { client } = line.usable();
  const message: whatsapp.Message | null = await within(
    limits.timeoutMs,
    'finding a message',
    found(client, handle),
  );
  if (message === null) throw refusal('media-gone', 'the message is not in the chat any more');
  const size = announced.safeParse(message.rawData).data?.size ?? 0;
  if (size > limits.maxBytes) throw refusal('media-too-large', `${size} bytes`);
  const download: Promise<unknown> = message.downloadMedia();
  const media = downloaded.safeParse(await within(limits.timeoutMs, 'a download', download));
  if (!media.success) throw refusal('media-gone', 'WhatsApp does not have the file any more');
  const bytes = Buffer.from(media.data.data, 'base64');
  if (bytes.length > limits.maxBytes) throw refusal('media-too-large', `${bytes.length} bytes`);
  return { bytes, mimeType: media.data.mimetype, fileName: media.data.filename ?? null };
}

/** The same into a file. Fetching twice is harmless, so what can't be told from the page's answer is tried again. */
export async function fetchMediaOf(
  line: Connection,
  media: MediaReference,
  toPath: string,
  context: MediaContext,
): Promise<MediaOutcome> {
  try {
    const limits = { maxBytes: context.maxBytes ?? MAX_MEDIA_BYTES, timeoutMs: context.timeoutMs };
    const { bytes, mimeType } = await fetchMedia(line, media.handle, limits);
    const written = await write(toPath, [Buffer.from(bytes)]);
    return { ok: true, path: toPath, mimeType: mimeTypeOf(mimeType), ...written };
  } catch (error) {
    const failure = classify(error);
    return refused(failure.class === 'unknown' ? { ...failure, class: 'retryable' } : failure);
  }
}

// Behind typings that promise a message: one that is gone is null.
const found = async (client: SteadyClient, handle: string): Promise<whatsapp.Message | null> =>
  client.getMessageById(handle);
const refusal = (reason: string, detail: string): ClassifiedError =>
  new ClassifiedError({ class: 'permanent', reason, detail });
