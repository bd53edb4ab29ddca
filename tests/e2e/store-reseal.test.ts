import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../../store/database.ts';
import { migrate } from '../../store/migrate.ts';
import { OPEN_COLUMNS, reseal, SEALED_COLUMNS } from '../../store/reseal.ts';
import { Seal } from '../../store/sealed.ts';
import { temporaryDatabase, type TemporaryDatabase } from '../support/temporary-database.ts';

const [lost, old, current] = [randomBytes(32), randomBytes(32), randomBytes(32)];
let place: TemporaryDatabase;
let database: Database;
beforeAll(async () => {
  place = await temporaryDatabase();
  database = new Database(place.connection);
  await migrate(database);
});
afterAll(async () => {
  await database.close();
  await place.remove();
});

const system = <Row extends Record<string, unknown>>(sql: string, values: (string | Buffer)[] = []) =>
  database.system((tx) => tx.query<Row>(sql, values));

describe('sealing anew', () => {
  it('knows every column that holds bytes', async () => {
    const rows = await database.owner((tx) =>
      tx.query<{ name: string }>(
        `select table_name || '.' || column_name as name from information_schema.columns where table_schema = 'public' and data_type = 'bytea'`,
      ),
    );
    const known = [...SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`), ...OPEN_COLUMNS];
    expect(rows.map(({ name }) => name).sort()).toEqual(known.sort());
  });

  it('leaves nothing that only an old key opens, however much there is, and names what no key opens', async () => {
    const before = new Seal(old);
    for (const id of ['shop-a', 'shop-b']) {
      await system(
        `insert into merchants (id, name, country, timezone, language, currency) values ($1, $1, 'EG', 'Africa/Cairo', 'ar', 'EGP')`,
        [id],
      );
      await system(
        `insert into webhooks (merchant, id, url, secret, events) select $1, 'w' || n, 'https://x.example', $2, '{}' from generate_series(1, 250) n`,
        [id, before.sealJson(`secret of ${id}`)],
      );
      await system(
        `insert into lines (merchant, id, channel, account, state, credentials) values ($1, 'wa', 'whatsapp-cloud', $1, 'connected', $2)`,
        [id, before.sealJson({ accessToken: id })],
      );
      await system(
        `insert into idempotency (merchant, key, fingerprint, status, body) values ($1, 'k', 'f', 201, jsonb_build_object('sealed', $2::text))`,
        [id, before.sealJson({ key: id }).toString('base64')],
      );
    }
    await system(`insert into meta_apps (id, secrets) values ('app', $1), ('lost', $2)`, [
      before.sealJson({ appSecret: 's' }),
      new Seal(lost).sealJson({ appSecret: 'gone' }),
    ]);
    const after = new Seal(current, [old]);
    expect(await reseal(database, after)).toEqual({ resealed: 505, unreadable: ['meta_apps lost'] });
    expect(await reseal(database, after)).toEqual({ resealed: 0, unreadable: ['meta_apps lost'] });

    const alone = new Seal(current);
    for (const id of ['shop-a', 'shop-b']) {
      const secrets = await system<{ secret: Buffer }>('select secret from webhooks where merchant = $1', [
        id,
      ]);
      expect(new Set(secrets.map(({ secret }) => alone.openJson(secret)))).toEqual(
        new Set([`secret of ${id}`]),
      );
      expect(secrets).toHaveLength(250);
      const [line] = await system<{ credentials: Buffer }>(
        'select credentials from lines where merchant = $1',
        [id],
      );
      expect(line && alone.openJson(line.credentials)).toEqual({ accessToken: id });
      const [answer] = await system<{ sealed: string }>(
        `select body ->> 'sealed' as sealed from idempotency where merchant = $1`,
        [id],
      );
      expect(answer && alone.openJson(Buffer.from(answer.sealed, 'base64'))).toEqual({ key: id });
    }
  });
});
