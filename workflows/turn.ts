import type { TurnId } from '../domain/ids.ts';

/** A turn whose answer is on its way. */
export interface Turn {
  readonly id: TurnId;
  readonly rethinks: number;
  readonly windowEndedAtMs: number;
  /** Before the window's end when the run woke early. Absent in what a run of before that was told of hands on. */
  readonly begunAtMs?: number;
  /** Once a part has left, the answer is what it is. */
  readonly sendingBegun: boolean;
}
