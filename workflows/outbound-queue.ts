import type { MessageKey, TurnId } from '../domain/ids.ts';

/** A part on its way out; `turn` is null for what a person wrote. */
export interface Outbound {
  readonly key: MessageKey;
  readonly turn: TurnId | null;
}

/** What waits to be sent, in order: a person's words before the bot's, parts of an answer one after the other. */
export class OutboundQueue {
  #parts: readonly Outbound[];
  #passing: Outbound | null = null;

  constructor(carried: readonly Outbound[] = []) {
    this.#parts = carried;
  }

  /** The first that nothing holds up. */
  next(isHeldUp: (part: Outbound) => boolean): Outbound | undefined {
    return this.#parts.find((part) => !isHeldUp(part));
  }
  get all(): readonly Outbound[] {
    return this.#parts;
  }
  get isEmpty(): boolean {
    return this.#parts.length === 0;
  }
  has(turn: TurnId): boolean {
    return this.#parts.some((part) => part.turn === turn);
  }
  /** Are there parts of the same answer behind this one? */
  hasMoreAfter(part: Outbound): boolean {
    return part.turn !== null && this.#parts.some((other) => other !== part && other.turn === part.turn);
  }

  /** The answer of a turn; thought again, it replaces the earlier one. */
  addAnswer(turn: TurnId, keys: readonly MessageKey[]): void {
    this.dropTurn(turn);
    this.#parts = [...this.#parts, ...keys.map((key) => ({ key, turn }))];
  }

  addHuman(keys: readonly MessageKey[]): void {
    const fresh = keys
      .filter((key) => !this.#parts.some((part) => part.key === key))
      .map((key) => ({ key, turn: null }));
    const ofHuman = this.#parts.filter((part) => part.turn === null);
    const ofBot = this.#parts.filter((part) => part.turn !== null);
    this.#parts = [...ofHuman, ...fresh, ...ofBot];
  }

  /** It is under way although it is not the first: what is before it is held. */
  passes(part: Outbound | null): void {
    this.#passing = part;
  }

  /** Also behind the very part: it may be under way, and news of its failure was faster than its own return. */
  addAgain(keys: readonly MessageKey[]): void {
    const [underWay, ...others] = this.#parts;
    const again = keys
      .filter((key) => !others.some((part) => part.key === key && part !== this.#passing))
      .map((key) => ({ key, turn: null }));
    this.#parts = [...(underWay === undefined ? [] : [underWay]), ...again, ...others];
  }

  remove(part: Outbound): void {
    this.#parts = this.#parts.filter((other) => other !== part);
  }

  dropTurn(turn: TurnId): void {
    this.#parts = this.#parts.filter((part) => part.turn !== turn);
  }
}
