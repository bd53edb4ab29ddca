import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import helmet from 'helmet';
import { Gate } from './access.ts';
import { codecCors } from './codec-cors.ts';
import { CONTENT_SECURITY } from './content-security.ts';
import type { ApiDeps } from './deps.ts';
import { errorHandler } from './error-handler.ts';
import { codecHostCheck, hostCheck } from './host-check.ts';
import { houseOf } from './house.ts';
import { mount } from './mount.ts';
import { Problem } from './problem.ts';
import { requestIds } from './request-id.ts';
import { requestLog } from './request-log.ts';
import { allRoutes } from './routes/all.ts';

export type { ApiDeps };

export interface Api {
  readonly app: express.Express;
  /** Ends the streams, which would otherwise keep the server open, and what is done beside the requests. */
  close(): Promise<void>;
}

export function createApi(deps: ApiDeps): Api {
  const house = houseOf(deps);
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', 'simple');
  app.use(
    requestIds,
    requestLog(deps.logger, house.metrics),
    hostCheck(deps.settings.host, deps.settings.publicUrl),
  );
  app.use(helmet({ contentSecurityPolicy: CONTENT_SECURITY, strictTransportSecurity: false }));
  app.use('/codec', codecHostCheck(deps.settings.host, deps.settings.publicUrl));
  app.use('/codec', codecCors(deps.settings.temporalUiOrigins ?? []));
  mount(app, house, new Gate(house), allRoutes(house));
  app.use(() => {
    throw new Problem(404, 'unknown-route', 'There is nothing at this address; /docs shows what there is.');
  });
  app.use(errorHandler(deps.logger));
  return {
    app,
    close: () => {
      house.feed.close();
      return house.posts.stop();
    },
  };
}

export interface Listening {
  readonly server: Server;
  readonly port: number;
  readonly url: string;
  /** Takes no new connection, finishes what is in flight, ends the streams. */
  close(): Promise<void>;
}

/** Longer than any route takes; what is still open then is cut, so that the process can end. */
const FAREWELL_MS = 5_000;

/** Where a server that is bound to `host` is opened from this machine. */
export function urlOn(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

/** Rejects when the address can't be had (`EADDRINUSE`, `EACCES`). Port 0 takes a free one. */
export function listen(api: Api, host: string, port: number): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = api.app.listen(port, host);
    // Slower than this is somebody holding connections open, not a slow network.
    server.headersTimeout = 15_000;
    server.requestTimeout = 30_000;
    server.once('error', reject);
    server.once('listening', () => {
      const taken = portOf(server.address());
      resolve({ server, port: taken, url: urlOn(host, taken), close: () => close(api, server) });
    });
  });
}

function close(api: Api, server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), FAREWELL_MS);
    server.close(() => {
      clearTimeout(cut);
      void ended.then(resolve);
    });
    const ended = api.close();
    server.closeIdleConnections();
  });
}

const portOf = (address: string | AddressInfo | null): number =>
  address === null || typeof address === 'string' ? 0 : address.port;
