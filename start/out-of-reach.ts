import { isGrpcServiceError } from '@temporalio/client';
import { causes } from '../domain/errors.ts';
import { DriftedDatabase } from '../store/migrate.ts';
import type { Settings } from './settings.ts';
import { StartRefused } from './start-refused.ts';

/** PostgreSQL and its socket: not reachable, this user or database is not there, or it may not what it must. */
const DATABASE_REFUSES = /^(?:08...|28...|3D000|42501|53300|57P0[1-5]|E[A-Z_]+|SELF_SIGNED.*|DEPTH_ZERO.*)$/;
const NO_CONNECTION = /^Failed to connect before the deadline/;
const NO_DATABASE = /^timeout exceeded when trying to connect|^Connection terminated/;

/** A start that failed because of what a person has set up elsewhere, in one sentence; null when it is something else. */
export function outOfReach(error: unknown, settings: Settings): StartRefused | null {
  if (error instanceof StartRefused) return error;
  if (error instanceof DriftedDatabase) return new StartRefused(error.message, { cause: error });
  const { TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, DATABASE_URL } = settings;
  for (const link of causes(error)) {
    const message = String(link['message']);
    if (TEMPORAL_ADDRESS !== undefined && (isGrpcServiceError(link) || NO_CONNECTION.test(message)))
      return new StartRefused(
        `Temporal at ${TEMPORAL_ADDRESS}, namespace ${TEMPORAL_NAMESPACE}: ${oneLine(message)}. Start it, or correct TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE or TEMPORAL_TLS_*`,
        { cause: error },
      );
    const { code } = link;
    const refuses = (typeof code === 'string' && DATABASE_REFUSES.test(code)) || NO_DATABASE.test(message);
    if (DATABASE_URL !== undefined && refuses)
      return new StartRefused(
        `the database of DATABASE_URL: ${oneLine(message)}. Start that PostgreSQL, or correct DATABASE_URL`,
        { cause: error },
      );
  }
  return null;
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').replace(/\.$/, '').trim();
