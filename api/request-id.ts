import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';

const HEADER = 'X-Request-Id';
/** A caller's own id is kept when it is harmless in a log. */
const HARMLESS = /^[\w.:-]{1,64}$/;

export const requestIds: RequestHandler = (req, res, next) => {
  const given = req.get(HEADER);
  res.setHeader(HEADER, given !== undefined && HARMLESS.test(given) ? given : randomUUID());
  next();
};

export const requestIdOf = (res: Response): string => String(res.getHeader(HEADER) ?? '');
