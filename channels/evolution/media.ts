import { z } from 'zod';
import type { MediaReference } from '../../domain/message.ts';
import {
  downloadMedia,
  MAX_MEDIA_BYTES,
  mimeTypeOf,
  permanent,
  refused,
  write,
  type MediaContext,
  type MediaOutcome,
} from '../media.ts';
import { isLoopbackHost } from '../private-address.ts';
import { classify } from './classify.ts';
import { evolutionPost } from './client.ts';
import type { EvolutionAccount } from './schema.ts';

const decrypted = z.looseObject({ base64: z.base64(), mimetype: z.string().optional() });

/** Evolution decrypts a file on request, under its message's id; with an object store it says where the file is. */
export async function fetchMedia(
  account: EvolutionAccount,
  media: MediaReference,
  toPath: string,
  context: MediaContext,
): Promise<MediaOutcome> {
  if (/^https?:\/\//.test(media.handle)) {
    return downloadMedia({
      url: media.handle,
      toPath,
      context,
      allowLoopback: account.byOperator && isLoopbackHost(new URL(account.serverUrl).hostname),
    });
  }
  const maxBytes = context.maxBytes ?? MAX_MEDIA_BYTES;
  try {
    const asked = { message: { key: { id: media.handle } }, convertToMp4: false };
    // Base64 makes four letters of three bytes; the rest of the answer is small.
    const answer = decrypted.safeParse(
      await evolutionPost(
        account,
        'chat/getBase64FromMediaMessage',
        asked,
        context,
        Math.ceil(maxBytes / 3) * 4 + 10_000,
      ),
    );
    if (!answer.success)
      return refused({ class: 'retryable', reason: 'answer-unreadable', detail: 'no file in the answer' });
    const bytes = Buffer.from(answer.data.base64, 'base64');
    if (bytes.byteLength > maxBytes) return refused(permanent('media-too-large', 'longer than the limit'));
    return {
      ok: true,
      path: toPath,
      ...(await write(toPath, [bytes])),
      mimeType: mimeTypeOf(answer.data.mimetype ?? media.mimeType),
    };
  } catch (error) {
    const failure = classify(error);
    if (failure.reason === 'answer-too-large') return refused(permanent('media-too-large', failure.detail));
    // Asking again for a file does no harm.
    return refused(failure.class === 'unknown' ? { ...failure, class: 'retryable' } : failure);
  }
}
