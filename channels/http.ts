import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';

/**
 * One HTTP exchange with a provider, with a time limit, a size limit and no retries of its own: the retry
 * policy of the workflow rules alone.
 *
 * What `fetch` can't say is the reason this exists: did a failed request surely never leave, or may the
 * far end have acted on it? A request may have left from the moment its connection stands (with TLS: from
 * the end of the handshake). Every exchange has a fresh connection, because on a kept one a peer that
 * closes it for idleness looks exactly like a peer that took the message and died.
 */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For the whole exchange: name lookup, connection, answer and its body. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Longest answer that is read. Providers' answers are small; 1 MB is far above any of them. @default 1 MB */
  readonly maxBytes?: number;
  /** Resolves the host's name; media downloads hand in one that refuses private addresses. */
  readonly lookup?: LookupFunction;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A response whose body is still on its way. `HttpFailure`s of the body come out of the stream. */
export interface OpenResponse {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly chunks: AsyncIterable<Buffer>;
}

/** No whole answer came. Carries no URL, header or body: they may hold secrets. */
export class HttpFailure extends Error {
  override readonly name = 'HttpFailure';
  readonly code: string;
  /** False: the far end surely did not act on it. True: nobody can tell. */
  readonly mayHaveLeft: boolean;
  /** The answer's status, when the head had come and only the body was lost. */
  readonly status: number | null;
  constructor(
    failure: { code: string; mayHaveLeft: boolean; status?: number | null; host: string },
    options?: ErrorOptions,
  ) {
    super(
      `${failure.code} talking to ${failure.host} (${failure.mayHaveLeft ? 'may have left' : 'never left'})`,
      options,
    );
    this.code = failure.code;
    this.mayHaveLeft = failure.mayHaveLeft;
    this.status = failure.status ?? null;
  }
}

const DEFAULT_MAX_BYTES = 1_000_000;
// TLS sessions are remembered, so that a fresh connection costs one round trip less.
const plain = new http.Agent({ keepAlive: false });
const secure = new https.Agent({ keepAlive: false, maxCachedSessions: 200 });

export async function exchange(request: HttpRequest): Promise<HttpResponse> {
  return open(request, async ({ status, headers, chunks }) => {
    const parts: Buffer[] = [];
    for await (const chunk of chunks) parts.push(chunk);
    return { status, headers, body: Buffer.concat(parts) };
  });
}

/** Opens an exchange and hands the answer to `read`; the connection and the time limit end with it. */
export async function open<T>(
  request: HttpRequest,
  read: (response: OpenResponse) => Promise<T>,
): Promise<T> {
  const isTls = request.url.protocol === 'https:';
  const body = request.body === undefined ? null : Buffer.from(request.body, 'utf8');
  const course: Course = { left: false, status: null, stopped: null };
  const failure = (cause: unknown): HttpFailure => failureOf(cause, course, request.url.host);

  const call = (isTls ? https : http).request(request.url, {
    method: request.method,
    agent: isTls ? secure : plain,
    headers: {
      accept: '*/*',
      ...(body === null
        ? {}
        : { 'content-type': 'application/json', 'content-length': String(body.byteLength) }),
      ...request.headers,
    },
    ...(request.lookup === undefined ? {} : { lookup: request.lookup }),
  });
  call.once('socket', (socket) =>
    socket.once(isTls ? 'secureConnect' : 'connect', () => (course.left = true)),
  );
  const stop = (code: string): void => {
    course.stopped ??= code;
    call.destroy(new Error(code));
  };
  const onAbort = (): void => stop('ABORTED');
  const timer = setTimeout(() => stop('ETIMEDOUT'), request.timeoutMs);
  request.signal?.addEventListener('abort', onAbort, { once: true });

  try {
    const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
      call.once('response', resolve);
      call.on('error', reject); // stays on: an error after the answer's head reaches the reader through the stream
      if (request.signal?.aborted === true) onAbort();
      else call.end(body ?? undefined);
    }).catch((error: unknown) => {
      throw failure(error);
    });
    course.status = answer.statusCode ?? 0;
    const limit = request.maxBytes ?? DEFAULT_MAX_BYTES;
    return await read({
      status: course.status,
      headers: answer.headers,
      chunks: limited(answer, limit, stop, failure),
    });
  } finally {
    clearTimeout(timer);
    request.signal?.removeEventListener('abort', onAbort);
    call.destroy();
  }
}

/** How far an exchange has come, and what we stopped it for. */
interface Course {
  left: boolean;
  status: number | null;
  stopped: string | null;
}

const failureOf = (cause: unknown, { left, status, stopped }: Course, host: string): HttpFailure =>
  cause instanceof HttpFailure
    ? cause
    : new HttpFailure({ code: stopped ?? codeOf(cause), mayHaveLeft: left, status, host }, { cause });

async function* limited(
  answer: http.IncomingMessage,
  limit: number,
  stop: (code: string) => void,
  failure: (cause: unknown) => HttpFailure,
): AsyncGenerator<Buffer> {
  let total = 0;
  try {
    for await (const chunk of answer) {
      const bytes: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
      total += bytes.byteLength;
      if (total > limit) {
        stop('RESPONSE_TOO_LARGE');
        throw new Error('RESPONSE_TOO_LARGE');
      }
      yield bytes;
    }
  } catch (error) {
    throw failure(error);
  }
}

/** An interrupted answer has no code of its own in every version of Node; it is a reset by any name. */
function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return 'ECONNRESET';
}

/** A body as JSON; `undefined`, which is no JSON value, when it is none. */
export function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (notJson) {
    if (notJson instanceof SyntaxError) return undefined;
    throw notJson;
  }
}

/** `Retry-After`: seconds (with some servers, parts of one), or a date. */
export function retryAfter(header: string | undefined, nowMs = Date.now()): number | null {
  if (header === undefined) return null;
  if (/^\d{1,7}(\.\d+)?$/.test(header)) return Math.ceil(Number(header) * 1_000);
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}
