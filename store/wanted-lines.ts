import {
  lineId,
  merchantId,
  type ConversationId,
  type LineId,
  type MerchantId,
  type MessageKey,
} from '../domain/ids.ts';
import type { Tx } from './database.ts';
import { recordEvent } from './events.ts';
import type { LineState } from './lines.ts';

/** Whether a person wants the line up. Its state is what the holder says. */
export async function wishLine(
  tx: Tx,
  merchant: MerchantId,
  id: LineId,
  desired: 'started' | 'stopped',
): Promise<void> {
  await tx.query('update lines set desired = $3 where merchant = $1 and id = $2', [merchant, id, desired]);
}

/** A part that waits for its line says so. One that may have left already keeps what is known of it. */
export async function noteLineDown(tx: Tx, merchant: MerchantId, key: MessageKey): Promise<void> {
  const changed = await tx.query<{ conversation: ConversationId }>(
    `update messages set reason = 'line-down', waiting_until = null
     where merchant = $1 and key = $2 and status = 'waiting' and reason is distinct from 'line-down' returning conversation`,
    [merchant, key],
  );
  for (const { conversation } of changed)
    await recordEvent(tx, {
      merchant,
      kind: 'message.status',
      conversation,
      data: { key, status: 'waiting', reason: 'line-down' },
    });
}

/** The lines with a connection of their own that a person wants up. Runs as the system. */
export async function wantedLines(
  tx: Tx,
): Promise<{ readonly merchant: MerchantId; readonly line: LineId }[]> {
  const rows = await tx.query<{ merchant: string; id: string }>(
    `select merchant, id from lines where channel = 'whatsapp-web' and desired = 'started' order by merchant, id`,
  );
  return rows.map((row) => ({ merchant: merchantId(row.merchant), line: lineId(row.id) }));
}

/** Is it still wanted? Asked once more before it is opened: a person may have stopped it meanwhile. */
export async function isWanted(tx: Tx, merchant: MerchantId, id: LineId): Promise<boolean> {
  const [row] = await tx.query<{ desired: string }>(
    'select desired from lines where merchant = $1 and id = $2',
    [merchant, id],
  );
  return row?.desired === 'started';
}

/**
 * Another reason for the state that the line is in already: the one that is true now stands beside it. In the history it has a
 * place where a person would ask "and then?"; the steps of a start have none. False when it said so already.
 */
export async function moveReason(
  tx: Tx,
  merchant: MerchantId,
  id: LineId,
  { state, why }: { readonly state: LineState; readonly why: string },
): Promise<boolean> {
  const changed = await tx.query(
    'update lines set reason = $4 where merchant = $1 and id = $2 and state = $3 and reason is distinct from $4 returning id',
    [merchant, id, state, why],
  );
  if (changed.length === 0) return false;
  if (state !== 'starting')
    await tx.query('insert into line_history (merchant, line, state, why) values ($1, $2, $3, $4)', [
      merchant,
      id,
      state,
      why,
    ]);
  await recordEvent(tx, { merchant, kind: 'line.state', data: { line: id, state, why } });
  return true;
}

/** How often the line's browser was opened and came up, in the history that is kept. */
export async function connectionsOf(
  tx: Tx,
  merchant: MerchantId,
  id: LineId,
): Promise<{ readonly opened: number; readonly connected: number; readonly linked: boolean }> {
  const [row] = await tx.query<{ opened: number; connected: number; linked: boolean }>(
    `select count(*) filter (where state = 'starting' and why = 'opening')::int as opened,
            count(*) filter (where state = 'connected')::int as connected,
            coalesce(max(id) filter (where state in ('connected', 'no-new-chats')), 0) > coalesce(max(id) filter (where state in ('logged-out', 'needs-qr')), 0) as linked
     from line_history where merchant = $1 and line = $2`,
    [merchant, id],
  );
  return row ?? { opened: 0, connected: 0, linked: false };
}

/** The whatsapp-web lines of an installation: for the call that names none. */
export async function webLines(
  tx: Tx,
  merchant: MerchantId | null,
  line: LineId | null,
): Promise<{ readonly merchant: MerchantId; readonly line: LineId }[]> {
  const rows = await tx.query<{ merchant: string; id: string }>(
    `select merchant, id from lines where channel = 'whatsapp-web' and ($1::text is null or merchant = $1) and ($2::text is null or id = $2) order by merchant, id limit 2`,
    [merchant, line],
  );
  return rows.map((row) => ({ merchant: merchantId(row.merchant), line: lineId(row.id) }));
}

/** All of the merchant's lines that have a browser, and whether a person wants them up. */
export async function linesWithBrowser(
  tx: Tx,
  merchant: MerchantId,
): Promise<{ readonly line: LineId; readonly desired: 'started' | 'stopped' }[]> {
  const rows = await tx.query<{ id: string; desired: 'started' | 'stopped' }>(
    `select id, desired from lines where merchant = $1 and channel = 'whatsapp-web' order by id`,
    [merchant],
  );
  return rows.map(({ id, desired }) => ({ line: lineId(id), desired }));
}
