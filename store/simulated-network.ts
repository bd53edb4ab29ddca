import { randomUUID } from 'node:crypto';
import type { LineId, MerchantId } from '../domain/ids.ts';
import type { Outgoing } from '../domain/message.ts';
import type { Database, Tx } from './database.ts';
import { fromStored, toStored } from './exact-text.ts';

export interface SimulatedFailures {
  /** Shares from 0 to 1: how often the network refuses, swallows its answer after accepting, asks to slow down. */
  readonly refuse: number;
  readonly timeoutAfterAccept: number;
  readonly throttle: number;
  readonly delayMs: number;
}

export const NO_FAILURES: SimulatedFailures = { refuse: 0, timeoutAfterAccept: 0, throttle: 0, delayMs: 0 };

export interface OutboxItem {
  readonly seq: number;
  readonly to: string;
  readonly text: string;
  readonly at: Date;
  readonly key: string;
  readonly part: number;
  readonly parts: number;
  readonly providerId: string;
}

/**
 * Where the simulated phones' messages lie. It stands for the world outside, so each acceptance is a
 * transaction of its own and nothing is deduplicated: a message that Zajel sends twice is there twice.
 */
export class SimulatedNetwork {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async failures(merchant: MerchantId, line: LineId): Promise<SimulatedFailures> {
    return this.#database.merchant(merchant, (tx) => readFailures(tx, merchant, line));
  }

  /** Takes the message, as a phone network does: for good. Returns the network's own id. */
  async accept({ merchant, line, to, text: plain, key, part, parts }: Outgoing): Promise<string> {
    const providerId = `sim-${randomUUID()}`;
    const { text, exact } = toStored(plain);
    await this.#database.merchant(merchant, (tx) => {
      tx.queue(
        'insert into simulator_outbox (merchant, line, recipient, text, exact, key, part, parts, provider_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)',
        [merchant, line, to.address, text, exact, key, part, parts, providerId],
      );
      return Promise.resolve();
    });
    return providerId;
  }

  /** The chat's own history: was this message received? */
  async find(merchant: MerchantId, line: LineId, key: string): Promise<string | null> {
    const [row] = await this.#database.merchant(merchant, (tx) =>
      tx.query<{ provider_id: string }>(
        'select provider_id from simulator_outbox where merchant = $1 and line = $2 and key = $3 order by seq limit 1',
        [merchant, line, key],
      ),
    );
    return row?.provider_id ?? null;
  }
}

export async function readFailures(tx: Tx, merchant: MerchantId, line: LineId): Promise<SimulatedFailures> {
  const [row] = await tx.query<{
    refuse: number;
    timeout_after_accept: number;
    throttle: number;
    delay_ms: number;
  }>(
    'select refuse, timeout_after_accept, throttle, delay_ms from simulator_failures where merchant = $1 and line = $2',
    [merchant, line],
  );
  return row === undefined
    ? NO_FAILURES
    : {
        refuse: row.refuse,
        timeoutAfterAccept: row.timeout_after_accept,
        throttle: row.throttle,
        delayMs: row.delay_ms,
      };
}

export async function writeFailures(
  tx: Tx,
  merchant: MerchantId,
  line: LineId,
  failures: SimulatedFailures,
): Promise<void> {
  await tx.query(
    `insert into simulator_failures (merchant, line, refuse, timeout_after_accept, throttle, delay_ms) values ($1, $2, $3, $4, $5, $6)
     on conflict (merchant, line) do update set refuse = excluded.refuse, timeout_after_accept = excluded.timeout_after_accept, throttle = excluded.throttle, delay_ms = excluded.delay_ms`,
    [merchant, line, failures.refuse, failures.timeoutAfterAccept, failures.throttle, failures.delayMs],
  );
}

/** What the phones received, in order. */
export async function outbox(
  tx: Tx,
  merchant: MerchantId,
  line: LineId,
  filter: { readonly to?: string; readonly after: number; readonly limit: number },
): Promise<OutboxItem[]> {
  const rows = await tx.query<{
    seq: number;
    recipient: string;
    text: string;
    exact: Buffer | null;
    at: Date;
    key: string;
    part: number;
    parts: number;
    provider_id: string;
  }>(
    `select seq::float8 as seq, recipient, text, exact, at, key, part, parts, provider_id from simulator_outbox
     where merchant = $1 and line = $2 and seq > $3 and ($4::text is null or recipient = $4) order by seq limit $5`,
    [merchant, line, filter.after, filter.to ?? null, filter.limit],
  );
  return rows.map((row) => ({
    seq: row.seq,
    to: row.recipient,
    text: fromStored(row),
    at: row.at,
    key: row.key,
    part: row.part,
    parts: row.parts,
    providerId: row.provider_id,
  }));
}
