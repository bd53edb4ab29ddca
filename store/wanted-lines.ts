import { lineId, merchantId, type LineId, type MerchantId } from '../domain/ids.ts';
import type { Tx } from './database.ts';

/** Whether a person wants the line up. Its state is what the holder says. */
export async function wishLine(
  tx: Tx,
  merchant: MerchantId,
  id: LineId,
  desired: 'started' | 'stopped',
): Promise<void> {
  await tx.query('update lines set desired = $3 where merchant = $1 and id = $2', [merchant, id, desired]);
}

/** How often the line's browser was opened and came up, in the history that is kept. */
export async function connectionsOf(
  tx: Tx,
  merchant: MerchantId,
  id: LineId,
): Promise<{ readonly opened: number; readonly connected: number; readonly linked: boolean }> {
  const [row] = await tx.query<{ opened: number; connected: number; linked: boolean }>(
    `select count(*) filter (where state = 'starting')::int as opened,
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
): Promise<{ readonly merchant: MerchantId; readonly line: LineId }[]> {
  const rows = await tx.query<{ merchant: string; id: string }>(
    `select merchant, id from lines where channel = 'whatsapp-web' and ($1::text is null or merchant = $1) order by merchant, id limit 2`,
    [merchant],
  );
  return rows.map((row) => ({ merchant: merchantId(row.merchant), line: lineId(row.id) }));
}
