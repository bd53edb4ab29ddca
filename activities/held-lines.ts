import type { Connection } from '../channels/whatsapp-web/connection.ts';
import type { LineRef } from '../workflows/line-activities.ts';

/** The connections that this very process holds: what is only good at once (a "typing…") may use them without asking around. */
export class HeldLines {
  readonly #held = new Map<string, Connection>();

  opened(ref: LineRef, connection: Connection): void {
    this.#held.set(nameOf(ref), connection);
  }
  ended(ref: LineRef, connection: Connection): void {
    if (this.#held.get(nameOf(ref)) === connection) this.#held.delete(nameOf(ref));
  }
  of(ref: LineRef): Connection | null {
    return this.#held.get(nameOf(ref)) ?? null;
  }
}

const nameOf = ({ merchant, line }: LineRef): string => `${merchant}/${line}`;
