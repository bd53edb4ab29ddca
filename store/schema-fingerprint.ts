import { createHash } from 'node:crypto';
import type { Tx } from './database.ts';

/**
 * What the database looks like, as one line: tables, columns, indexes, constraints, triggers and whether
 * row-level security holds. Only names and types, so that an upgrade of PostgreSQL doesn't look like somebody's
 * hand; in an order of their own, so that a backup restored where another language sorts doesn't either.
 */
export async function schemaFingerprint(tx: Tx): Promise<string> {
  const parts = await tx.query<{ what: string }>(`
    select what from (
      select 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable as what
        from information_schema.columns where table_schema = current_schema()
      union all
      select 'index ' || t.relname || '.' || i.relname || case when x.indisunique then ' unique' else '' end
        from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid where t.relnamespace = current_schema()::regnamespace
      union all
      -- Not those of not-null: PostgreSQL 18 began to list them here, and the columns above tell of them.
      select 'constraint ' || t.relname || '.' || c.conname || ' ' || c.contype::text
        from pg_constraint c join pg_class t on t.oid = c.conrelid where t.relnamespace = current_schema()::regnamespace and c.contype <> 'n'
      union all
      select 'trigger ' || t.relname || '.' || g.tgname from pg_trigger g join pg_class t on t.oid = g.tgrelid
        where t.relnamespace = current_schema()::regnamespace and not g.tgisinternal
      union all
      select 'table ' || relname || ' rls ' || relrowsecurity || ' forced ' || relforcerowsecurity
        from pg_class where relkind = 'r' and relnamespace = current_schema()::regnamespace
      union all
      select 'policy ' || tablename || '.' || policyname || ' ' || cmd from pg_policies where schemaname = current_schema()
    ) as everything where what not like '% migrations.%' order by what collate "C"`);
  return createHash('sha256')
    .update(parts.map(({ what }) => what).join('\n'))
    .digest('hex');
}
