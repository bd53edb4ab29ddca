import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import type { PoolConfig } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startEmbeddedDatabase } from '../../start/database/embedded.ts';
import { Database } from '../../store/database.ts';
import { customerHashKey } from '../../store/merchants.ts';
import { DriftedDatabase, migrate, migrations } from '../../store/migrate.ts';
import { migratedDatabase, type MigratedDatabase } from '../support/migrated-database.ts';
import { temporaryDatabase, type TemporaryDatabase } from '../support/temporary-database.ts';

const SHIPPED = migrations().map(({ id }) => id);
const LATER = { id: '999_later', sql: 'create table later (id int primary key)', checksum: 'later' };

const tables = async (database: Database): Promise<string[]> =>
  (
    await database.owner((tx) =>
      tx.query<{ relname: string }>(
        `select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
      ),
    )
  ).map(({ relname }) => relname);

const moduleUrl = (path: string): string => JSON.stringify(new URL(`../../${path}`, import.meta.url).href);

/** A process of its own, as a second `npm start` or a kill needs one. Resolves with what it printed and the signal that ended it. */
function inProcess(script: string): Promise<{ out: string; signal: NodeJS.Signals | null }> {
  return new Promise((done) => {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.once('close', (_, signal) => done({ out, signal }));
  });
}

const migrating = (connection: PoolConfig, wanted = 'migrations()'): string => `
  import { Database } from ${moduleUrl('store/database.ts')};
  import { migrate, migrations } from ${moduleUrl('store/migrate.ts')};
  const database = new Database(${JSON.stringify(connection)});
  console.log(JSON.stringify(await migrate(database, ${wanted})));
  await database.close();`;

/** The second script kills its process at the moment it is reached: the first has run, nothing is committed. */
const KILLED_HALF_WAY = `[...migrations(), { id: '998_killed', checksum: 'x', get sql() { process.kill(process.pid, 'SIGKILL'); } }]`;

describe('migrating an empty database', () => {
  let place: TemporaryDatabase;
  let database: Database;
  beforeEach(async () => {
    place = await temporaryDatabase();
    database = new Database(place.connection);
  });
  afterEach(async () => {
    await database.close();
    await place.remove();
  });

  it('brings it to this version; a second start finds nothing to do and keeps the installation’s key', async () => {
    expect(await migrate(database)).toEqual(SHIPPED);
    const key = await database.system(customerHashKey);
    expect(key).toHaveLength(32);
    expect(await migrate(database)).toEqual([]);
    expect(await database.system(customerHashKey)).toEqual(key);
  });

  it('is done once when several processes start at the same moment', async () => {
    const runs = await Promise.all([1, 2, 3].map(() => inProcess(migrating(place.connection))));
    expect(runs.map(({ out }) => out.trim()).sort()).toEqual([JSON.stringify(SHIPPED), '[]', '[]'].sort());
  });

  it('leaves nothing behind when one of its scripts fails', async () => {
    await expect(
      migrate(database, [
        ...migrations(),
        { ...LATER, sql: 'create table half (id int); select no_such_thing()' },
      ]),
    ).rejects.toThrow(/no_such_thing/);
    expect(await tables(database)).toEqual([]);
    expect(await migrate(database)).toEqual(SHIPPED);
  });

  it('leaves nothing half-applied when the process is killed in the middle', async () => {
    expect((await inProcess(migrating(place.connection, KILLED_HALF_WAY))).signal).toBe('SIGKILL');
    expect(await tables(database)).toEqual([]);
    expect(await migrate(database)).toEqual(SHIPPED);
  });
});

/** As a database of an earlier version stands on a server where Zajel's own user is no superuser: filled, and closed to its owner. */
const FILLED_BY_AN_EARLIER_VERSION = `
  insert into merchants (id, name, country, timezone, language, currency) values ('old', 'x', 'IQ', 'UTC', 'ar', 'IQD');
  insert into lines (merchant, id, channel, account, state) values ('old', 'evo', 'evolution', 'a', 'connected');
  insert into orders (merchant, id, row_key, phones, status_text, phase, category_since, first_seen_at, updated_at)
    values ('old', 'o1', 'id:1', '[{"number": "9647701234567"}]', 'بانتظار', 'known', now(), now(), now());
  create role plain nosuperuser;
  do $$ declare one text; begin
    for one in select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace loop
      execute format('alter table %I enable row level security', one);
      execute format('alter table %I force row level security', one);
      execute format('alter table %I owner to plain', one);
    end loop;
    for one in select relname from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace loop
      continue when exists (select from pg_depend where objid = one::regclass and deptype in ('a', 'i'));
      execute format('alter sequence %I owner to plain', one);
    end loop;
  end $$;
  alter table installation no force row level security; alter table installation disable row level security;
  alter table migrations no force row level security; alter table migrations disable row level security;
  alter schema public owner to plain;
  grant zajel_app, zajel_system to plain;
  set local role plain;`;

it('carries over what an earlier version has written, also where the owner is no superuser', async () => {
  const place = await temporaryDatabase();
  const database = new Database(place.connection);
  const all = migrations();
  const from = all.findIndex(({ id }) => id.startsWith('008'));
  const filled = { id: '007_filled', sql: FILLED_BY_AN_EARLIER_VERSION, checksum: 'filled' };
  await migrate(database, [...all.slice(0, from), filled, ...all.slice(from)]);
  const [carried] = await database.system((tx) =>
    tx.query(
      `select l.config, o.baseline_word, n.number from lines l, orders o left join order_numbers n on n.order_id = o.id`,
    ),
  );
  expect(carried).toEqual({
    config: { byOperator: true },
    baseline_word: 'بانتظار',
    number: '9647701234567',
  });
  await database.close();
  await place.remove();
});

it('a database that is killed together with its migration opens again and is migrated', async () => {
  const place = await temporaryDatabase();
  await place.stop();
  const script = `
    import { startEmbeddedDatabase } from ${moduleUrl('start/database/embedded.ts')};
    const { connection } = await startEmbeddedDatabase({ dataDir: ${JSON.stringify(place.folder)} });
    ${migrating({}, KILLED_HALF_WAY).replace('new Database({})', 'new Database(connection)')}`;
  expect((await inProcess(script)).signal).toBe('SIGKILL');

  const again = await startEmbeddedDatabase({ dataDir: place.folder });
  const database = new Database(again.connection);
  expect(await tables(database)).toEqual([]);
  expect(await migrate(database)).toEqual(SHIPPED);
  await database.close();
  await again.stop();
  rmSync(place.folder, { recursive: true, force: true });
});

describe('a start is refused, with the way out,', () => {
  let migrated: MigratedDatabase;
  beforeAll(async () => {
    migrated = await migratedDatabase();
  });
  afterAll(() => migrated.close());

  it('when a migration is not the one that was applied', async () => {
    const edited = migrations().map((migration, index) =>
      index === 0 ? { ...migration, checksum: 'edited' } : migration,
    );
    const refusal = migrate(migrated.database, edited);
    await expect(refusal).rejects.toBeInstanceOf(DriftedDatabase);
    await expect(refusal).rejects.toThrow(`Migration ${SHIPPED[0]}`);
    await expect(refusal).rejects.toThrow(/[Rr]estore/);
  });

  it.each([
    [
      'a column was added',
      'alter table messages add column mine text',
      'alter table messages drop column mine',
    ],
    [
      'an index was dropped',
      'drop index messages_provider_id',
      'create unique index messages_provider_id on messages (merchant, line, provider_id) where provider_id is not null',
    ],
    [
      'an index no longer keeps out the second',
      'drop index api_keys_hash; create index api_keys_hash on api_keys (hash)',
      'drop index api_keys_hash; create unique index api_keys_hash on api_keys (hash)',
    ],
    ['a table was added', 'create table mine (id int)', 'drop table mine'],
    [
      'a wall between merchants was taken down',
      'alter table messages disable row level security',
      'alter table messages enable row level security',
    ],
    [
      'the owner may pass the wall',
      'alter table messages no force row level security',
      'alter table messages force row level security',
    ],
    [
      'a door was opened',
      'create policy everybody on messages using (true)',
      'drop policy everybody on messages',
    ],
    [
      'a check was dropped',
      'alter table turns drop constraint turns_state_check',
      `alter table turns add constraint turns_state_check check (state in ('open', 'answered', 'silent', 'human', 'failed', 'abandoned'))`,
    ],
    [
      'a trigger was added',
      `create function nothing() returns trigger language plpgsql as 'begin return null; end'; create trigger mine before insert on messages for each row execute function nothing()`,
      'drop trigger mine on messages; drop function nothing()',
    ],
  ])('when %s by hand, and goes ahead once that is undone', async (_, change, undo) => {
    const byHand = (sql: string): Promise<unknown> => migrated.database.owner((tx) => tx.query(sql));
    await byHand(change);
    await expect(migrate(migrated.database)).rejects.toThrow(/changed by hand.*Undo that change/);
    await byHand(undo);
    expect(await migrate(migrated.database)).toEqual([]);
  });

  it('when the database is newer than the program', async () => {
    expect(await migrate(migrated.database, [...migrations(), LATER])).toEqual([LATER.id]);
    await expect(migrate(migrated.database)).rejects.toThrow(
      /newer than this version.*999_later.*Start the newer version/,
    );
  });
});
