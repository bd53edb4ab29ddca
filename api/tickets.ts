import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { merchantId } from '../domain/ids.ts';
import type { Seal } from '../store/sealed.ts';
import type { Actor } from './actor.ts';

/** Long enough for a browser to open its stream, too short to be found in a log and used. */
const VALID_MS = 30_000;

const ticket = z.object({
  ticket: z.uuid(),
  untilMs: z.number(),
  actor: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('admin') }),
    z.object({
      kind: z.literal('key'),
      id: z.string(),
      merchant: z.string().transform(merchantId),
      scopes: z.array(z.enum(['read', 'send', 'manage'])),
    }),
  ]),
});

/**
 * Stands in a URL where a key may not: a browser's EventSource sends no headers. Sealed, so that any process of
 * the installation can read what another gave out; each takes one once.
 */
export class Tickets {
  readonly #seal: Seal;
  readonly #used = new Map<string, number>();

  constructor(seal: Seal) {
    this.#seal = seal;
  }

  give(actor: Actor): { ticket: string; expiresAt: string } {
    const untilMs = Date.now() + VALID_MS;
    return {
      ticket: this.#seal.sealJson({ ticket: randomUUID(), untilMs, actor }).toString('base64url'),
      expiresAt: new Date(untilMs).toISOString(),
    };
  }

  take(given: string): Actor | null {
    const read = ticket.safeParse(this.#open(given));
    if (!read.success || read.data.untilMs < Date.now() || this.#used.has(read.data.ticket)) return null;
    for (const [id, untilMs] of this.#used) if (untilMs < Date.now()) this.#used.delete(id);
    this.#used.set(read.data.ticket, read.data.untilMs);
    return read.data.actor;
  }

  #open(given: string): unknown {
    try {
      return this.#seal.openJson(Buffer.from(given, 'base64url'));
    } catch (notOurs) {
      // Made up, cut short, or sealed with a key that is gone: no ticket, whatever the reason.
      return notOurs instanceof Error ? null : undefined;
    }
  }
}
