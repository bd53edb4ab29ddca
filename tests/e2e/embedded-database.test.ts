import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { unavailabilityBehind } from '../../api/unavailable.ts';
import { Database } from '../../store/database.ts';
import { startEmbeddedDatabase, type EmbeddedDatabase } from '../../start/database/embedded.ts';

const moduleUrl = new URL('../../start/database/embedded.ts', import.meta.url).href;
const root = new URL('../../', import.meta.url).pathname;

/** Writes rows as fast as it can over several connections and prints each number only after its commit was acknowledged. */
const WRITER = (dataDir: string, from: number) => `
  import pg from 'pg';
  import { startEmbeddedDatabase } from ${JSON.stringify(moduleUrl)};
  const { connection } = await startEmbeddedDatabase({ dataDir: ${JSON.stringify(dataDir)} });
  const pool = new pg.Pool({ ...connection, max: 4 });
  await pool.query('create table if not exists kept (id int primary key)');
  let next = ${from};
  const write = async () => { for (;;) { const id = next++; await pool.query('insert into kept values ($1)', [id]); process.stdout.write(id + '\\n'); } };
  await Promise.all([write(), write(), write(), write()]);`;

async function writeUntilKilled(dataDir: string, from: number, enough: number): Promise<number[]> {
  const writer = spawn(process.execPath, ['--input-type=module', '-e', WRITER(dataDir, from)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  writer.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (said.split('\n').length > enough) writer.kill('SIGKILL');
  });
  await new Promise((closed) => writer.once('close', closed));
  return said.split('\n').slice(0, -1).map(Number);
}

describe('the embedded database, killed', () => {
  it('in mid-write, time and again, keeps every row it had acknowledged', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'zajel-database-'));
    const acknowledged: number[] = [];
    for (const [round, enough] of [40, 333, 150].entries())
      acknowledged.push(...(await writeUntilKilled(dataDir, round * 100_000, enough)));
    const database = await startEmbeddedDatabase({ dataDir });
    const client = new pg.Client(database.connection);
    await client.connect();
    const { rows } = await client.query<{ id: number }>('select id from kept');
    await client.end();
    await database.stop();
    const kept = new Set(rows.map(({ id }) => id));
    expect(acknowledged.length).toBeGreaterThan(500);
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
  });

  it('while it was being made, is made anew', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'zajel-database-'));
    mkdirSync(join(dataDir, 'postgres.unfinished', 'global'), { recursive: true });
    writeFileSync(join(dataDir, 'postgres.unfinished', 'PG_VERSION'), '18\n');
    const database = await startEmbeddedDatabase({ dataDir });
    await database.stop();
    expect(existsSync(join(dataDir, 'postgres', 'PG_VERSION'))).toBe(true);
    expect(existsSync(join(dataDir, 'postgres.unfinished'))).toBe(false);
  });
});

