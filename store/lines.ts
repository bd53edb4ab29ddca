import { lineId, merchantId, type LineId, type MerchantId } from '../domain/ids.ts';
import type { ChannelName } from '../domain/message.ts';
import type { Tx } from './database.ts';
import { recordEvent } from './events.ts';
import { isLeftToPerson } from './unclear.ts';

/** What a line is doing, as an operator sees it. */
export type LineState =
  'stopped' | 'starting' | 'needs-qr' | 'connected' | 'degraded' | 'no-new-chats' | 'logged-out';

export interface Line {
  readonly merchant: MerchantId;
  readonly id: LineId;
  readonly channel: ChannelName;
  readonly account: string;
  readonly config: Record<string, unknown>;
  readonly credentials: Buffer | null;
  readonly desired: 'started' | 'stopped';
  readonly state: LineState;
  readonly since: Date;
  readonly reason: string | null;
  /** The provider wants the number left in peace until then. */
  readonly pausedUntil: Date | null;
}

type LineRow = Omit<Line, 'merchant' | 'id'> & { merchant: string; id: string };
const COLUMNS =
  'merchant, id, channel, account, config, credentials, desired, state, since, reason, paused_until as "pausedUntil"';
const lineOf = (row: LineRow): Line => ({ ...row, merchant: merchantId(row.merchant), id: lineId(row.id) });

export type NewLine = Pick<
  Line,
  'merchant' | 'id' | 'channel' | 'account' | 'config' | 'credentials' | 'state'
>;

/** A line that begins stopped is one that nobody has asked for yet. */
const wishOf = ({ state }: NewLine): Line['desired'] => (state === 'stopped' ? 'stopped' : 'started');

/** `taken` when the id, or the account on its channel, already has a line. */
export async function createLine(tx: Tx, line: NewLine): Promise<'created' | 'taken'> {
  const created = await tx.query(
    `insert into lines (merchant, id, channel, account, config, credentials, state, desired) values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning id`,
    [
      line.merchant,
      line.id,
      line.channel,
      line.account,
      JSON.stringify(line.config),
      line.credentials,
      line.state,
      wishOf(line),
    ],
  );
  if (created.length === 0) return 'taken';
  await tx.query('insert into line_history (merchant, line, state, why) values ($1, $2, $3, $4)', [
    line.merchant,
    line.id,
    line.state,
    'created',
  ]);
  return 'created';
}

export async function readLine(tx: Tx, merchant: MerchantId, id: LineId): Promise<Line | null> {
  const [row] = await tx.query<LineRow>(`select ${COLUMNS} from lines where merchant = $1 and id = $2`, [
    merchant,
    id,
  ]);
  return row === undefined ? null : lineOf(row);
}

/** The lines of these accounts, whosever they are. Runs as the system: a post is for many merchants at once. */
export async function linesOfAccounts(
  tx: Tx,
  channel: ChannelName,
  accounts: readonly string[],
): Promise<Line[]> {
  const rows = await tx.query<LineRow>(
    `select ${COLUMNS} from lines where channel = $1 and account = any($2)`,
    [channel, accounts],
  );
  return rows.map(lineOf);
}

/** The lines of this name, one per merchant at most: which of them is meant, its secret says. Runs as the system. */
export async function linesNamed(tx: Tx, channel: ChannelName, id: LineId): Promise<Line[]> {
  const rows = await tx.query<LineRow>(`select ${COLUMNS} from lines where channel = $1 and id = $2`, [
    channel,
    id,
  ]);
  return rows.map(lineOf);
}

export async function listLines(tx: Tx, merchant: MerchantId, after: string, limit: number): Promise<Line[]> {
  const rows = await tx.query<LineRow>(
    `select ${COLUMNS} from lines where merchant = $1 and id > $2 order by id limit $3`,
    [merchant, after, limit],
  );
  return rows.map(lineOf);
}

/** Lines with what it takes to speak with their providers. Runs as a merchant, or as the system for the whole house. */
export async function linesToProbe(tx: Tx, merchant: MerchantId | null): Promise<Line[]> {
  const rows = await tx.query<LineRow>(
    `select ${COLUMNS} from lines where $1::text is null or merchant = $1 order by merchant, id`,
    [merchant],
  );
  return rows.map(lineOf);
}

export async function updateLine(
  tx: Tx,
  merchant: MerchantId,
  id: LineId,
  patch: { config?: Record<string, unknown>; credentials?: Buffer },
): Promise<boolean> {
  const rows = await tx.query(
    'update lines set config = coalesce($3, config), credentials = coalesce($4, credentials) where merchant = $1 and id = $2 returning id',
    [
      merchant,
      id,
      patch.config === undefined ? null : JSON.stringify(patch.config),
      patch.credentials ?? null,
    ],
  );
  return rows.length > 0;
}

export async function deleteLine(tx: Tx, merchant: MerchantId, id: LineId): Promise<boolean> {
  return (
    (await tx.query('delete from lines where merchant = $1 and id = $2 returning id', [merchant, id]))
      .length > 0
  );
}

/** The whole number must be quiet for a while; a longer pause that is on already stays. */
export async function pauseLine(tx: Tx, merchant: MerchantId, id: LineId, until: Date): Promise<void> {
  await tx.query(
    'update lines set paused_until = greatest(paused_until, $3) where merchant = $1 and id = $2',
    [merchant, id, until],
  );
}

/** Moves the line to a state, with its reason, into the history and to whoever listens. False when it was there already. */
export async function moveLine(
  tx: Tx,
  merchant: MerchantId,
  id: LineId,
  to: { state: LineState; why: string; desired?: 'started' | 'stopped' },
): Promise<boolean> {
  const moved = await tx.query(
    `update lines set state = $3, reason = $4, desired = coalesce($5, desired), since = now() where merchant = $1 and id = $2 and state <> $3 returning id`,
    [merchant, id, to.state, to.why, to.desired ?? null],
  );
  if (moved.length === 0) {
    if (to.desired !== undefined)
      await tx.query('update lines set desired = $3 where merchant = $1 and id = $2', [
        merchant,
        id,
        to.desired,
      ]);
    return false;
  }
  await tx.query('insert into line_history (merchant, line, state, why) values ($1, $2, $3, $4)', [
    merchant,
    id,
    to.state,
    to.why,
  ]);
  await recordEvent(tx, { merchant, kind: 'line.state', data: { line: id, state: to.state, why: to.why } });
  return true;
}

export async function lineHistory(
  tx: Tx,
  merchant: MerchantId,
  id: LineId,
  limit = 50,
): Promise<{ state: LineState; at: Date; why: string }[]> {
  return tx.query<{ state: LineState; at: Date; why: string }>(
    'select state, at, why from line_history where merchant = $1 and line = $2 order by id desc limit $3',
    [merchant, id, limit],
  );
}

/** How many messages wait to go out over the line. */
export async function waitingOnLine(tx: Tx, merchant: MerchantId, id: LineId): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `select count(*)::int as count from messages m where merchant = $1 and line = $2 and direction = 'out' and status in ('waiting', 'sending', 'unknown')
       and not ${isLeftToPerson('m')}`,
    [merchant, id],
  );
  return row?.count ?? 0;
}

/** The conversations with something unsent on the line: they are woken when it is back. */
export async function conversationsWaitingOn(tx: Tx, merchant: MerchantId, id: LineId): Promise<string[]> {
  const rows = await tx.query<{ conversation: string }>(
    `select distinct conversation from messages where merchant = $1 and line = $2 and direction = 'out' and status = 'waiting'`,
    [merchant, id],
  );
  return rows.map(({ conversation }) => conversation);
}
