import { z } from 'zod';
import type { MediaReference } from '../../domain/message.ts';
import { downloadMedia, refused, type MediaContext, type MediaOutcome } from '../media.ts';
import { classifyGraph, graphGet } from '../meta/graph.ts';
import { isLoopbackHost } from '../private-address.ts';
import type { WhatsappCloudAccount } from './schema.ts';

const metadata = z.looseObject({ url: z.string(), mime_type: z.string().optional() });

/** Two steps: the id leads to an address that lives five minutes, and that wants the token too. */
export async function fetchMedia(
  baseUrl: string,
  account: WhatsappCloudAccount,
  media: MediaReference,
  toPath: string,
  context: MediaContext,
): Promise<MediaOutcome> {
  let found: unknown;
  try {
    found = await graphGet({
      baseUrl,
      path: encodeURIComponent(media.handle),
      accessToken: account.accessToken,
      context,
    });
  } catch (error) {
    const failure = classifyGraph(error);
    // Asking again for an address does no harm.
    return refused(failure.class === 'unknown' ? { ...failure, class: 'retryable' } : failure);
  }
  const parsed = metadata.safeParse(found);
  if (!parsed.success)
    return refused({ class: 'retryable', reason: 'answer-unreadable', detail: 'no address in the answer' });
  const outcome = await downloadMedia({
    url: parsed.data.url,
    toPath,
    context,
    headers: { authorization: `Bearer ${account.accessToken}` },
    allowLoopback: isLoopbackHost(new URL(baseUrl).hostname),
  });
  return outcome.ok && parsed.data.mime_type !== undefined
    ? { ...outcome, mimeType: parsed.data.mime_type }
    : outcome;
}
