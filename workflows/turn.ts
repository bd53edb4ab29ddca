import type { TurnId } from '../domain/ids.ts';

/** A turn whose answer is on its way. */
export interface Turn {
  readonly id: TurnId;
  readonly rethinks: number;
  readonly windowEndedAtMs: number;
  /** Once a part has left, the answer is what it is. */
  readonly sendingBegun: boolean;
}
