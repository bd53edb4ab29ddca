import type { MerchantId } from '../domain/ids.ts';
import type { Scope } from '../store/api-keys.ts';

/** Who calls: the operator of the installation, a program of one merchant's, or, on a public route, anybody. */
export type Actor =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'admin' }
  | {
      readonly kind: 'key';
      readonly id: string;
      readonly merchant: MerchantId;
      readonly scopes: readonly Scope[];
    };

/** What a route asks for. `public`: nothing; `admin`: the installation's own key. */
export type Needed = 'public' | Scope | 'admin';

/** As the audit names them. */
export const actorName = (actor: Actor): string => (actor.kind === 'key' ? `key:${actor.id}` : actor.kind);

/** Scopes are a set: a key that may send can't read unless it says so. */
export function may(actor: Actor, needed: Needed): boolean {
  if (needed === 'public' || actor.kind === 'admin') return true;
  return actor.kind === 'key' && needed !== 'admin' && actor.scopes.includes(needed);
}
