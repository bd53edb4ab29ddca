import { conversationId, type LineId, type MerchantId } from '../domain/ids.ts';
import type { Platform } from '../domain/message.ts';
import { conversationsWaitingOn } from '../store/lines.ts';
import { wakeSignal } from '../workflows/conversation-signals.ts';
import type { House } from './house.ts';

/** The line is up again: what waited for it is looked at now. */
export async function wakeLine(
  { database, mail }: Pick<House, 'database' | 'mail'>,
  line: { readonly merchant: MerchantId; readonly id: LineId; readonly platform: Platform },
  why: string,
): Promise<void> {
  const { merchant, id, platform } = line;
  const waiting = await database.merchant(merchant, (tx) => conversationsWaitingOn(tx, merchant, id));
  for (const conversation of waiting)
    await mail.tell({ merchant, platform, conversation: conversationId(conversation) }, wakeSignal, why);
}
