import { lineId, merchantId, type LineId, type MerchantId } from '../domain/ids.ts';
import type { Tx } from './database.ts';

/** The updates of a large post for one line, as they wait to be taken up. */
export interface KeptPost {
  readonly merchant: MerchantId;
  readonly id: string;
  readonly line: LineId;
  /** JSON. */
  readonly items: string;
  /** How often it has been taken up, this time included. */
  readonly tries: number;
}

/** Who is at a post says so three times in this while; who does not has died, and a repetition does no harm. */
export const POST_LEASE_MS = 15_000;

export async function keepPost(tx: Tx, merchant: MerchantId, line: LineId, items: string): Promise<void> {
  await tx.query('insert into kept_posts (merchant, line, items) values ($1, $2, $3)', [
    merchant,
    line,
    items,
  ]);
}

/** The oldest that is due and that nobody else is at; of another merchant than the last one, where there is one. */
export async function takePost(tx: Tx, lastMerchant: MerchantId | null): Promise<KeptPost | null> {
  const [row] = await tx.query<{ merchant: string; id: string; line: string; items: string; tries: number }>(
    `with due as (
       select merchant, id from kept_posts where due_at <= now()
       order by merchant is not distinct from $1, received_at limit 1 for update skip locked)
     update kept_posts p set tries = tries + 1, due_at = now() + interval '${POST_LEASE_MS} milliseconds' from due
     where p.merchant = due.merchant and p.id = due.id returning p.merchant, p.id, p.line, p.items, p.tries`,
    [lastMerchant],
  );
  return row === undefined ? null : { ...row, merchant: merchantId(row.merchant), line: lineId(row.line) };
}

/** Whoever took it is still at it. */
export async function holdPost(tx: Tx, { merchant, id }: KeptPost): Promise<void> {
  await tx.query(
    `update kept_posts set due_at = now() + interval '${POST_LEASE_MS} milliseconds' where merchant = $1 and id = $2`,
    [merchant, id],
  );
}

/** All of it is in. */
export async function dropPost(tx: Tx, { merchant, id }: KeptPost): Promise<void> {
  await tx.query('delete from kept_posts where merchant = $1 and id = $2', [merchant, id]);
}

export async function postponePost(tx: Tx, { merchant, id }: KeptPost, due: Date): Promise<void> {
  await tx.query('update kept_posts set due_at = $3 where merchant = $1 and id = $2', [merchant, id, due]);
}

/** Does something of this line still wait to be taken up? */
export async function hasKeptPosts(tx: Tx, merchant: MerchantId, line: LineId): Promise<boolean> {
  const rows = await tx.query('select 1 as one from kept_posts where merchant = $1 and line = $2 limit 1', [
    merchant,
    line,
  ]);
  return rows.length > 0;
}
