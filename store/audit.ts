import type { MerchantId } from '../domain/ids.ts';
import type { Tx } from './database.ts';

export interface AuditEntry {
  /** Who: `admin`, `key:<id>`, `customer`, `system`. */
  readonly actor: string;
  readonly action: string;
  readonly subject?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

export async function recordAudit(
  tx: Tx,
  merchant: MerchantId,
  { actor, action, subject, detail }: AuditEntry,
): Promise<void> {
  await tx.query('insert into audit (merchant, actor, action, subject, detail) values ($1, $2, $3, $4, $5)', [
    merchant,
    actor,
    action,
    subject ?? null,
    JSON.stringify(detail ?? {}),
  ]);
}

/** Newest first; `before` is the id to go on from. */
export async function listAudit(
  tx: Tx,
  merchant: MerchantId,
  before: number | null,
  limit: number,
): Promise<
  {
    id: number;
    at: Date;
    actor: string;
    action: string;
    subject: string | null;
    detail: Record<string, unknown>;
  }[]
> {
  return tx.query<{
    id: number;
    at: Date;
    actor: string;
    action: string;
    subject: string | null;
    detail: Record<string, unknown>;
  }>(
    'select id::float8 as id, at, actor, action, subject, detail from audit where merchant = $1 and ($2::bigint is null or id < $2) order by id desc limit $3',
    [merchant, before, limit],
  );
}
