import { lineId, type LineId, type MerchantId } from '../domain/ids.ts';
import type { Tx } from './database.ts';

/** Where a merchant's orders are, without what is secret of it. */
export type SheetConfig =
  | { readonly kind: 'file'; readonly path: string; readonly tab?: string }
  | { readonly kind: 'google'; readonly spreadsheet: string; readonly tab?: string; readonly tabId?: number };

/** Why a sheet is not believed or not reachable. */
export interface SheetTrouble {
  readonly reason: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly since: string;
}

export interface Sheet {
  readonly config: SheetConfig;
  readonly credentials: Buffer | null;
  readonly line: LineId;
  readonly columns: Readonly<Record<string, string>>;
  readonly running: boolean;
  readonly since: Date | null;
  readonly modified: string | null;
  readonly version: number;
  readonly connected: boolean;
  readonly header: SheetHeader;
  readonly rows: number | null;
  readonly problems: readonly Readonly<Record<string, unknown>>[];
  readonly trouble: SheetTrouble | null;
  readonly lastPollAt: Date | null;
  readonly switches: Readonly<Record<string, boolean>> | null;
}

/** What Zajel needs to know of the columns between two readings. */
export interface SheetHeader {
  readonly hasMessageState?: boolean;
  /** The sheet's own language, for the words that are written into it. */
  readonly script?: 'ar' | 'en';
}

interface SheetRow {
  [column: string]: unknown;
  config: SheetConfig;
  credentials: Buffer | null;
  line: string;
  columns: Record<string, string>;
  running: boolean;
  since: Date | null;
  modified: string | null;
  version: number;
  connected: boolean;
  header: SheetHeader;
  rows: number | null;
  problems: Record<string, unknown>[];
  trouble: SheetTrouble | null;
  last_poll_at: Date | null;
  switches: Record<string, boolean> | null;
}

/** Where other merchants' files are, and may be. Spans merchants: one folder holds the files of all. */
export async function filePlacesOfOthers(
  tx: Tx,
  merchant: MerchantId,
): Promise<{ readonly files: readonly string[]; readonly merchants: readonly string[] }> {
  const [files, others] = await Promise.all([
    tx.query<{ path: string }>(
      `select config->>'path' as path from sheets where merchant <> $1 and config->>'kind' = 'file'`,
      [merchant],
    ),
    tx.query<{ id: string }>('select id from merchants where id <> $1', [merchant]),
  ]);
  return { files: files.map(({ path }) => path), merchants: others.map(({ id }) => id) };
}

const COLUMNS = `config, credentials, line, columns, running, since, modified, version, memory is not null as connected, header,
  row_count as rows, problems, trouble, last_poll_at, switches`;

const sheetOf = ({ last_poll_at, line, ...row }: SheetRow): Sheet => ({
  ...row,
  line: lineId(line),
  lastPollAt: last_poll_at,
});

export async function readSheet(tx: Tx, merchant: MerchantId): Promise<Sheet | null> {
  const [row] = await tx.query<SheetRow>(`select ${COLUMNS} from sheets where merchant = $1`, [merchant]);
  return row === undefined ? null : sheetOf(row);
}

/** The same, held against every other poll, connection or stop until this transaction ends. */
export async function lockSheet(tx: Tx, merchant: MerchantId): Promise<Sheet | null> {
  const [row] = await tx.query<SheetRow>(`select ${COLUMNS} from sheets where merchant = $1 for update`, [
    merchant,
  ]);
  return row === undefined ? null : sheetOf(row);
}

/** What was known after the last reading that was believed; the caller's schema knows its shape. */
export async function readMemory(
  tx: Tx,
  merchant: MerchantId,
): Promise<{ memory: unknown; version: number } | null> {
  const [row] = await tx.query<{ memory: unknown; version: number }>(
    'select memory, version from sheets where merchant = $1',
    [merchant],
  );
  return row ?? null;
}

export interface Connection {
  readonly config: SheetConfig;
  readonly credentials: Buffer | null;
  readonly line: LineId;
  readonly columns: Readonly<Record<string, string>>;
}

/**
 * Connects the merchant to a sheet. It begins anew: its first reading is the baseline; unless `goesOn`, where it is the same
 * place (with a new key, another line, other headers) and keeps what is known.
 */
