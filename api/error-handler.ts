import type { ErrorRequestHandler } from 'express';
import type { Logger } from 'pino';
import { z } from 'zod';
import { serialiseError } from '../domain/errors.ts';
import { Problem, problemBody } from './problem.ts';
import { requestIdOf } from './request-id.ts';
import { unavailabilityBehind } from './unavailable.ts';

/** Express and its body parser tell a caller's mistakes with a status and a type. */
const callersMistake = z.object({ status: z.number().int().min(400).max(499), type: z.string().optional() });

export function errorHandler(logger: Logger): ErrorRequestHandler {
  return (error: unknown, req, res, _next) => {
    const problem = problemOf(error);
    const requestId = requestIdOf(res);
    if (problem.status >= 500) {
      const entry = { requestId, code: problem.code, err: serialiseError(error) };
      if (problem.status === 503) logger.warn(entry, 'refused for now');
      else logger.error(entry, 'request failed');
    }
    if (res.headersSent) {
      // Half an answer can't be taken back: the broken connection tells it.
      req.socket.destroy();
      return;
    }
    res
      .status(problem.status)
      .set(problem.headers)
      .type('application/problem+json')
      .send(JSON.stringify(problemBody(problem, requestId)));
  };
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const away = unavailabilityBehind(error);
  if (away !== null) return away;
  const mistake = callersMistake.safeParse(error);
  if (!mistake.success)
    return new Problem(500, 'internal', 'Something went wrong in Zajel; the request id finds it in the log.');
  const { status, type } = mistake.data;
  if (type === 'entity.too.large')
    return new Problem(413, 'body-too-large', 'The body is too large for this route.');
  if (type === 'entity.parse.failed')
    return new Problem(400, 'not-json', 'The body is not a JSON object or list.');
  if (error instanceof URIError || type === undefined)
    return new Problem(status, 'bad-request', 'The request could not be read.');
  return new Problem(status, type.replaceAll('.', '-'), 'The request could not be read.');
}
