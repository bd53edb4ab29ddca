import { createHash } from 'node:crypto';
import type { OrderFields } from '../domain/order.ts';

/** Of which no message speaks; and the status, which decides for itself what is said. */
const UNSAID: ReadonlySet<string> = new Set(['status', 'messageState', 'notes', 'source']);

/** What a row says to its customer, in short: two that are the same make the same message. */
export function saidOf(fields: OrderFields): string {
  const said = Object.entries(fields).filter(([field]) => !UNSAID.has(field));
  return createHash('sha256').update(JSON.stringify(said.toSorted())).digest('base64url').slice(0, 22);
}
