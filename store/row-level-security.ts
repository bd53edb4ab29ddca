/**
 * Tables that belong to a merchant and the column that names it. The same list closes them in the
 * database and drives the negative test per table: a new table that is missing here fails that test.
 */
export const MERCHANT_TABLES: Readonly<Record<string, string>> = {
  merchants: 'id',
  lines: 'merchant',
  line_history: 'merchant',
  conversations: 'merchant',
  messages: 'merchant',
  turns: 'merchant',
  catalogue_items: 'merchant',
  api_keys: 'merchant',
  idempotency: 'merchant',
  audit: 'merchant',
  events: 'merchant',
  sheets: 'merchant',
  orders: 'merchant',
  order_numbers: 'merchant',
  order_messages: 'merchant',
  order_events: 'merchant',
  templates: 'merchant',
  status_words: 'merchant',
  destination_calls: 'merchant',
  destination_breakers: 'merchant',
  line_pace: 'merchant',
  alerts: 'merchant',
  webhooks: 'merchant',
  webhook_deliveries: 'merchant',
  customer_aliases: 'merchant',
  media_files: 'merchant',
  simulator_outbox: 'merchant',
  simulator_failures: 'merchant',
  kept_posts: 'merchant',
  bad_items: 'merchant',
};

/** Tables of the installation: no merchant's transaction may touch them. */
export const INSTALLATION_TABLES: readonly string[] = ['meta_apps', 'unmatched_updates'];

/** The roles that queries run as; neither owns a table, so neither escapes the policies. */
export const APP_ROLE = 'zajel_app';
/** For the few questions that span merchants (whose key is this, what must be swept): reads and writes all rows, by explicit policy. */
export const SYSTEM_ROLE = 'zajel_system';

export function rolesSql(): string {
  return [APP_ROLE, SYSTEM_ROLE]
    .map(
      (role) => `do $$ begin
        if not exists (select from pg_roles where rolname = '${role}') then create role ${role} nologin; end if;
      exception when duplicate_object or unique_violation then null; end $$;
      do $$ begin execute format('grant ${role} to %I', current_user); exception when others then
        if not pg_has_role(current_user, '${role}', 'member') then raise; end if; end $$;`,
    )
    .join('\n');
}

/** Run after every migration: idempotent, so that a new table is closed by the same words as the first. */
export function policiesSql(): string {
  // A setting that was local to an earlier transaction of the session is the empty text from then on, not null; and
  // the empty name is that of the admin's own calls. Nobody named must stay nobody.
  const merchant = `(select nullif(current_setting('zajel.merchant', true), ''))`;
  const tables = Object.entries(MERCHANT_TABLES).map(
    ([table, column]) => `
      alter table ${table} enable row level security;
      alter table ${table} force row level security;
      drop policy if exists own_merchant on ${table};
      create policy own_merchant on ${table} to ${APP_ROLE}
        using (${column} = ${merchant})
        with check (${column} = ${merchant});
      drop policy if exists whole_house on ${table};
      create policy whole_house on ${table} to ${SYSTEM_ROLE} using (true) with check (true);`,
  );
  return `
    grant usage on schema public to ${APP_ROLE}, ${SYSTEM_ROLE};
    grant select, insert, update, delete on ${Object.keys(MERCHANT_TABLES).join(', ')} to ${APP_ROLE}, ${SYSTEM_ROLE};
    grant select, insert, update, delete on ${INSTALLATION_TABLES.join(', ')} to ${SYSTEM_ROLE};
    grant select, update (demo_made, webhooks_read_transaction, webhooks_read_seq) on installation to ${SYSTEM_ROLE};
    ${tables.join('\n')}`;
}
