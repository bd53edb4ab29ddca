import { isGrpcServiceError, ServiceError } from '@temporalio/client';
import { causes } from '../domain/errors.ts';
import { Problem } from './problem.ts';

/** Webhooks must get their 503 within 2 s; the rest is for the way back. */
export const PATIENCE_MS = 1_800;
const RETRY_AFTER = { 'Retry-After': '2' };

export const databaseUnavailable = (cause?: unknown): Problem =>
  new Problem(503, 'database-unavailable', 'The database does not answer. Nothing is lost: try again.', {
    headers: RETRY_AFTER,
    cause,
  });

export const temporalUnavailable = (cause?: unknown): Problem =>
  new Problem(503, 'temporal-unavailable', 'Temporal does not answer. Nothing is lost: try again.', {
    headers: RETRY_AFTER,
    cause,
  });

/** gRPC: DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE and CANCELLED by our own deadline. */
const TEMPORAL_AWAY = new Set([1, 4, 8, 14]);
/**
 * PostgreSQL: connection exceptions (08…), shutting down (57P0…), too many connections, a statement ended for taking too
 * long (57014), a disk without room (53100), transactions that stood in each other's way (40001, 40P01, 55P03), and the
 * socket's own. Nothing was done, and the same call may well succeed later.
 */
const DATABASE_AWAY =
  /^(?:08.{3}|57P0[1-5]|57014|53[13]00|40001|40P01|55P03|25P03|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/;
/** node-postgres tells these by words only. */
const DATABASE_WORDS =
  /^(?:timeout exceeded when trying to connect|Query read timeout|Connection terminated|Client has encountered a connection error|Cannot use a pool after calling end)/;

/** The 503 behind an error, or null when it is something else. */
export function unavailabilityBehind(error: unknown): Problem | null {
  for (const link of causes(error)) {
    if (isGrpcServiceError(link)) return TEMPORAL_AWAY.has(link.code) ? temporalUnavailable(error) : null;
    if (link instanceof ServiceError) continue;
    const { code, message } = link;
    if (typeof code === 'string' && DATABASE_AWAY.test(code)) return databaseUnavailable(error);
    if (typeof message === 'string' && DATABASE_WORDS.test(message)) return databaseUnavailable(error);
  }
  return null;
}

/** Gives up waiting, not the work: what was begun may still end well, and a repeat finds it. */
export async function within<T>(ms: number, work: Promise<T>, late: () => Problem): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), Math.max(ms, 0));
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
