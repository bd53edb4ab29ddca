import { timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import { findKey, hashKey, isKeyInUse } from '../store/api-keys.ts';
import type { Database } from '../store/database.ts';
import type { Actor } from './actor.ts';

/** A revoked key may work this much longer in another process; in the one that revoked it, not at all. */
const REMEMBERED_MS = 3_000;
/** Wrong keys are remembered too, so that repeating one costs no query; more than these at once are forgotten. */
const MOST_REMEMBERED = 5_000;
/** What `createKey` makes. Anything else is refused without asking the database. */
const SHAPE = /^zk_[0-9a-f]{12}_[\w-]{43}$/;

/** Whose key is this? */
export class KeyRing {
  readonly #database: Database;
  readonly #adminKeyHash: Buffer;
  readonly #remembered = new Map<string, { readonly actor: Actor | null; readonly untilMs: number }>();
  readonly #callbacks = new Set<() => void>();

  constructor(database: Database, adminKeyHash: Buffer) {
    this.#database = database;
    this.#adminKeyHash = adminKeyHash;
  }

  async actorOf(key: string): Promise<Actor | null> {
    const hash = hashKey(key);
    if (timingSafeEqual(hash, this.#adminKeyHash)) return { kind: 'admin' };
    if (!SHAPE.test(key)) return null;
    const name = hash.toString('hex');
    const remembered = this.#remembered.get(name);
    if (remembered !== undefined && remembered.untilMs > Date.now()) return remembered.actor;
    // As the system: whose key it is decides whose rows may be seen.
    const found = await this.#database.system((tx) => findKey(tx, key));
    const actor: Actor | null = found === null ? null : { kind: 'key', ...found };
    if (this.#remembered.size >= MOST_REMEMBERED) this.#remembered.clear();
    this.#remembered.set(name, { actor, untilMs: Date.now() + REMEMBERED_MS });
    return actor;
  }

  /** For what goes on after the request was let in: may its caller still have it? */
  async isStillGood(actor: Actor): Promise<boolean> {
    if (actor.kind !== 'key') return true;
    return this.#database.merchant(actor.merchant, (tx) => isKeyInUse(tx, actor.merchant, actor.id));
  }

  /** Calls back when a key may have been revoked in this process; returns how to stop. */
  onForget(callback: () => void): () => void {
    this.#callbacks.add(callback);
    return () => void this.#callbacks.delete(callback);
  }

  /** A key was revoked, or a merchant deleted. */
  forget(): void {
    this.#remembered.clear();
    for (const callback of this.#callbacks) callback();
  }
}

/** The key that a request carries; null when it carries none. Never in the URL, where logs and histories keep it. */
export function keyIn(req: Request): string | null {
  const header = req.get('x-api-key');
  if (header !== undefined && header !== '') return header;
  return /^Bearer +(\S+)$/i.exec(req.get('authorization') ?? '')?.[1] ?? null;
}
