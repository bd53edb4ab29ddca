import type { ConversationId, LineId, MerchantId, MessageKey } from '../domain/ids.ts';
import type { PaceState } from '../domain/pace.ts';
import type { Tx } from './database.ts';

/** What is remembered of the line, locked: other workers wait until the slot is given. */
export async function lockPace(tx: Tx, merchant: MerchantId, line: LineId): Promise<PaceState> {
  const [row] = await tx.query<{ pace: PaceState }>(
    `insert into line_pace as p (merchant, line) values ($1, $2) on conflict (merchant, line) do update set line = p.line returning pace`,
    [merchant, line],
  );
  return row?.pace ?? {};
}

export async function keepPace(tx: Tx, merchant: MerchantId, line: LineId, pace: PaceState): Promise<void> {
  await tx.query('update line_pace set pace = $3 where merchant = $1 and line = $2', [
    merchant,
    line,
    JSON.stringify(pace),
  ]);
}

/** Does this part go to somebody who never heard of the shop? A conversation's earlier sends count, its unsent parts don't. */
export async function isFirstContact(
  tx: Tx,
  merchant: MerchantId,
  conversation: ConversationId,
  key: MessageKey,
): Promise<boolean> {
  const [row] = await tx.query<{ known: boolean }>(
    `select exists (select from messages where merchant = $1 and conversation = $2 and key <> $3
       and (direction = 'in' or status in ('accepted', 'sent', 'delivered', 'read', 'unknown', 'sending'))) as known`,
    [merchant, conversation, key],
  );
  return row?.known !== true;
}
