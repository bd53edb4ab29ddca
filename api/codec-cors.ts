import type { RequestHandler } from 'express';

/** A browser may call the codec from the Temporal UI's own address and from nowhere else; nothing else has CORS. */
export function codecCors(origins: readonly string[]): RequestHandler {
  return (req, res, next) => {
    const origin = req.get('origin');
    if (origin !== undefined && origins.includes(origin)) {
      res.set({
        'Access-Control-Allow-Origin': origin,
        'Access-Control-Allow-Methods': 'POST',
        'Access-Control-Allow-Headers': 'Content-Type, X-Namespace, Authorization, X-Api-Key',
        'Access-Control-Max-Age': '600',
        'Cross-Origin-Resource-Policy': 'cross-origin',
        Vary: 'Origin',
      });
    }
    if (req.method === 'OPTIONS') res.status(204).end();
    else next();
  };
}
