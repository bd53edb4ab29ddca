import type { MerchantId } from '../domain/ids.ts';
import type { Tx } from './database.ts';

/** Two people who change parts of one thing at once take turns, so that neither's change is lost. */
export async function lockMerchant(tx: Tx, merchant: MerchantId): Promise<void> {
  await tx.query('select from merchants where id = $1 for update', [merchant]);
}
