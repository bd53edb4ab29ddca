import type { Failure } from '../domain/errors.ts';
import type { ChannelName, Customer, Inbound, Outgoing, Platform } from '../domain/message.ts';

/**
 * The one shape of every channel. A channel owns all that its provider's wire looks like; the rest of
 * the house sees only these types. A channel never imports the store: what it needs is handed in.
 *
 * `Account` is the line's opened credentials and addresses, checked by the channel's own schema.
 */
export interface Channel<Account = unknown> {
  readonly name: ChannelName;
  readonly platform: Platform;
  readonly capabilities: Capabilities;
  /** Reads a provider's body. Never throws for one bad item: it becomes `malformed` beside the good ones. */
  parse(body: unknown): Inbound[];
  /** Hands one part to the provider. Throws what the wire threw; `classify` says what that means. */
  send(account: Account, outgoing: Outgoing, context: SendContext): Promise<SendReceipt>;
  classify(error: unknown): Failure;
  /** Reads the chat's own history for a send whose outcome is unknown. Absent where the provider offers none. */
  lookUp?(account: Account, outgoing: Outgoing, context: SendContext): Promise<LookUp>;
  /** Asks the provider for the account itself, which no customer notices. Throws as `send` does; absent where nobody can be asked. */
  probe?(account: Account, context: SendContext): Promise<void>;
  /** Mark as read and show "typing…": best effort, never a reason to fail a turn. */
  showTyping?(account: Account, to: Customer, lastInboundId: string, context: SendContext): Promise<void>;
}

export interface Capabilities {
  /** Longest text of one message. Longer answers are split on words and graphemes. */
  readonly maxText: { readonly unit: 'characters' | 'bytes'; readonly limit: number };
  /** Hours after the customer's last message in which free text may be sent; null where there is no such rule. */
  readonly serviceWindowHours: number | null;
  /** Hours in which a text that a person wrote may still be sent. */
  readonly humanWindowHours: number | null;
  readonly templates: boolean;
}

export interface SendContext {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** `accepted` by the far end, under its own id (null where it gives none): not yet delivered. */
export interface SendReceipt {
  readonly providerId: string | null;
}

export type LookUp =
  | { readonly found: 'present'; readonly providerId: string | null }
  | { readonly found: 'absent' }
  | { readonly found: 'cannot-tell' };
