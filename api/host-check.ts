import { isIP } from 'node:net';
import type { RequestHandler } from 'express';
import { Problem } from './problem.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1', '[::1]']);

export const isLoopback = (host: string): boolean => LOOPBACK.has(host) || /^127\.\d+\.\d+\.\d+$/.test(host);

/**
 * A server bound to loopback trusts whoever reaches it more than it should, and a web page can reach it under a
 * name of its own that points to 127.0.0.1 (DNS rebinding). So it answers to its own names only.
 */
export const hostCheck = (boundTo: string, publicUrl: string | undefined): RequestHandler =>
  isLoopback(boundTo) ? ownNamesOnly(publicUrl) : (_req, _res, next) => next();

/**
 * What opens everybody's payloads is guarded so in a container, too, which is bound to all addresses and published on
 * loopback: only browsers ask it. The names by which other machines reach this one are known when PUBLIC_URL is.
 */
export const codecHostCheck = (boundTo: string, publicUrl: string | undefined): RequestHandler =>
  publicUrl === undefined ? hostCheck(boundTo, publicUrl) : ownNamesOnly(publicUrl);

function ownNamesOnly(publicUrl: string | undefined): RequestHandler {
  const own = publicUrl === undefined ? null : new URL(publicUrl).hostname;
  return (req, _res, next) => {
    const name = hostName(req.get('host') ?? '');
    // A bare address can't be made to point elsewhere.
    if (name !== null && (isLoopback(name) || name === own || isIP(name.replace(/^\[|\]$/g, '')) !== 0))
      next();
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
