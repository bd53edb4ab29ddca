import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import path from 'node:path';
import { answerDevice } from './device-routes.ts';
import { Phone } from './phone.ts';
import { World } from './world.ts';

export interface WhatsAppDouble {
  readonly world: World;
  readonly url: string;
  /** For the line's settings: the page is served from this folder as `<version>.html`. */
  readonly cache: string;
  readonly version: string;
  /** Chromium's own guard between public pages and loopback has to be off for the page to reach its control server. */
  readonly browserArgs: readonly string[];
  phone(digits: string): Phone;
  /** Cuts or mends the wire between page and servers. */
  network(state: 'up' | 'cut'): void;
  stop(): Promise<void>;
}

const VERSION = '2.3000.1099999999';
const PARTS = ['base.js', 'link.js', 'chats.js', 'modules.js', 'boot.js'];
const BROWSER_ARGS = [
  '--disable-web-security',
  '--disable-features=LocalNetworkAccessChecks,PrivateNetworkAccessSendPreflights,BlockInsecurePrivateNetworkRequests',
];

/** Starts the control server on loopback and writes the page that belongs to it. */
export async function startWhatsAppDouble(options: {
  directory: string;
  port?: number;
  remember?: boolean;
}): Promise<WhatsAppDouble> {
  const cache = path.join(options.directory, 'page');
  mkdirSync(cache, { recursive: true });
  const world = new World(options.remember ? path.join(options.directory, 'world.json') : null);
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    void respond(world, request, response).catch((error: unknown) => {
      response.writeHead(500, { 'access-control-allow-origin': '*' }).end(String(error));
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  writeFileSync(path.join(cache, `${VERSION}.html`), page(url));
  return {
    world,
    url,
    cache,
    version: VERSION,
    browserArgs: BROWSER_ARGS,
    phone: (digits) => new Phone(world, digits),
    network(state) {
      world.faults.network = state;
      if (state === 'cut') for (const socket of sockets) socket.destroy();
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function page(control: string): string {
  const script = PARTS.map((file) => readFileSync(path.join(import.meta.dirname, 'page', file), 'utf8')).join(
    '\n',
  );
  const filled = script.replaceAll('__CONTROL__', control).replaceAll('__VERSION__', VERSION);
  return `<!doctype html><meta charset="utf-8"><title>WhatsApp (double)</title><body><script>{${filled}}</script></body>`;
}

async function respond(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://double');
  const [, area, name = ''] = url.pathname.split('/');
  const headers = {
    'access-control-allow-origin': '*',
    'access-control-allow-headers': '*',
    'access-control-allow-private-network': 'true',
  };
  if (request.method === 'OPTIONS') return void response.writeHead(204, headers).end();
  if (area !== 'control' && world.faults.network === 'cut') return void request.socket.destroy();
  if (area === 'media') return void response.writeHead(200, headers).end(Buffer.from(`media:${name}`));
  const body = await json(request);
  const answer =
    area === 'device'
      ? await answerDevice(world, name, url.searchParams.get('token'), body)
      : area === 'control'
        ? control(world, name, body)
        : { unknown: url.pathname };
  if (answer === 'silence' || request.socket.destroyed) return;
  response.writeHead(200, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(answer));
}

/** `POST /control/<method of Phone> {account, args}`, `/control/faults {…}`, `/control/timings {…}`. */
function control(world: World, name: string, body: Record<string, unknown>): Record<string, unknown> {
  if (name === 'faults') return { faults: Object.assign(world.faults, body) };
  if (name === 'timings') return { timings: Object.assign(world.timings, body) };
  if (name === 'people') return { people: Object.assign(world.people, body) };
  const phone = new Phone(world, typeof body['account'] === 'string' ? body['account'] : '201000000001');
  const method: unknown = Reflect.get(phone, name);
  if (typeof method !== 'function') return { unknown: name };
  const args: unknown[] = Array.isArray(body['args']) ? body['args'] : [];
  const result: unknown = Reflect.apply(method, phone, args);
  return { result: result ?? null };
}

async function json(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) if (chunk instanceof Uint8Array) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  const parsed: unknown = text === '' ? {} : JSON.parse(text);
  return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
}
