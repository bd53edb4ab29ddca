import { createHash } from 'node:crypto';
import type { Tx } from './database.ts';

/**
 * What the database looks like, as one line: tables, columns, indexes and whether row-level security
 * holds. Only names and types, so that an upgrade of PostgreSQL doesn't look like somebody's hand.
 */
export async function schemaFingerprint(tx: Tx): Promise<string> {
  const parts = await tx.query<{ what: string }>(`
    select what from (
      select 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable as what
        from information_schema.columns where table_schema = current_schema()
      union all
      select 'index ' || tablename || '.' || indexname from pg_indexes where schemaname = current_schema()
      union all
      select 'table ' || relname || ' rls ' || relrowsecurity || ' forced ' || relforcerowsecurity
        from pg_class where relkind = 'r' and relnamespace = current_schema()::regnamespace
      union all
      select 'policy ' || tablename || '.' || policyname || ' ' || cmd from pg_policies where schemaname = current_schema()
    ) as everything where what not like '% migrations.%' order by what`);
  return createHash('sha256')
    .update(parts.map(({ what }) => what).join('\n'))
    .digest('hex');
}