describe('the embedded database, shared by many clients', () => {
  let database: EmbeddedDatabase;
  let pool: pg.Pool;
  beforeAll(async () => {
    database = await startEmbeddedDatabase({ dataDir: mkdtempSync(join(tmpdir(), 'zajel-database-')) });
    pool = new pg.Pool({ ...database.connection, max: 10 });
    await pool.query(
      'create table counter (id int primary key, value int); insert into counter values (1, 0)',
    );
  });
  afterAll(async () => {
    await pool.end();
    await database.stop();
  });

  it('really syncs', async () => {
    const { rows } = await pool.query<{ fsync: string; method: string }>(
      `select current_setting('fsync') fsync, current_setting('wal_sync_method') "method"`,
    );
    expect(rows).toEqual([{ fsync: 'on', method: 'fsync' }]);
  });

  it('keeps their transactions apart: none of 200 racing read-then-write transactions is lost', async () => {
    const increment = async () => {
      const client = await pool.connect();
      try {
        await client.query('begin');
        const { rows } = await client.query<{ value: number }>('select value from counter where id = 1');
        await client.query('update counter set value = $1 where id = 1', [(rows[0]?.value ?? 0) + 1]);
        await client.query('commit');
      } finally {
        client.release();
      }
    };
    await Promise.all(Array.from({ length: 200 }, increment));
    expect((await pool.query<{ value: number }>('select value from counter')).rows).toEqual([{ value: 200 }]);
  });

  it('answers what a client asked for behind the end of its transaction, without waiting for that end', async () => {
    const client = new pg.Client({ ...database.connection, pipeline: true });
    await client.connect();
    await client.query('begin');
    // While the first is at work everything behind it arrives, in one piece.
    const busy = 'select count(*) from generate_series(1, 500000)';
    const asked = [busy, 'select 1/0', 'commit', 'rollback', 'begin', 'select 7', 'commit'];
    const answers = await Promise.allSettled(asked.map((sql) => client.query(sql)));
    await client.end();
    expect(
      answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.command : 'refused')),
    ).toEqual(['SELECT', 'refused', 'ROLLBACK', 'ROLLBACK', 'BEGIN', 'SELECT', 'COMMIT']);
  });

  it('rolls back what a vanished client left open, and serves the others', async () => {
    const client = new pg.Client(database.connection);
    await client.connect();
    await client.query('begin');
    await client.query('insert into counter values (2, 0)');
    await client.end();
    expect((await pool.query('select 1 from counter where id = 2')).rowCount).toBe(0);
  });

  it('keeps the names of their prepared statements apart', async () => {
    const [one, two] = [new pg.Client(database.connection), new pg.Client(database.connection)];
    await Promise.all([one.connect(), two.connect()]);
    const first = await one.query<{ n: number }>({
      name: 'same',
      text: 'select $1::int + 1 as n',
      values: [1],
    });
    const second = await two.query<{ n: number }>({
      name: 'same',
      text: 'select $1::int * 10 as n',
      values: [1],
    });
    const again = await one.query<{ n: number }>({
      name: 'same',
      text: 'select $1::int + 1 as n',
      values: [5],
    });
    await Promise.all([one.end(), two.end()]);
    expect([first, second, again].map(({ rows }) => rows[0]?.n)).toEqual([2, 10, 6]);
  });

  it('finds one row of many by its own key, also where it made its plans while the table was empty', async () => {
    await pool.query(
      'create table said (shop text, key text, turn text, primary key (shop, key)); create index said_in on said (shop, turn)',
    );
    const client = await pool.connect();
    const find = (key: string): Promise<unknown> =>
      client.query({
        name: 'find',
        text: 'select from said where shop = $1 and key = $2',
        values: ['a', key],
      });
    for (let times = 0; times < 10; times += 1) await find('none');
    await pool.query(
      `insert into said select 'a', 'some-long-key-of-message-' || n, 'turn-' || n from generate_series(1, 20000) n`,
    );
    const rowsRead = async (): Promise<number> => {
      const { rows } = await pool.query<{ read: string }>(
        `select seq_tup_read + coalesce(idx_tup_fetch, 0) as read from pg_stat_user_tables where relname = 'said'`,
      );
      return Number(rows[0]?.read ?? 0);
    };
    // The upkeep has looked at the table by itself.
    await vi.waitFor(
      async () => {
        const { rows } = await pool.query(
          `select from pg_stat_user_tables where relname = 'said' and last_analyze is not null`,
        );
        expect(rows).toHaveLength(1);
      },
      { timeout: 60_000, interval: 250 },
    );
    const before = await rowsRead();
    for (let times = 0; times < 10; times += 1) await find(`some-long-key-of-message-${times + 1}`);
    client.release();
    // What was read is counted a moment later.
    await vi.waitFor(async () => expect(await rowsRead()).toBeGreaterThan(before), { timeout: 60_000 });
    expect((await rowsRead()) - before).toBeLessThan(1_000);
  });

  it('answers a wrong statement with its error code and goes on', async () => {
    await expect(pool.query('selec 1')).rejects.toMatchObject({ code: '42601' });
    await expect(pool.query('select $1::int', ['x'])).rejects.toMatchObject({ code: '22P02' });
    await expect(pool.query('insert into counter values (1, 0)')).rejects.toMatchObject({ code: '23505' });
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });
});

describe('a statement that does not end', () => {
  it('costs its own client the connection, and the others nothing that was acknowledged', async () => {
    const restarts: unknown[] = [];
    const database = await startEmbeddedDatabase({
      dataDir: mkdtempSync(join(tmpdir(), 'zajel-database-')),
      longestRequestMs: 5_000,
      onRestart: (error) => restarts.push(error),
    });
    const store = new Database({ ...database.connection, onIdleError: () => undefined });
    await store.owner((tx) => tx.query('create table kept (id int)'));
    await store.owner((tx) => tx.query('insert into kept values (1)'));
    const stuck = store.owner((tx) => tx.query('select pg_sleep(3600)')).catch((error: unknown) => error);
    const behind = store.owner((tx) => tx.query('select 1')).catch((error: unknown) => error);
    // What the API makes of it: a 503 that says to try again.
    expect(unavailabilityBehind(await stuck)?.code).toBe('database-unavailable');
    await behind;
    await vi.waitFor(
      async () =>
        expect(await store.owner((tx) => tx.query<{ id: number }>('select id from kept'))).toEqual([
          { id: 1 },
        ]),
      { timeout: 60_000, interval: 250 },
    );
    expect(restarts.map(String)).toEqual(['Error: a statement ran for more than 5000 ms']);
    await store.close();
    await database.stop();
  });
});
