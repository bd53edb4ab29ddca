import type { MerchantId } from '../domain/ids.ts';
import type { Tx } from './database.ts';

/** One thing the merchant sells. `price` is decimal text: money is never a float. */
export interface CatalogueRow {
  readonly id: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly price: string | null;
  readonly currency: string | null;
  readonly stock: number | null;
  readonly description: string;
}

const COLUMNS = 'id, name, aliases, trim_scale(price)::text as price, currency, stock, description';

export async function listCatalogue(
  tx: Tx,
  merchant: MerchantId,
  after = '',
  limit = 1_000,
): Promise<CatalogueRow[]> {
  return tx.query<CatalogueRow & { [column: string]: unknown }>(
    `select ${COLUMNS} from catalogue_items where merchant = $1 and id > $2 order by id limit $3`,
    [merchant, after, limit],
  );
}

export async function readCatalogueItem(
  tx: Tx,
  merchant: MerchantId,
  id: string,
): Promise<CatalogueRow | null> {
  const [row] = await tx.query<CatalogueRow & { [column: string]: unknown }>(
    `select ${COLUMNS} from catalogue_items where merchant = $1 and id = $2`,
    [merchant, id],
  );
  return row ?? null;
}

/** Creates or replaces the item. True when it is new. */
export async function putCatalogueItem(tx: Tx, merchant: MerchantId, item: CatalogueRow): Promise<boolean> {
  const [row] = await tx.query<{ created: boolean }>(
    `insert into catalogue_items (merchant, id, name, aliases, price, currency, stock, description) values ($1, $2, $3, $4, $5::numeric, $6, $7, $8)
     on conflict (merchant, id) do update set name = excluded.name, aliases = excluded.aliases, price = excluded.price, currency = excluded.currency,
       stock = excluded.stock, description = excluded.description
     returning xmax = 0 as created`,
    [merchant, item.id, item.name, item.aliases, item.price, item.currency, item.stock, item.description],
  );
  return row?.created ?? false;
}

export async function deleteCatalogueItem(tx: Tx, merchant: MerchantId, id: string): Promise<boolean> {
  return (
    (
      await tx.query('delete from catalogue_items where merchant = $1 and id = $2 returning id', [
        merchant,
        id,
      ])
    ).length > 0
  );
}
