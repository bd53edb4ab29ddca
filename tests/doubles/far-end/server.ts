import http from 'node:http';
import type { Socket } from 'node:net';

/** A real HTTP server on loopback for a double of a far end: what it hears, it hears whole. */
export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: http.IncomingHttpHeaders;
  readonly raw: Buffer;
  readonly json: unknown;
  readonly socket: Socket;
  readonly reply: (status: number, body: unknown, headers?: Readonly<Record<string, string>>) => void;
  /** The head and half the body, then the line goes dead. */
  readonly cutShort: (status: number, body: unknown) => void;
}

export interface Server {
  readonly url: string;
  /** Refuses connections, as a machine that is off, until `up`. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

export async function startServer(
  options: { port?: number; host?: string },
  answer: (heard: Heard) => Promise<void> | void,
): Promise<Server> {
  const sockets = new Set<Socket>();
  const server = http.createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('error', () => request.destroy()); // the caller hung up: that is its business
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://far-end');
      const raw = Buffer.concat(parts);
      const heard: Heard = {
        method: request.method ?? 'GET',
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        raw,
        json: jsonOf(raw),
        socket: request.socket,
        reply: (status, body, headers = {}) => {
          const bytes = bytesOf(body);
          const type = Buffer.isBuffer(body)
            ? 'application/octet-stream'
            : typeof body === 'string'
              ? 'text/html'
              : 'application/json';
          response.writeHead(status, {
            'content-type': type,
            'content-length': String(bytes.byteLength),
            ...headers,
          });
          response.end(bytes);
        },
        cutShort: (status, body) => {
          const bytes = bytesOf(body);
          response.writeHead(status, {
            'content-type': 'application/json',
            'content-length': String(bytes.byteLength),
          });
          response.write(bytes.subarray(0, Math.floor(bytes.byteLength / 2)), () => request.socket.destroy());
        },
      };
      Promise.resolve(answer(heard)).catch((error: unknown) =>
        heard.reply(500, { double: error instanceof Error ? error.message : String(error) }),
      );
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });

  const host = options.host ?? '127.0.0.1';
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
  await listen(options.port ?? 0);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  const { port } = address;

  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return {
    url: `http://${host}:${port}`,
    down: stop,
    up: () => listen(port),
    close: () => (server.listening ? stop() : Promise.resolve()),
  };
}

const bytesOf = (body: unknown): Buffer =>
  Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));

function jsonOf(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString('utf8'));
  } catch (notJson) {
    if (notJson instanceof SyntaxError) return undefined;
    throw notJson;
  }
}
