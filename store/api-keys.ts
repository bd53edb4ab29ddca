import { createHash, randomBytes } from 'node:crypto';
import { merchantId, type MerchantId } from '../domain/ids.ts';
import type { Tx } from './database.ts';

export type Scope = 'read' | 'send' | 'manage';

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

/** 256 random bits need no slow hash: there is nothing to guess. */
export const hashKey = (key: string): Buffer => createHash('sha256').update(key).digest();

/** The key itself is returned this once and kept nowhere. */
export async function createKey(
  tx: Tx,
  merchant: MerchantId,
  name: string,
  scopes: readonly Scope[],
): Promise<{ id: string; key: string }> {
  const id = randomBytes(6).toString('hex');
  const key = `zk_${id}_${randomBytes(32).toString('base64url')}`;
  await tx.query('insert into api_keys (merchant, id, name, hash, scopes) values ($1, $2, $3, $4, $5)', [
    merchant,
    id,
    name,
    hashKey(key),
    scopes,
  ]);
  return { id, key };
}

/** Whose key this is: asked before the merchant is known, so it runs as the system. */
export async function findKey(
  tx: Tx,
  key: string,
): Promise<{ merchant: MerchantId; id: string; scopes: readonly Scope[] } | null> {
  const [row] = await tx.query<{ merchant: string; id: string; scopes: Scope[] }>(
    'select merchant, id, scopes from api_keys where hash = $1 and revoked_at is null',
    [hashKey(key)],
  );
  return row === undefined ? null : { merchant: merchantId(row.merchant), id: row.id, scopes: row.scopes };
}

export async function isKeyInUse(tx: Tx, merchant: MerchantId, id: string): Promise<boolean> {
  const found = await tx.query(
    'select id from api_keys where merchant = $1 and id = $2 and revoked_at is null',
    [merchant, id],
  );
  return found.length > 0;
}

export async function listKeys(tx: Tx, merchant: MerchantId): Promise<ApiKey[]> {
  const rows = await tx.query<{
    id: string;
    name: string;
    scopes: Scope[];
    created_at: Date;
    revoked_at: Date | null;
  }>(
    'select id, name, scopes, created_at, revoked_at from api_keys where merchant = $1 order by created_at',
    [merchant],
  );
  return rows.map(({ id, name, scopes, created_at, revoked_at }) => ({
    id,
    name,
    scopes,
    createdAt: created_at,
    revokedAt: revoked_at,
  }));
}

export async function revokeKey(tx: Tx, merchant: MerchantId, id: string): Promise<boolean> {
  return (
    (
      await tx.query(
        'update api_keys set revoked_at = now() where merchant = $1 and id = $2 and revoked_at is null returning id',
        [merchant, id],
      )
    ).length > 0
  );
}
