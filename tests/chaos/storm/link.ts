import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A wire between two machines: what goes through can be stopped, as when a cable is pulled, and goes on afterwards. To
 * several it leads in turn, as a load balancer that knows nothing of their health.
 */
export class Link {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;
  readonly #standing: { cut: boolean };

  private constructor(server: Server, port: number, sockets: Set<Socket>, standing: { cut: boolean }) {
    this.#server = server;
    this.port = port;
    this.#sockets = sockets;
    this.#standing = standing;
  }

  static async to(...ports: readonly number[]): Promise<Link> {
    const sockets = new Set<Socket>();
    const standing = { cut: false };
    let turn = 0;
    const server = createServer((near) => {
      const far = connect(ports[turn++ % ports.length] ?? 0, '127.0.0.1');
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(one);
        one.setNoDelay(true);
        one.on('data', (bytes) => {
          // A cut wire swallows: nobody is told.
          if (!standing.cut && !other.write(bytes)) {
            one.pause();
            other.once('drain', () => one.resume());
          }
        });
        one.on('error', () => other.destroy());
        one.on('close', () => {
          sockets.delete(one);
          other.destroy();
        });
      }
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return new Link(server, address.port, sockets, standing);
  }

  cut(): void {
    this.#standing.cut = true;
  }
  /** What was swallowed stays so: the connections of before are reset, as their peers would find out in time. */
  mend(): void {
    this.#standing.cut = false;
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
