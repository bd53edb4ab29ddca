import { createHmac } from 'node:crypto';
import { conversationId, type ConversationId, type MerchantId } from '../domain/ids.ts';
import type { Platform } from '../domain/message.ts';

/** Where a conversation takes place: the same person on another account or platform is another conversation. */
export interface CustomerOnLine {
  readonly merchant: MerchantId;
  readonly platform: Platform;
  readonly account: string;
  readonly customer: string;
}

/** 132 bits of a keyed hash: nobody who reads a workflow id learns a phone number, and no two customers meet. */
export function conversationIdOf(
  hashKey: Buffer,
  { merchant, platform, account, customer }: CustomerOnLine,
): ConversationId {
  const hash = createHmac('sha256', hashKey)
    .update(JSON.stringify([merchant, platform, account, customer]))
    .digest('base64url');
  return conversationId(hash.slice(0, 22));
}