export async function connectSheet(
  tx: Tx,
  merchant: MerchantId,
  { config, credentials, line, columns }: Connection,
  goesOn = false,
): Promise<void> {
  await tx.query(
    `insert into sheets (merchant, kind, line, config, credentials, columns) values ($1, $2, $3, $4, $5, $6)
     on conflict (merchant) do update set kind = excluded.kind, line = excluded.line, credentials = excluded.credentials, columns = excluded.columns,
       memory = case when $7 then sheets.memory end, config = case when $7 then sheets.config else excluded.config end,
       modified = null, trouble = null, version = sheets.version + 1`,
    [merchant, config.kind, line, JSON.stringify(config), credentials, JSON.stringify(columns), goesOn],
  );
}

/** Null when there is no sheet; else whether this changed anything. */
export async function runSheet(
  tx: Tx,
  merchant: MerchantId,
  running: boolean,
  at: Date,
): Promise<boolean | null> {
  const [row] = await tx.query<{ was: boolean }>(
    'select running as was from sheets where merchant = $1 for update',
    [merchant],
  );
  if (row === undefined) return null;
  if (row.was === running) return false;
  await tx.query('update sheets set running = $2, since = $3 where merchant = $1', [merchant, running, at]);
  return true;
}

export interface Believed {
  /** Null: what was known stays as it is. */
  readonly memory: unknown;
  readonly modified: string | null;
  readonly config: SheetConfig;
  readonly header: SheetHeader;
  readonly rows: number;
  readonly problems: readonly object[];
  readonly at: Date;
}

export async function recordBelieved(tx: Tx, merchant: MerchantId, read: Believed): Promise<void> {
  await tx.query(
    `update sheets set memory = coalesce($2, memory), modified = $3, config = $4, header = $5, row_count = $6, problems = $7, last_poll_at = $8,
       trouble = null, version = version + 1 where merchant = $1`,
    [
      merchant,
      read.memory === null ? null : JSON.stringify(read.memory),
      read.modified,
      JSON.stringify(read.config),
      JSON.stringify(read.header),
      read.rows,
      JSON.stringify(read.problems),
      read.at,
    ],
  );
}

export async function recordPolled(tx: Tx, merchant: MerchantId, at: Date): Promise<void> {
  await tx.query('update sheets set last_poll_at = $2, trouble = null where merchant = $1', [merchant, at]);
}

/** The same trouble met again by another poll keeps the time at which it began. */
export async function recordTrouble(
  tx: Tx,
  merchant: MerchantId,
  reason: string,
  detail: Readonly<Record<string, unknown>>,
  at: Date,
): Promise<void> {
  const trouble: SheetTrouble = { reason, detail, since: at.toISOString() };
  const news = await tx.query(
    `update sheets set trouble = $2, last_poll_at = $3 where merchant = $1 and (trouble is null or trouble ->> 'reason' <> $4) returning merchant`,
    [merchant, JSON.stringify(trouble), at, reason],
  );
  if (news.length === 0)
    await tx.query('update sheets set last_poll_at = $2 where merchant = $1', [merchant, at]);
}

export async function recordSwitches(
  tx: Tx,
  merchant: MerchantId,
  switches: Readonly<Record<string, boolean>>,
): Promise<void> {
  await tx.query('update sheets set switches = $2 where merchant = $1', [merchant, JSON.stringify(switches)]);
}

/** The merchants whose sheets should be watched: asked by the sweep, across merchants. */
export async function runningSheets(tx: Tx, polledBefore: Date): Promise<string[]> {
  const rows = await tx.query<{ merchant: string }>(
    'select merchant from sheets where running and (last_poll_at is null or last_poll_at < $1)',
    [polledBefore],
  );
  return rows.map(({ merchant }) => merchant);
}

/** Which of a first connection's orders have something to be said about them as they stand: they are what adopting means. */
export async function adoptOrders(tx: Tx, merchant: MerchantId, limit: number, at: Date): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    // Chosen once, before anything changes: as a plain subquery it may be asked again for every row that it changed.
    `with chosen as materialized (
       select id from orders where merchant = $1 and gone_at is null and baseline = category
         and category in ('new', 'noAnswer', 'confirmed', 'shipped', 'rejected')
         -- What a person has sent by hand is not said again, so such a row would only use up the cap.
         and not exists (select from order_messages m where m.merchant = orders.merchant and m.order_id = orders.id and m.state <> 'withdrawn'
           and m.type = case category when 'new' then 'newOrder' when 'rejected' then 'rejectedOffer' else category end)
       order by first_seen_at, id limit $2 for update)
     update orders o set baseline = null, attention_at = $3, updated_at = $3 from chosen
     where o.merchant = $1 and o.id = chosen.id returning o.id`,
    [merchant, limit, at],
  );
  return rows.map(({ id }) => id);
}
