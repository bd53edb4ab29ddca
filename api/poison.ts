import { isGrpcServiceError, ServiceError } from '@temporalio/client';
import { causes } from '../domain/errors.ts';
import { Problem } from './problem.ts';
import { unavailabilityBehind } from './unavailable.ts';

/** PostgreSQL: this value can't be (22), this row may not be (23), this is too long (54). Everything else is about the moment. */
const OF_THE_DATA = /^(?:2[23]|54)...$/;

/** Would the same item fail in the same way for ever? Then bringing it again helps nobody. */
export function isPoison(error: unknown): boolean {
  if (error instanceof Problem || unavailabilityBehind(error) !== null) return false;
  for (const link of causes(error)) {
    if (isGrpcServiceError(link) || link instanceof ServiceError) return false;
    const { code } = link;
    // node-postgres and sockets carry a code; what our own code throws about an item carries none.
    if (typeof code === 'string' && !code.startsWith('ERR_')) return OF_THE_DATA.test(code);
  }
  return error instanceof Error;
}
