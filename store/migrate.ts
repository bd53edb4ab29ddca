import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import type { Database, Tx } from './database.ts';
import { policiesSql, rolesSql } from './row-level-security.ts';
import { schemaFingerprint } from './schema-fingerprint.ts';

interface Migration {
  readonly id: string;
  readonly sql: string;
  readonly checksum: string;
}

interface Applied {
  readonly id: string;
  readonly checksum: string;
  readonly schema: string;
}

/** The database is not what the ledger says: the start is refused, with the way out. */
export class DriftedDatabase extends Error {
  override readonly name = 'DriftedDatabase';
}

/** Two processes may start at once: the second waits here and finds nothing left to do. */
const MIGRATION_LOCK = 7_297_113;

const folder = new URL('./migrations/', import.meta.url);

export function migrations(): Migration[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => {
      const sql = readFileSync(new URL(name, folder), 'utf8');
      return {
        id: name.replace(/\.sql$/, ''),
        sql,
        checksum: createHash('sha256').update(sql).digest('hex'),
      };
    });
}

/** Brings the database to this version, in one transaction; returns what was applied. */
export async function migrate(
  database: Database,
  wanted: readonly Migration[] = migrations(),
): Promise<string[]> {
  return database.owner(async (tx) => {
    await tx.query(`select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    await tx.query(
      `create table if not exists migrations (id text primary key, checksum text not null, schema text not null, applied_at timestamptz not null default now())`,
    );
    const applied = await tx.query<Applied & { [column: string]: unknown }>(
      'select id, checksum, schema from migrations order by id',
    );
    await refuseDrift(tx, applied, wanted);

    const missing = wanted.slice(applied.length);
    if (missing.length === 0) return [];
    await runScript(tx, rolesSql());
    for (const { sql } of missing) await runScript(tx, sql);
    await runScript(tx, policiesSql());
    await tx.query('insert into installation (customer_hash_key) values ($1) on conflict do nothing', [
      randomBytes(32),
    ]);
    const schema = await schemaFingerprint(tx);
    for (const { id, checksum } of missing) {
      await tx.query('insert into migrations (id, checksum, schema) values ($1, $2, $3)', [
        id,
        checksum,
        schema,
      ]);
    }
    return missing.map(({ id }) => id);
  });
}

async function refuseDrift(tx: Tx, applied: readonly Applied[], wanted: readonly Migration[]): Promise<void> {
  for (const [index, { id, checksum }] of applied.entries()) {
    const ours = wanted[index];
    if (ours === undefined) {
      throw new DriftedDatabase(
        `The database is newer than this version of Zajel (it has migration ${id}). Start the newer version, or restore a backup taken before the upgrade.`,
      );
    }
    if (ours.id !== id || ours.checksum !== checksum) {
      throw new DriftedDatabase(
        `Migration ${id} in the database is not the one this version ships (${ours.id}). Restore the original file in store/migrations, or a backup.`,
      );
    }
  }
  const last = applied.at(-1);
  if (last !== undefined && (await schemaFingerprint(tx)) !== last.schema) {
    throw new DriftedDatabase(
      'The database was changed by hand since Zajel last migrated it. Undo that change, or restore a backup; docs/operations.md, “The database has drifted”, tells how to see the difference.',
    );
  }
}

/** A script holds several statements, which only the parameterless protocol takes. */
const runScript = (tx: Tx, sql: string): Promise<unknown> => tx.query(sql);
