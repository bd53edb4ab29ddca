import pg from 'pg';
import type { MerchantId } from '../domain/ids.ts';
import { APP_ROLE, SYSTEM_ROLE } from './row-level-security.ts';

/** What a statement may bind. */
export type Bound = string | number | boolean | null | Date | Buffer | readonly string[];

/** An open transaction, in the name of one merchant or of the system. */
export interface Tx {
  query<Row extends pg.QueryResultRow>(sql: string, values?: readonly Bound[]): Promise<Row[]>;
}

export interface DatabaseOptions extends pg.PoolConfig {
  /** Called when an idle connection breaks; the pool replaces it by itself. */
  readonly onIdleError?: (error: Error) => void;
}

/**
 * PostgreSQL, embedded or grown up: the same client, the same SQL. Whoever asks says for whom: every
 * query runs in a transaction whose role and merchant the database itself enforces.
 */
export class Database {
  readonly #pool: pg.Pool;

  constructor({ onIdleError, ...config }: DatabaseOptions) {
    this.#pool = new pg.Pool({ connectionTimeoutMillis: 2_000, ...config });
    this.#pool.on('error', (error) => onIdleError?.(error));
  }

  /** Work on one merchant's rows; no other row exists in there. */
  merchant<T>(merchant: MerchantId, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#transaction(
      `set local role ${APP_ROLE}; set local zajel.merchant = ${pg.escapeLiteral(merchant)}`,
      work,
    );
  }

  /** Questions that span merchants. Few, and each says why at its call. */
  system<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#transaction(`set local role ${SYSTEM_ROLE}`, work);
  }

  /** As the owner of the tables: migrations only. */
  owner<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#transaction('', work);
  }

  /** Does the database answer at all? */
  async ping(): Promise<void> {
    await this.#pool.query('select 1');
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #transaction<T>(opening: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    try {
      // One round trip: the simple protocol takes several statements at once.
      await client.query(`begin; ${opening}`);
      const result = await work(transactionOn(client));
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch((rollback: unknown) => {
        // The connection itself is gone: the pool must not hand it out again. The first error is the one to tell.
        broken = rollback instanceof Error ? rollback : new Error(String(rollback));
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }
}

const transactionOn = (client: pg.PoolClient): Tx => ({
  async query<Row extends pg.QueryResultRow>(sql: string, values: readonly Bound[] = []): Promise<Row[]> {
    const { rows } = await client.query<Row>(sql, [...values]);
    return rows;
  },
});
