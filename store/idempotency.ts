import type { Tx } from './database.ts';

/** `''` stands for the admin, who belongs to no merchant. */
export interface IdempotentCall {
  readonly merchant: string;
  readonly key: string;
  /** Hash of method, path and body: the same key for another call is a mistake worth telling. */
  readonly fingerprint: string;
}

export type Begun =
  | { readonly kind: 'first' }
  | { readonly kind: 'in-progress' }
  | { readonly kind: 'other-call' }
  | { readonly kind: 'done'; readonly status: number; readonly body: unknown };

/** How long an answer is kept for a caller who asks again, and how soon an unfinished one counts as dead. */
const KEPT = '24 hours';
const UNFINISHED = '1 minute';

export async function beginIdempotent(
  tx: Tx,
  { merchant, key, fingerprint }: IdempotentCall,
): Promise<Begun> {
  await tx.query(
    `delete from idempotency where merchant = $1 and key = $2 and (created_at < now() - interval '${KEPT}' or (status is null and created_at < now() - interval '${UNFINISHED}'))`,
    [merchant, key],
  );
  const begun = await tx.query(
    'insert into idempotency (merchant, key, fingerprint) values ($1, $2, $3) on conflict do nothing returning key',
    [merchant, key, fingerprint],
  );
  if (begun.length > 0) return { kind: 'first' };
  const [row] = await tx.query<{ fingerprint: string; status: number | null; body: unknown }>(
    'select fingerprint, status, body from idempotency where merchant = $1 and key = $2',
    [merchant, key],
  );
  if (row === undefined) return { kind: 'in-progress' };
  if (row.fingerprint !== fingerprint) return { kind: 'other-call' };
  return row.status === null ? { kind: 'in-progress' } : { kind: 'done', status: row.status, body: row.body };
}

/** The first answer stays. False when there is one already, or when nobody works on the call any more. */
export async function finishIdempotent(
  tx: Tx,
  { merchant, key, fingerprint }: IdempotentCall,
  status: number,
  body: unknown,
): Promise<boolean> {
  const finished = await tx.query(
    'update idempotency set status = $4, body = $5 where merchant = $1 and key = $2 and fingerprint = $3 and status is null returning key',
    [merchant, key, fingerprint, status, JSON.stringify(body ?? null)],
  );
  return finished.length > 0;
}

/** As the system. Nobody who repeats a call waits this long, and what is kept quotes customers. */
export async function forgetAnswers(tx: Tx): Promise<void> {
  await tx.query(`delete from idempotency where created_at < now() - interval '${KEPT}'`);
}

/** The call did not happen: the same key may be used for the next try. One that was answered did happen. */
export async function forgetIdempotent(tx: Tx, { merchant, key }: IdempotentCall): Promise<void> {
  await tx.query('delete from idempotency where merchant = $1 and key = $2 and status is null', [
    merchant,
    key,
  ]);
}
