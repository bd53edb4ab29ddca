import { createHash } from 'node:crypto';
import pg from 'pg';
import type { MerchantId } from '../domain/ids.ts';
import { APP_ROLE, SYSTEM_ROLE } from './row-level-security.ts';

/** What a statement may bind. */
export type Bound = string | number | boolean | null | Date | Buffer | readonly string[];

/** An open transaction, in the name of one merchant or of the system. */
export interface Tx {
  /**
   * Statements run in the order of these calls. Each leaves at once: those that need nothing of one another, asked
   * without an `await` between them, cost one round trip together.
   */
  query<Row extends pg.QueryResultRow>(sql: string, values?: readonly Bound[]): Promise<Row[]>;
  /** A statement whose rows nobody needs: it travels with the next one. If it fails, so does the transaction. */
  queue(sql: string, values?: readonly Bound[]): void;
  /**
   * One that is heard of only once the transaction has committed: it travels with the commit, and tells how many rows it
   * returned. Await it outside, and as it is: what is made of it would be a promise that nobody hears fail with the commit.
   */
  withCommit(sql: string, values?: readonly Bound[]): Promise<number>;
}

/**
 * Statements of ours take milliseconds, a sheet of 10,000 rows a few seconds; one that takes longer waits for a lock
 * or a lost index, and holds a connection that others need. Ended, it did nothing, and whoever asked tries again.
 */
export const STATEMENT_TIMEOUT_MS = 15_000;
/** A server that is gone can't even end the statement: this much later the connection is given up. */
const SILENCE_MS = 5_000;
/** A process that stands still in a transaction holds its locks against everybody else. */
const IDLE_IN_TRANSACTION_MS = 30_000;
/** Migrations may rebuild whole tables. */
const NO_TIMEOUT_MS = 2 ** 31 - 1;

export interface DatabaseOptions extends pg.PoolConfig {
  /** How long the server lets one statement run. @default the embedded database's own watch ends it instead */
  readonly statementTimeoutMs?: number;
  /** Called when an idle connection breaks; the pool replaces it by itself. */
  readonly onIdleError?: (error: Error) => void;
}

/**
 * PostgreSQL, embedded or grown up: the same client, the same SQL. Whoever asks says for whom: every
 * query runs in a transaction whose role and merchant the database itself enforces.
 */
export class Database {
  readonly #pool: pg.Pool;
  readonly #limit: string;

  constructor({ onIdleError, statementTimeoutMs, ...config }: DatabaseOptions) {
    // Said in every transaction: poolers between us and the server (PgBouncer) take no such word from a connection.
    this.#limit =
      statementTimeoutMs === undefined
        ? ''
        : `; set local statement_timeout = ${statementTimeoutMs}; set local idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS}`;
    this.#pool = new pg.Pool({
      connectionTimeoutMillis: 2_000,
      pipeline: true,
      ...(statementTimeoutMs === undefined
        ? {}
        : { query_timeout: statementTimeoutMs + SILENCE_MS, keepAlive: true }),
      ...config,
    });
    this.#pool.on('error', (error) => onIdleError?.(error));
  }

  /** Work on one merchant's rows; no other row exists in there. */
  merchant<T>(merchant: MerchantId, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#transaction(this.#asMerchant(merchant), work);
  }

  /** Reading of one merchant's rows: all its statements see the same moment, whatever is written meanwhile. */
  look<T>(merchant: MerchantId, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#transaction(this.#asMerchant(merchant), work, {
      begin: 'begin isolation level repeatable read read only',
    });
  }

  /** Questions that span merchants. Few, and each says why at its call. */
  system<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#transaction(`set local role ${SYSTEM_ROLE}${this.#limit}`, work);
  }

  /** As the owner of the tables: migrations only. */
  owner<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#transaction('', work, { keepsPlans: false });
  }

  /** Does the database answer at all? */
  async ping(): Promise<void> {
    await this.#pool.query('select 1');
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  #asMerchant(merchant: MerchantId): string {
    return `set local role ${APP_ROLE}; set local zajel.merchant = ${pg.escapeLiteral(merchant)}${this.#limit}`;
  }

  async #transaction<T>(
    opening: string,
    work: (tx: Tx) => Promise<T>,
    { begin = 'begin', keepsPlans = true } = {},
  ): Promise<T> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    // The pool listens only while a client is idle. A connection that ends in here fails the statements that wait on it, and
    // is thrown away; unheard, its event would end the whole process.
    const onLost = (error: Error): void => void (broken = error);
    client.on('error', onLost);
    // Asked for and not waited for: the connection answers in order, and after a failure refuses whatever follows.
    const unheard: Promise<unknown>[] = [];
    let unheardFailure: Error | undefined;
    const unheardOf = (asked: Promise<unknown>): void => {
      asked.catch((error: unknown) => (unheardFailure ??= asError(error)));
      unheard.push(asked);
    };
    let isOver = false;
    const lend = (): pg.PoolClient => {
      if (isOver) throw new Error('a statement was asked for after the end of its transaction');
      return client;
    };
    try {
      // One message for all of it: the simple protocol takes several statements at once.
      unheardOf(client.query(`${begin}; ${opening}`));
      const result = await work(transactionOn(lend, unheardOf, keepsPlans));
      isOver = true;
      unheardOf(client.query('commit'));
      await Promise.all(unheard);
      return result;
    } catch (error) {
      isOver = true;
      await client.query('rollback').catch((rollback: unknown) => {
        // The connection itself is gone: the pool must not hand it out again. The first error is the one to tell.
        broken = asError(rollback);
      });
      // Whoever waited heard only that the transaction had failed; why, the statement before it was told.
      throw isRefusedAfterFailure(error) ? (unheardFailure ?? error) : error;
    } finally {
      client.off('error', onLost);
      client.release(broken);
    }
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** PostgreSQL's word for whatever follows a failed statement in the same transaction. */
const isRefusedAfterFailure = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.code === '25P02';

/** `lend` throws once the transaction is over: of two things done side by side one may fail, and the other go on as somebody else. */
function transactionOn(
  lend: () => pg.PoolClient,
  unheardOf: (asked: Promise<unknown>) => void,
  keepsPlans: boolean,
): Tx {
  const ask = <Row extends pg.QueryResultRow>(
    text: string,
    values: readonly Bound[],
  ): Promise<pg.QueryResult<Row>> =>
    lend().query<Row>({
      text,
      values: [...values],
      ...(keepsPlans ? { name: nameOf(text) } : { query_timeout: NO_TIMEOUT_MS }),
    });
  return {
    async query<Row extends pg.QueryResultRow>(sql: string, values: readonly Bound[] = []): Promise<Row[]> {
      return (await ask<Row>(sql, values)).rows;
    },
    queue: (sql, values = []) => unheardOf(ask(sql, values)),
    withCommit(sql: string, values: readonly Bound[] = []): Promise<number> {
      const asked = ask(sql, values).then(({ rows }) => rows.length);
      unheardOf(asked);
      return asked;
    },
  };
}

const names = new Map<string, string>();

/** A statement with a name is parsed and planned once per connection: that is most of the work of a short one. */
function nameOf(sql: string): string {
  const known = names.get(sql);
  if (known !== undefined) return known;
  const name = createHash('sha256').update(sql).digest('base64url').slice(0, 16);
  names.set(sql, name);
  return name;
}
