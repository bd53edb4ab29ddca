import { merchantId, type MerchantId } from '../domain/ids.ts';
import type { SettingsPatch } from '../domain/settings.ts';
import type { Tx } from './database.ts';

export interface Merchant {
  readonly id: MerchantId;
  readonly name: string;
  readonly country: string;
  readonly timezone: string;
  readonly language: 'ar' | 'en' | 'ku';
  readonly currency: string;
}

/** What the merchant decides about answers beyond the settings. */
export interface MerchantRules {
  /** Every turn is answered, by a list of what can be asked where no rule matches; else a person is called. */
  readonly alwaysAnswer?: boolean;
  /** Words of the merchant's own that go to a person. */
  readonly handOverWords?: readonly string[];
  /**
   * The template that goes out in place of an answer that the service window forbids. A variable may hold `{answer}`
   * and `{name}`.
   */
  readonly outsideWindow?:
    { readonly name: string; readonly language: string; readonly variables: readonly string[] } | undefined;
}

type MerchantRow = Omit<Merchant, 'id'> & { id: string };
const merchantOf = (row: MerchantRow): Merchant => ({ ...row, id: merchantId(row.id) });
const COLUMNS = 'id, name, country, timezone, language, currency';

/** False when the id is taken. Runs as the system: a merchant that does not exist yet has no transaction of its own. */
export async function createMerchant(tx: Tx, merchant: Merchant): Promise<boolean> {
  const created = await tx.query(
    `insert into merchants (${COLUMNS}) values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning id`,
    [merchant.id, merchant.name, merchant.country, merchant.timezone, merchant.language, merchant.currency],
  );
  return created.length > 0;
}

export async function readMerchant(tx: Tx, id: MerchantId): Promise<Merchant | null> {
  const [row] = await tx.query<MerchantRow>(`select ${COLUMNS} from merchants where id = $1`, [id]);
  return row === undefined ? null : merchantOf(row);
}

/** The merchant as messages about orders speak of it. */
export async function readShopkeeper(
  tx: Tx,
  id: MerchantId,
): Promise<(Merchant & { readonly supportPhone: string | null }) | null> {
  const [merchant, { supportPhone = null }] = await Promise.all([readMerchant(tx, id), readSettings(tx, id)]);
  return merchant === null ? null : { ...merchant, supportPhone };
}

export async function listMerchants(tx: Tx, after: string, limit: number): Promise<Merchant[]> {
  const rows = await tx.query<MerchantRow>(
    `select ${COLUMNS} from merchants where id > $1 order by id limit $2`,
    [after, limit],
  );
  return rows.map(merchantOf);
}

export async function updateMerchant(
  tx: Tx,
  id: MerchantId,
  patch: Partial<Omit<Merchant, 'id'>>,
): Promise<Merchant | null> {
  const [row] = await tx.query<MerchantRow>(
    `update merchants set name = coalesce($2, name), country = coalesce($3, country), timezone = coalesce($4, timezone),
       language = coalesce($5, language), currency = coalesce($6, currency) where id = $1 returning ${COLUMNS}`,
    [
      id,
      patch.name ?? null,
      patch.country ?? null,
      patch.timezone ?? null,
      patch.language ?? null,
      patch.currency ?? null,
    ],
  );
  return row === undefined ? null : merchantOf(row);
}

/** The merchant and everything that is theirs. What hangs on no foreign key is removed by hand. */
export async function deleteMerchant(tx: Tx, id: MerchantId): Promise<boolean> {
  for (const table of ['simulator_outbox', 'simulator_failures', 'idempotency', 'events', 'audit']) {
    await tx.query(`delete from ${table} where merchant = $1`, [id]);
  }
  return (await tx.query('delete from merchants where id = $1 returning id', [id])).length > 0;
}

export async function readSettings(tx: Tx, id: MerchantId): Promise<SettingsPatch> {
  const [row] = await tx.query<{ settings: SettingsPatch }>('select settings from merchants where id = $1', [
    id,
  ]);
  return row?.settings ?? {};
}

export async function writeSettings(tx: Tx, id: MerchantId, settings: SettingsPatch): Promise<void> {
  await tx.query('update merchants set settings = $2 where id = $1', [id, JSON.stringify(settings)]);
}

export async function readRules(tx: Tx, id: MerchantId): Promise<MerchantRules> {
  const [row] = await tx.query<{ rules: MerchantRules }>('select rules from merchants where id = $1', [id]);
  return row?.rules ?? {};
}

export async function writeRules(tx: Tx, id: MerchantId, rules: MerchantRules): Promise<void> {
  await tx.query('update merchants set rules = $2 where id = $1', [id, JSON.stringify(rules)]);
}

/** Opening hours as the schema at the edge has checked them; null: always open. */
export async function readHours(tx: Tx, id: MerchantId): Promise<unknown> {
  const [row] = await tx.query<{ hours: unknown }>('select hours from merchants where id = $1', [id]);
  return row?.hours ?? null;
}

export async function writeHours(tx: Tx, id: MerchantId, hours: unknown): Promise<void> {
  await tx.query('update merchants set hours = $2 where id = $1', [
    id,
    hours === null ? null : JSON.stringify(hours),
  ]);
}

/** The key of the hash that stands for a customer in workflow ids. */
export async function customerHashKey(tx: Tx): Promise<Buffer> {
  const [row] = await tx.query<{ customer_hash_key: Buffer }>('select customer_hash_key from installation');
  if (row === undefined)
    throw new Error('the database has not been migrated: the installation row is missing');
  return row.customer_hash_key;
}
