import { randomUUID } from 'node:crypto';
import type { Bound, Tx } from '../../store/database.ts';

/**
 * Lets any row into any table, so that what is tested is the walls between merchants and nothing beside them:
 * without checks and references a row is made from the columns' types alone, and a new table needs no sample of its own.
 */
export async function dropChecksAndReferences(tx: Tx): Promise<void> {
  const constraints = await tx.query<{ statement: string }>(
    `select format('alter table %I drop constraint %I', t.relname, c.conname) as statement from pg_constraint c join pg_class t on t.oid = c.conrelid
     where t.relnamespace = 'public'::regnamespace and c.contype in ('c', 'f')`,
  );
  for (const { statement } of constraints) await tx.query(statement);
}

export type Insert = readonly [sql: string, values: readonly Bound[]];

/** How to insert a row of that merchant; `mark` tells two rows apart. */
export async function sampleInsert(
  tx: Tx,
  table: string,
  merchantColumn: string,
  merchant: string,
  mark: string,
): Promise<Insert> {
  const needed = await tx.query<{ column_name: string; data_type: string }>(
    `select column_name, data_type from information_schema.columns
     where table_schema = 'public' and table_name = $1 and column_name <> $2 and is_nullable = 'NO' and column_default is null and is_identity = 'NO' and is_generated = 'NEVER'`,
    [table, merchantColumn],
  );
  const columns = [merchantColumn, ...needed.map(({ column_name }) => column_name)];
  const values = [merchant, ...needed.map(({ data_type }) => valueOf(data_type, `${merchant}-${mark}`))];
  return [
    `insert into ${table} (${columns.join(', ')}) values (${columns.map((_, index) => `$${index + 1}`).join(', ')})`,
    values,
  ];
}

function valueOf(type: string, text: string): Bound {
  switch (type) {
    case 'text':
      return text;
    case 'bytea':
      return Buffer.from(text);
    case 'ARRAY':
      return [text];
    case 'jsonb':
      return '{}';
    case 'boolean':
      return true;
    case 'uuid':
      return randomUUID();
    case 'timestamp with time zone':
    case 'date':
      return new Date('2026-01-01T12:00:00.000Z');
    case 'integer':
    case 'bigint':
    case 'numeric':
    case 'double precision':
      return 1;
    default:
      throw new Error(`no sample value for a column of type ${type}: add one here`);
  }
}
