import type { Engine } from './engine.ts';
import { frame, transactionStatus } from './frames.ts';
import type { GroupFlush } from './group-flush.ts';

/** A client as the turnstile sees it. */
export interface Passenger {
  /** Complete requests, each ending where PostgreSQL answers (Query, Sync or Flush). */
  readonly requests: Buffer[];
  readonly gone: boolean;
  answer(bytes: Buffer): void;
  /** Told when it kept a transaction open for too long. */
  expel(reason: string): void;
}

/** How long a client may sit in an open transaction without asking anything: it holds up everybody else. */
const IDLE_IN_TRANSACTION_MS = 30_000;
/** No answer waits longer than this for company, so that a flush is shared but hardly felt. */
const LONGEST_HOLD_MS = 4;

export interface Turnstile {
  arrived(passenger: Passenger): void;
  left(passenger: Passenger, cleaning: Buffer[]): void;
  /** Runs work of the house itself, between two clients' transactions. */
  between(work: () => Promise<void>): void;
}

/**
 * One session, many clients: who is in a transaction has the session until its end, the others queue.
 * (PgBouncer calls this transaction pooling; the same caveat holds: `SET` without `LOCAL` is everybody's.)
 */
export function turnstile(engine: Engine, log: GroupFlush, onBroken: (error: unknown) => void): Turnstile {
  const queue = new Set<Passenger>();
  const chores: (() => Promise<void>)[] = [];
  const awaitingDisk = new Set<Passenger>();
  let inside: Passenger | null = null;
  let standing: ReturnType<typeof transactionStatus> = 'I';
  let turning = false;
  let alarm: NodeJS.Timeout | undefined;

  const serve = async (passenger: Passenger): Promise<void> => {
    const request = passenger.requests.shift();
    if (request === undefined) return;
    const answer = await engine.run(request);
    standing = transactionStatus(answer);
    inside = standing === 'I' ? null : passenger;
    // What a client asked for behind the end of its transaction came while it was inside; now it queues like anybody.
    if (inside === null && passenger.requests.length > 0) queue.add(passenger);
    // What is said inside a transaction promises nothing yet; its end does. An answer never overtakes an earlier one.
    if (standing === 'I' || awaitingDisk.has(passenger)) {
      awaitingDisk.add(passenger);
      log.hold(() => passenger.answer(answer));
    } else passenger.answer(answer);
  };

  const flush = async (): Promise<void> => {
    awaitingDisk.clear();
    await log.flush();
  };

  const endTransaction = async (): Promise<void> => {
    // The Sync ends an extended exchange that was left half-way; it changes nothing otherwise.
    await engine.run(Buffer.concat([frame('S'), frame('Q', 'rollback')]));
    inside = null;
    standing = 'I';
  };

  /** Whoever is in a transaction comes first, then answers that have waited long enough, the house's chores, the queue. */
  const nextStep = async (): Promise<boolean> => {
    if (inside !== null) {
      if (inside.gone) await endTransaction();
      else if (inside.requests.length > 0) await serve(inside);
      else if (standing === 'T' && log.age() >= LONGEST_HOLD_MS) await flush();
      else return false;
      return true;
    }
    const chore = log.age() < LONGEST_HOLD_MS ? chores.shift() : flush;
    const next = queue.values().next().value;
    if (chore !== undefined) await chore();
    else if (next !== undefined) {
      queue.delete(next);
      await serve(next);
    } else if (log.waiting) await flush();
    else return false;
    return true;
  };

  const turn = async (): Promise<void> => {
    if (turning) return;
    turning = true;
    clearTimeout(alarm);
    try {
      // Between two steps the sockets get their turn, so that commits of the same moment share a flush.
      while (await nextStep()) await new Promise(setImmediate);
    } catch (error) {
      onBroken(error);
      return;
    }
    turning = false;
    const idle = inside;
    if (idle === null) return;
    if (log.waiting && standing === 'T') alarm = setTimeout(() => void turn(), LONGEST_HOLD_MS);
    else alarm = setTimeout(() => idle.expel('idle in transaction'), IDLE_IN_TRANSACTION_MS);
  };

  return {
    arrived(passenger) {
      if (passenger !== inside) queue.add(passenger);
      void turn();
    },
    left(passenger, cleaning) {
      queue.delete(passenger);
      if (cleaning.length > 0)
        chores.push(async () => {
          await engine.run(Buffer.concat([...cleaning, frame('S')]));
        });
      void turn();
    },
    between(work) {
      chores.push(work);
      void turn();
    },
  };
}
