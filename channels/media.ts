import { createHash, randomUUID } from 'node:crypto';
import { open as openFile, rename, rm } from 'node:fs/promises';
import { isRetryableHttp, type Failure } from '../domain/errors.ts';
import type { MediaReference } from '../domain/message.ts';
import type { SendContext } from './channel.ts';
import { HttpFailure, open, type OpenResponse } from './http.ts';
import { isLoopbackHost, PrivateAddressError, publicOnly } from './private-address.ts';
import { wireFailure } from './wire-failure.ts';

/** What a customer's file became on this machine, or why it could not be fetched. */
export type MediaOutcome =
  | {
      readonly ok: true;
      readonly path: string;
      readonly bytes: number;
      readonly mimeType: string;
      readonly sha256: string;
    }
  | { readonly ok: false; readonly failure: Failure };

/** Channels whose messages can hold files. `toPath` is where the file shall be; nothing is there unless all of it is. */
export interface FetchesMedia<Account> {
  fetchMedia(
    account: Account,
    media: MediaReference,
    toPath: string,
    context: MediaContext,
  ): Promise<MediaOutcome>;
}
export interface MediaContext extends SendContext {
  /** @default 100 MB, the largest document WhatsApp carries */
  readonly maxBytes?: number;
}

export interface MediaRequest {
  readonly url: string;
  readonly toPath: string;
  readonly context: MediaContext;
  /** Sent to the first host only: a redirect to another one gets no credentials. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The provider's base URL is on this machine (a double): then, and only then, may the file be. */
  readonly allowLoopback: boolean;
}

export const MAX_MEDIA_BYTES = 100_000_000;
const MAX_REDIRECTS = 3;

/** Streams a provider's file to `toPath`. A failed download is harmless to repeat, so nothing here is `unknown`. */
export function downloadMedia(request: MediaRequest): Promise<MediaOutcome> {
  const deadlineMs = Date.now() + request.context.timeoutMs;
  return outcomeOf(() => follow(request, new URL(request.url), request.headers ?? {}, deadlineMs, 0));
}

async function follow(
  request: MediaRequest,
  url: URL,
  headers: Readonly<Record<string, string>>,
  deadlineMs: number,
  hops: number,
): Promise<MediaOutcome> {
  const onLoopback = request.allowLoopback && isLoopbackHost(url.hostname);
  if (!onLoopback && url.protocol !== 'https:') throw new PrivateAddressError('only https');
  const step = await open(
    {
      method: 'GET',
      url,
      headers,
      timeoutMs: Math.max(1, deadlineMs - Date.now()),
      signal: request.context.signal,
      maxBytes: request.context.maxBytes ?? MAX_MEDIA_BYTES,
      ...(onLoopback ? {} : publicOnly(url)),
    },
    (response) => receive(request.toPath, response),
  );
  if (!('redirectedTo' in step)) return step;
  if (hops >= MAX_REDIRECTS) return refused(permanent('too-many-redirects', 'the file moves in circles'));
  const next = new URL(step.redirectedTo, url);
  return follow(request, next, next.origin === url.origin ? headers : {}, deadlineMs, hops + 1);
}

async function receive(
  toPath: string,
  response: OpenResponse,
): Promise<MediaOutcome | { redirectedTo: string }> {
  const { status, headers, chunks } = response;
  if (status >= 300 && status < 400 && headers.location !== undefined)
    return { redirectedTo: headers.location };
  if (status !== 200) return refused(httpFailure(status));
  const written = await write(toPath, chunks);
  return { ok: true, path: toPath, ...written, mimeType: mimeTypeOf(headers['content-type']) };
}

/** Beside its place first, and moved there whole: half a file is never taken for one. */
export async function write(
  toPath: string,
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
): Promise<{ bytes: number; sha256: string }> {
  const partial = `${toPath}.${randomUUID()}.part`; // two attempts may overlap
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    const file = await openFile(partial, 'w', 0o600);
    try {
      for await (const chunk of chunks) {
        hash.update(chunk);
        bytes += chunk.byteLength;
        await file.writeFile(chunk);
      }
    } finally {
      await file.close();
    }
    await rename(partial, toPath);
    return { bytes, sha256: hash.digest('hex') };
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** Whatever goes wrong before the first byte (an incomplete account) is an outcome too. */
export async function outcomeOf(work: () => Promise<MediaOutcome>): Promise<MediaOutcome> {
  try {
    return await work();
  } catch (error) {
    return refused(failureOf(error));
  }
}

export const mimeTypeOf = (header: string | undefined): string =>
  header?.split(';')[0]?.trim().toLowerCase() || 'application/octet-stream';

export const refused = (failure: Failure): MediaOutcome => ({ ok: false, failure });
export const permanent = (reason: string, detail: string): Failure => ({
  class: 'permanent',
  reason,
  detail,
});

function httpFailure(status: number): Failure {
  const detail = `HTTP ${status}`;
  if (status === 401 || status === 403) return { class: 'auth', reason: 'token-refused', detail };
  if (status === 404 || status === 410) return permanent('media-gone', detail);
  return isRetryableHttp(status) || status >= 500
    ? { class: 'retryable', reason: 'provider-unavailable', detail }
    : permanent('media-refused', detail);
}

function failureOf(error: unknown): Failure {
  for (let link: unknown = error; link instanceof Error; link = link.cause) {
    if (link instanceof PrivateAddressError) return permanent('media-address-refused', link.message);
  }
  if (error instanceof HttpFailure && error.code === 'RESPONSE_TOO_LARGE')
    return permanent('media-too-large', 'longer than the limit');
  if (error instanceof TypeError && 'code' in error && error.code === 'ERR_INVALID_URL')
    return permanent('media-address-refused', 'no address');
  if (isStorageError(error)) return { class: 'retryable', reason: 'cannot-store', detail: error.code };
  const failure = wireFailure(error);
  return failure.class === 'unknown' && error instanceof HttpFailure
    ? { ...failure, class: 'retryable' }
    : failure;
}

/** The disk's own errors: full, read-only, not ours. */
const STORAGE = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'ENOENT', 'EMFILE', 'EIO']);
const isStorageError = (error: unknown): error is Error & { code: string } =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && STORAGE.has(error.code);
