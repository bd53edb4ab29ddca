import type { Tx } from './database.ts';

/** A Meta app that signs webhooks. Installation-wide, so everything here runs as the system. */
export interface MetaApp {
  readonly id: string;
  /** App secret and verify token, sealed. */
  readonly secrets: Buffer;
}

/** Creates the app or gives it new secrets. */
export async function putMetaApp(
  tx: Tx,
  { id, secrets }: MetaApp,
): Promise<{ isNew: boolean; createdAt: Date }> {
  const [row] = await tx.query<{ isNew: boolean; createdAt: Date }>(
    `insert into meta_apps (id, secrets) values ($1, $2)
     on conflict (id) do update set secrets = excluded.secrets returning xmax = 0 as "isNew", created_at as "createdAt"`,
    [id, secrets],
  );
  if (row === undefined) throw new Error('an app went in and none came out');
  return row;
}

export async function readMetaApp(tx: Tx, id: string): Promise<MetaApp | null> {
  const [row] = await tx.query<{ id: string; secrets: Buffer }>(
    'select id, secrets from meta_apps where id = $1',
    [id],
  );
  return row ?? null;
}

/** Never with its secrets. */
export async function listMetaApps(
  tx: Tx,
  after: string,
  limit: number,
): Promise<{ id: string; createdAt: Date }[]> {
  return tx.query<{ id: string; createdAt: Date }>(
    'select id, created_at as "createdAt" from meta_apps where id > $1 order by id limit $2',
    [after, limit],
  );
}

export async function deleteMetaApp(tx: Tx, id: string): Promise<boolean> {
  return (await tx.query('delete from meta_apps where id = $1 returning id', [id])).length > 0;
}

/** Updates for a number or account that no line has. */
export async function countUnmatched(
  tx: Tx,
  channel: string,
  account: string,
  updates: number,
): Promise<void> {
  await tx.query(
    `insert into unmatched_updates (channel, account, updates) values ($1, $2, $3)
     on conflict (channel, account) do update set updates = unmatched_updates.updates + excluded.updates, last_at = now()`,
    [channel, account, updates],
  );
}

export interface Unmatched {
  readonly channel: string;
  readonly account: string;
  readonly updates: number;
  readonly lastAt: Date;
}

/** The latest first. */
export async function listUnmatched(tx: Tx, limit: number): Promise<Unmatched[]> {
  return tx.query<{ channel: string; account: string; updates: number; lastAt: Date }>(
    `select channel, account, updates::float8 as updates, last_at as "lastAt" from unmatched_updates order by last_at desc limit $1`,
    [limit],
  );
}
