import type { RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type { ApiMetrics } from './metrics.ts';
import { requestIdOf } from './request-id.ts';

const routes = new WeakMap<Response, string>();

/** Names the route that answers: the URL itself may hold a phone number or a ticket, so it is never logged. */
export const nameRoute = (res: Response, path: string): void => void routes.set(res, path);

/** One event per request, when it is over. Bodies and headers are not in it. */
export function requestLog(logger: Logger, { http }: Pick<ApiMetrics, 'http'>): RequestHandler {
  return (req, res, next) => {
    const startedNs = process.hrtime.bigint();
    res.once('close', () => {
      const seconds = Number(process.hrtime.bigint() - startedNs) / 1e9;
      const route = routes.get(res) ?? 'none';
      http.observe({ method: req.method, route, status: String(res.statusCode) }, seconds);
      const entry = {
        requestId: requestIdOf(res),
        method: req.method,
        route,
        merchant: req.params['merchant'],
        status: res.statusCode,
        ms: Math.round(seconds * 1000),
      };
      if (res.statusCode >= 500) logger.warn(entry, 'request');
      else logger.debug(entry, 'request');
    });
    next();
  };
}
