import type { Engine } from './engine.ts';
import { frame, takeFrames } from './frames.ts';

/**
 * One fsync for all commits of a moment. Transactions end without waiting for the disk
 * (`synchronous_commit=off`), but no client hears of it before the log up to there is on the disk. On a
 * shop's disk an fsync takes 1–15 ms; one per commit would cap the whole house at about a hundred commits
 * a second.
 */
export interface GroupFlush {
  /** Keeps an answer back until the log is on the disk. */
  hold(deliver: () => void): void;
  readonly waiting: boolean;
  /** Milliseconds the longest-held answer has been waiting. */
  age(): number;
  /** Must not be called while a failed transaction is open. */
  flush(): Promise<void>;
}

export function groupFlush(engine: Engine): GroupFlush {
  let held: (() => void)[] = [];
  let since = 0;
  let onDisk = '0/0';
  return {
    hold(deliver) {
      if (held.length === 0) since = performance.now();
      held.push(deliver);
    },
    get waiting() {
      return held.length > 0;
    },
    age: () => (held.length === 0 ? 0 : performance.now() - since),
    async flush() {
      const ready = held;
      held = [];
      // Writes a record and flushes up to it; where nothing was written since the last time, nothing is.
      const answer = await engine.run(
        frame(
          'Q',
          `select case when pg_current_wal_insert_lsn() > '${onDisk}' then pg_logical_emit_message(false, 'zajel', '', true) end`,
        ),
      );
      onDisk = flushedUpTo(answer) ?? onDisk;
      for (const deliver of ready) deliver();
    },
  };
}

/** The position in the answer's only row; null when nothing had to be flushed. */
function flushedUpTo(answer: Buffer): string | null {
  const { frames } = takeFrames(answer);
  const row = frames.find(({ type }) => type === 'D');
  if (row === undefined) throw new Error(`the log could not be flushed: ${answer.toString('utf8')}`);
  const length = row.bytes.readInt32BE(7);
  return length < 0 ? null : row.bytes.toString('utf8', 11, 11 + length);
}
