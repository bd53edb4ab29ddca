import type { RequestHandler } from 'express';
import { Problem } from './problem.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1', '[::1]']);

export const isLoopback = (host: string): boolean => LOOPBACK.has(host) || /^127\.\d+\.\d+\.\d+$/.test(host);

/**
 * A server bound to loopback trusts whoever reaches it more than it should, and a web page can reach it under a
 * name of its own that points to 127.0.0.1 (DNS rebinding). So it answers to its own names only.
 */
export function hostCheck(boundTo: string, publicUrl: string | undefined): RequestHandler {
  if (!isLoopback(boundTo)) return (_req, _res, next) => next();
  const own = publicUrl === undefined ? null : new URL(publicUrl).hostname;
  return (req, _res, next) => {
    const name = hostName(req.get('host') ?? '');
    if (name !== null && (isLoopback(name) || name === own)) next();
    else
      next(
        new Problem(
          421,
          'unknown-host',
          'This server does not answer to that name; set PUBLIC_URL if it should.',
        ),
      );
  };
}

function hostName(header: string): string | null {
  return /^(\[[0-9a-f:.]+\]|[^:/@\s]+)(?::\d+)?$/i.exec(header)?.[1]?.toLowerCase() ?? null;
}
