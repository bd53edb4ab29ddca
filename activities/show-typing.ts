import type { MerchantId, MessageKey } from '../domain/ids.ts';
import { lastHeard } from '../store/last-heard.ts';
import type { ActivityContext } from './context.ts';

/** Later than this the answer itself is there. */
const TYPING_TIMEOUT_MS = 3_000;

/** Marks the customer's message as read and shows "typing…". Best effort: nobody waits for it, and nothing fails with it. */
export async function showTyping(
  { database, channels, seal, logger }: ActivityContext,
  merchant: MerchantId,
  message: MessageKey,
): Promise<void> {
  try {
    const heard = await database.merchant(merchant, (tx) => lastHeard(tx, merchant, message));
    const channel = heard === null ? undefined : channels.get(heard.channel);
    if (heard === null || channel?.showTyping === undefined || heard.state !== 'connected') return;
    const secrets = heard.credentials === null ? {} : seal.openJson(heard.credentials);
    await channel.showTyping(
      { ...heard.config, ...(typeof secrets === 'object' ? secrets : {}) },
      heard.to,
      heard.providerId,
      { signal: AbortSignal.timeout(TYPING_TIMEOUT_MS), timeoutMs: TYPING_TIMEOUT_MS },
    );
  } catch (error) {
    logger.debug({ event: 'typing not shown', merchant, key: message, err: error });
  }
}
