import type { z } from 'zod';
import { ClassifiedError } from '../domain/errors.ts';

/**
 * A line's account comes out of a sealed box as data: it is checked where it is used. One that is incomplete
 * stops the line and tells a person, before a request goes to an address with a hole in it.
 */
export function checkedAccount<T>(schema: z.ZodType<T>, account: unknown): T {
  const parsed = schema.safeParse(account);
  if (parsed.success) return parsed.data;
  // The names of the fields only: their values are secrets.
  const fields = parsed.error.issues.map(({ path }) => path.map(String).join('.') || 'the account');
  throw new ClassifiedError({
    class: 'auth',
    reason: 'account-incomplete',
    detail: [...new Set(fields)].join(', '),
  });
}
