import type { Database, Tx } from './database.ts';
import { SealedWithUnknownKey, type Seal } from './sealed.ts';

/** Every column that holds sealed bytes, and what names its row. A test finds one that is missing here. */
export const SEALED_COLUMNS = [
  { table: 'lines', key: ['merchant', 'id'], column: 'credentials' },
  { table: 'sheets', key: ['merchant'], column: 'credentials' },
  { table: 'webhooks', key: ['merchant', 'id'], column: 'secret' },
  { table: 'meta_apps', key: ['id'], column: 'secrets' },
] as const;

/** Bytes that nobody sealed: hashes, texts as their senders typed them, the key of the customers' hash. */
export const OPEN_COLUMNS: readonly string[] = [
  'installation.customer_hash_key',
  'messages.exact',
  'api_keys.hash',
  'simulator_outbox.exact',
];

export interface Resealed {
  readonly resealed: number;
  /** Rows whose key is gone: nobody can read them any more. */
  readonly unreadable: readonly string[];
}

const BATCH = 200;

/**
 * Seals anew, with the current key, what older keys sealed. A row that somebody changes meanwhile is theirs: they write
 * with the current key, too. Interrupted, it goes on where it was when it is run again.
 */
export async function reseal(database: Database, seal: Seal): Promise<Resealed> {
  let resealed = 0;
  const unreadable: string[] = [];
  for (const place of SEALED_COLUMNS) {
    for (let after: string | null = ''; after !== null;) {
      // As the system: a key belongs to the installation, and its secrets to all merchants.
      const from: string = after;
      const batch = await database.system((tx) => resealSome(tx, seal, place, from));
      resealed += batch.resealed;
      unreadable.push(...batch.unreadable);
      after = batch.last;
    }
  }
  const answers = await database.system((tx) => resealAnswers(tx, seal));
  return { resealed: resealed + answers, unreadable };
}

async function resealSome(
  tx: Tx,
  seal: Seal,
  { table, key, column }: (typeof SEALED_COLUMNS)[number],
  after: string,
): Promise<Resealed & { last: string | null }> {
  const name = key.join(` || '/' || `);
  const rows = await tx.query<{ name: string; sealed: Buffer }>(
    `select ${name} as name, ${column} as sealed from ${table}
     where ${name} > $1 and ${column} is not null and encode(substring(${column} for 4), 'hex') <> $2 order by 1 limit ${BATCH}`,
    [after, seal.currentId],
  );
  const unreadable: string[] = [];
  for (const row of rows) {
    const plain = opened(seal, row.sealed);
    if (plain === null) unreadable.push(`${table} ${row.name}`);
    else
      await tx.query(`update ${table} set ${column} = $1 where ${name} = $2 and ${column} = $3`, [
        seal.seal(plain),
        row.name,
        row.sealed,
      ]);
  }
  const last = rows.length < BATCH ? null : (rows.at(-1)?.name ?? null);
  return { resealed: rows.length - unreadable.length, unreadable, last };
}

/** Answers kept for a repeated call; those that no key opens are dropped, and the call is done again. */
async function resealAnswers(tx: Tx, seal: Seal): Promise<number> {
  const rows = await tx.query<{ merchant: string; key: string; sealed: string }>(
    `select merchant, key, body ->> 'sealed' as sealed from idempotency where body ? 'sealed'`,
  );
  const old = rows.filter(({ sealed }) => seal.keyIdOf(Buffer.from(sealed, 'base64')) !== seal.currentId);
  for (const { merchant, key, sealed } of old) {
    const plain = opened(seal, Buffer.from(sealed, 'base64'));
    if (plain === null)
      await tx.query('delete from idempotency where merchant = $1 and key = $2', [merchant, key]);
    else
      await tx.query(`update idempotency set body = $3 where merchant = $1 and key = $2`, [
        merchant,
        key,
        JSON.stringify({ sealed: seal.seal(plain).toString('base64') }),
      ]);
  }
  return old.length;
}

function opened(seal: Seal, sealed: Buffer): Buffer | null {
  try {
    return seal.open(sealed);
  } catch (error) {
    if (error instanceof SealedWithUnknownKey) return null;
    throw error;
  }
}
