import type { MerchantId, TurnId } from '../domain/ids.ts';
import type { Tx } from './database.ts';

/**
 * Takes a place of the merchant's day for a turn that a model is to answer; false when the day is used up. A turn that has
 * its place keeps it. Two at the very same moment may both take the last one: a budget, not a promise.
 */
export async function takeModelTurn(
  tx: Tx,
  { merchant, turn }: { readonly merchant: MerchantId; readonly turn: TurnId },
  { at, timezone, perDay }: { readonly at: Date; readonly timezone: string; readonly perDay: number | null },
): Promise<boolean> {
  const taken = await tx.query(
    `update turns t set model_day = coalesce(t.model_day, ($3::timestamptz at time zone $4)::date)
     where t.merchant = $1 and t.id = $2
       and (t.model_day is not null or $5::int is null
         or $5 > (select count(*) from turns o where o.merchant = $1 and o.model_day = ($3::timestamptz at time zone $4)::date))
     returning t.id`,
    [merchant, turn, at, timezone, perDay],
  );
  return taken.length > 0;
}
