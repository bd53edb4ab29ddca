import { leadsOutside } from '../channels/private-address.ts';
import type { Actor } from './actor.ts';
import { invalid } from './problem.ts';

interface Named {
  readonly serverUrl?: string | undefined;
  readonly apiKey?: string | undefined;
}

/**
 * Who names the Evolution server of a line decides what it may be: the operator's may stand beside Zajel, a merchant's
 * must not lead Zajel to what only Zajel can reach. `before`: its address until now; null for a new line.
 */
export function serverNamed(
  { serverUrl, apiKey }: Named,
  actor: Actor,
  before: string | null,
): { byOperator?: boolean } {
  if (serverUrl === undefined) return {};
  const byOperator = actor.kind === 'admin';
  const url = new URL(serverUrl);
  if (url.search !== '' || url.hash !== '')
    throw invalid([{ path: 'serverUrl', message: 'an address without ? and #' }]);
  if (!byOperator && !leadsOutside(url))
    throw invalid([
      {
        path: 'serverUrl',
        message: 'only the operator may name a server on this machine or in its networks',
      },
    ]);
  // A key that never saw the stored apiKey must not have it sent to a server of its own.
  if (!byOperator && before !== null && apiKey === undefined && new URL(before).origin !== url.origin)
    throw invalid([{ path: 'apiKey', message: 'needed with the address of another server' }]);
  return { byOperator };
}
