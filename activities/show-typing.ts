import { whatsappWeb } from '../channels/whatsapp-web/whatsapp-web.ts';
import type { MerchantId, MessageKey } from '../domain/ids.ts';
import { lastHeard } from '../store/last-heard.ts';
import type { ActivityContext } from './context.ts';

/** Later than this the answer itself is there. */
const TYPING_TIMEOUT_MS = 3_000;

/** Marks the customer's message as read and shows "typing…". Best effort: nobody waits for it, and nothing fails with it. */
export async function showTyping(
  { database, channels, heldLines, seal, logger }: ActivityContext,
  merchant: MerchantId,
  message: MessageKey,
): Promise<void> {
  try {
    const heard = await database.merchant(merchant, (tx) => lastHeard(tx, merchant, message));
    if (heard === null) return;
    const limits = { signal: AbortSignal.timeout(TYPING_TIMEOUT_MS), timeoutMs: TYPING_TIMEOUT_MS };
    if (heard.channel === 'whatsapp-web') {
      // Held by another process it is shown when the answer is sent, which is typed at a person's speed anyway.
      const connection = heldLines?.of({ merchant, line: heard.line }) ?? null;
      if (connection !== null) await whatsappWeb.showTyping?.(connection, heard.to, heard.providerId, limits);
      return;
    }
    const channel = channels.get(heard.channel);
    if (channel?.showTyping === undefined || heard.state !== 'connected') return;
    const secrets = heard.credentials === null ? {} : seal.openJson(heard.credentials);
    const account = { ...heard.config, ...(typeof secrets === 'object' ? secrets : {}) };
    await channel.showTyping(account, heard.to, heard.providerId, limits);
  } catch (error) {
    logger.debug({ event: 'typing not shown', merchant, key: message, err: error });
  }
}
