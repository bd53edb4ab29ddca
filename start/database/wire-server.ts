import { createServer, type Server, type Socket } from 'node:net';
import { timingSafeEqual } from 'node:crypto';
import type { Engine } from './engine.ts';
import { fatal, frame, readOpening, startupPacket, takeFrames } from './frames.ts';
import { groupFlush } from './group-flush.ts';
import { statementNames } from './statement-names.ts';
import { turnstile, type Passenger, type Turnstile } from './turnstile.ts';

export interface WireServer {
  readonly server: Server;
  readonly turnstile: Turnstile;
  /** Ends every client's connection and listens no more. */
  close(): Promise<void>;
}

/**
 * Speaks PostgreSQL's protocol for the engine, so that one client library serves the embedded and the
 * grown-up database. `password`: asked for where the socket has no file mode to protect it (Windows).
 */
export async function wireServer(
  engine: Engine,
  password: string | null,
  onBroken: (error: unknown) => void,
): Promise<WireServer> {
  // The greeting (parameters, encoding, ReadyForQuery) is the same for everybody.
  const greeting = await engine.run(startupPacket());
  const gate = turnstile(engine, groupFlush(engine), onBroken);
  const sockets = new Set<Socket>();
  let clients = 0;

  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    clients += 1;
    const client = connection(socket, `z${clients}_`, greeting, password, gate);
    socket.on('data', (bytes) => client.heard(bytes));
    socket.on('error', () => socket.destroy()); // A client that vanished: `close` follows and cleans up.
    socket.on('close', () => {
      sockets.delete(socket);
      client.left();
    });
  });
  return {
    server,
    turnstile: gate,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function connection(
  socket: Socket,
  prefix: string,
  greeting: Buffer,
  password: string | null,
  gate: Turnstile,
) {
  const names = statementNames(prefix);
  let phase: 'opening' | 'password' | 'open' = 'opening';
  let unread: Buffer = Buffer.alloc(0);
  let request: Buffer[] = [];

  const client: Passenger = {
    requests: [],
    get gone() {
      return socket.destroyed;
    },
    answer: (bytes) => void socket.write(bytes),
    expel(reason) {
      socket.end(fatal('25P03', `connection closed: ${reason}`));
      socket.destroySoon();
    },
  };

  const welcome = () => {
    phase = 'open';
    socket.write(greeting);
  };
  const readFirst = (): boolean => {
    const opening = readOpening(unread);
    if (opening.kind === 'incomplete') return false;
    if (opening.kind === 'cancel') {
      socket.destroy();
      return false;
    }
    unread = opening.rest;
    if (opening.kind === 'encryption') socket.write('N');
    else if (password === null) welcome();
    else {
      phase = 'password';
      socket.write(frame('R', Buffer.from([0, 0, 0, 3])));
    }
    return true;
  };
  const readFrames = (): void => {
    const { frames, rest } = takeFrames(unread);
    unread = rest;
    for (const item of frames) {
      if (phase === 'password') {
        if (password !== null && isPassword(item.bytes, password)) welcome();
        else socket.end(fatal('28P01', 'wrong password'));
      } else if (item.type === 'X') socket.end();
      else {
        request.push(names.rename(item));
        // Query, Sync, Flush and FunctionCall are what PostgreSQL answers to.
        if ('QSHF'.includes(item.type)) {
          client.requests.push(Buffer.concat(request));
          request = [];
          gate.arrived(client);
        }
      }
    }
  };

  return {
    heard(bytes: Buffer) {
      unread = unread.length === 0 ? bytes : Buffer.concat([unread, bytes]);
      try {
        while (phase === 'opening' && readFirst());
        if (phase !== 'opening') readFrames();
      } catch (error) {
        socket.end(fatal('08P01', error instanceof Error ? error.message : 'not understood'));
      }
    },
    left: () => gate.left(client, names.forgetAll()),
  };
}

function isPassword(sent: Buffer, password: string): boolean {
  const given = sent.subarray(5, -1);
  const wanted = Buffer.from(password);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
