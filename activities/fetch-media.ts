import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ApplicationFailure, Context } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import type { MediaOutcome } from '../channels/media.ts';
import { mediaPlace } from '../domain/media-place.ts';
import {
  keepMediaFile,
  mediaId,
  readMessageMedia,
  recordFetched,
  type Fetched,
  type MessageMedia,
} from '../store/media-files.ts';
import { recordEvent } from '../store/events.ts';
import { ClassifiedError, type Failure } from '../domain/errors.ts';
import type { MerchantId } from '../domain/ids.ts';
import type { FetchMediaRequest } from '../workflows/conversation-activities.ts';
import type { ActivityContext } from './context.ts';
import { heartbeating } from './heartbeating.ts';
import { destinationFailing, DestinationFailing } from './resilience/resilience.ts';

/** For one file. Longer, and whoever waits for it has gone; a large video over a slow line takes about this long. */
const FETCH_TIMEOUT_MS = 60_000;
/** The largest that WhatsApp lets people send as a video or a voice message is 16 MB; documents may be larger. */
const LARGEST_FILE = 50_000_000;

/**
 * Fetches the files of a message into the data folder, each once: what an earlier attempt has is left alone. A file
 * that can't be had is named as such with its reason; only what may be had later is tried again.
 */
export function createFetchMedia(context: ActivityContext): (request: FetchMediaRequest) => Promise<void> {
  const { database, mediaFolder, logger } = context;
  const fetchMedia = async ({
    merchant,
    conversation,
    key,
    lastAttempt,
  }: FetchMediaRequest): Promise<void> => {
    if (mediaFolder === null) return;
    const message = await database.merchant(merchant, (tx) => readMessageMedia(tx, merchant, key));
    if (message === null) return;
    let again: string | null = null;
    for (const [position, media] of message.media.entries()) {
      if (media.file?.state === 'fetched') continue;
      const id = mediaId(merchant, key, position);
      const toPath = join(mediaFolder, ...mediaPlace(merchant, id));
      const outcome = await fetchCounted(context, merchant, message, media, toPath);
      if (!outcome.ok) {
        const { reason, class: kind } = outcome.failure;
        logger.warn({ event: 'file not fetched', merchant, key, reason });
        if (kind === 'retryable' || kind === 'throttled') again = reason;
      }
      const fetched: Fetched = outcome.ok
        ? { state: 'fetched', id, mimeType: outcome.mimeType, bytes: outcome.bytes }
        : { state: 'failed', reason: outcome.failure.reason };
      await database.merchant(merchant, async (tx) => {
        if (outcome.ok)
          await keepMediaFile(tx, merchant, key, position, {
            id,
            ...outcome,
            fileName: media.fileName ?? null,
          });
        await recordFetched(tx, merchant, key, position, fetched);
        await recordEvent(tx, {
          merchant,
          kind: 'message.changed',
          conversation,
          data: { key, change: 'media' },
        });
      });
    }
    if (again !== null && Context.current().info.attempt < lastAttempt)
      throw ApplicationFailure.create({
        type: 'file-not-fetched',
        message: again,
        category: ApplicationFailureCategory.BENIGN,
      });
  };
  return (request) => heartbeating(() => fetchMedia(request));
}

/** Files have a breaker of their own: where they lie is not where messages are sent, and a dead one holds no answer up. */
async function fetchCounted(
  context: ActivityContext,
  merchant: MerchantId,
  message: MessageMedia,
  media: MessageMedia['media'][number],
  toPath: string,
): Promise<MediaOutcome> {
  const destination = { kind: 'media', merchant, id: message.line.id } as const;
  const isRetry = Context.current().info.attempt > 1;
  try {
    return await context.resilience.call(destination, { isRetry, classify: failureOf }, async () => {
      const outcome = await fetch(context, message, media, toPath);
      if (!outcome.ok) throw new ClassifiedError(outcome.failure);
      return outcome;
    });
  } catch (error) {
    return { ok: false, failure: failureOf(error) };
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof ClassifiedError) return error.failure;
  if (error instanceof DestinationFailing) return destinationFailing(error);
  throw error;
}

async function fetch(
  { channels, seal }: ActivityContext,
  { line }: MessageMedia,
  media: MessageMedia['media'][number],
  toPath: string,
): Promise<MediaOutcome> {
  const channel = channels.get(line.channel);
  if (channel?.fetchMedia === undefined)
    return {
      ok: false,
      failure: { class: 'permanent', reason: 'channel-not-available', detail: line.channel },
    };
  await mkdir(dirname(toPath), { recursive: true, mode: 0o700 });
  const secrets = line.credentials === null ? {} : seal.openJson(line.credentials);
  const account = { ...line.config, ...(typeof secrets === 'object' ? secrets : {}) };
  return channel.fetchMedia(account, media, toPath, {
    signal: Context.current().cancellationSignal,
    timeoutMs: FETCH_TIMEOUT_MS,
    maxBytes: LARGEST_FILE,
  });
}
