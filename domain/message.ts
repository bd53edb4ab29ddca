import type { Failure } from './errors.ts';
import type { LineId, MerchantId, MessageKey, TurnId } from './ids.ts';

export type Platform = 'whatsapp' | 'instagram' | 'simulator';
export type ChannelName = 'whatsapp-web' | 'whatsapp-cloud' | 'instagram' | 'evolution' | 'simulator';

export const PLATFORM_OF: Record<ChannelName, Platform> = {
  'whatsapp-web': 'whatsapp',
  'whatsapp-cloud': 'whatsapp',
  evolution: 'whatsapp',
  instagram: 'instagram',
  simulator: 'simulator',
};

/** The kinds of content a customer can send. What we can't read is kept as `unsupported`, never dropped. */
export type MessageType =
  | 'text'
  | 'image'
  | 'audio'
  | 'video'
  | 'document'
  | 'sticker'
  | 'location'
  | 'contacts'
  | 'button'
  | 'list'
  | 'order'
  | 'story'
  | 'referral'
  | 'unsupported';

/**
 * The ladder of an outbound message: it only goes up. `unknown` is settled by a status, an echo or the
 * chat's own history, else by a person; `failed` carries its reason.
 */
export type OutboundStatus =
  'waiting' | 'sending' | 'accepted' | 'sent' | 'delivered' | 'read' | 'failed' | 'unknown';
export type InboundStatus = 'received' | 'deleted';
export type Author = 'customer' | 'bot' | 'human' | 'owner-phone';

/** Where a media file can be fetched from; fetching it is an activity's work, with limits. */
export interface MediaReference {
  readonly kind: 'image' | 'audio' | 'video' | 'document' | 'sticker';
  readonly mimeType?: string;
  /** The provider's handle: an id for the Cloud API, an URL elsewhere. */
  readonly handle: string;
  readonly fileName?: string;
  readonly sizeBytes?: number;
  readonly voice?: boolean;
}

/** One thing a channel heard, in Zajel's own words. `account` is what routes it to a line. */
export type Inbound =
  | InboundMessage
  | InboundEdit
  | InboundDeletion
  | InboundReaction
  | StatusNews
  | InboundEcho
  | InboundRead
  | Malformed;

interface FromAccount {
  /** The line's account as the provider names it: phone number id, Instagram account id, instance, or the line's id. */
  readonly account: string;
}

/** How the customer is addressed on the platform. `address` is digits only for a phone, else the scoped id. */
export interface Customer {
  readonly address: string;
  /** What to send to, when it is not the address itself (an `@lid`, a user id). */
  readonly sendTo?: string;
  /** Other ids of the same person that came with this message, so that a later phone joins an earlier user id. */
  readonly aliases?: readonly string[];
  readonly name?: string;
}

export interface InboundMessage extends FromAccount {
  readonly kind: 'message';
  readonly id: string;
  readonly from: Customer;
  /** The customer's own time, epoch milliseconds. */
  readonly atMs: number;
  readonly type: MessageType;
  /** Byte-true: exactly what the customer typed, or the caption, or the button's title. */
  readonly text: string;
  readonly media?: readonly MediaReference[];
  /** Button and list payload, location, contacts, referral…: kept as data. */
  readonly payload?: Readonly<Record<string, unknown>>;
  /** The provider's id of the message this one answers. */
  readonly replyTo?: string;
  /** Button and list answers end the window at once; the words that do are known wherever a message is stored. */
  readonly endsWindow?: boolean;
  /** Kept and shown, but nobody waits for an answer to it (a changed number, a comment, another app's thread): it opens no window. */
  readonly silent?: boolean;
}
export interface InboundEdit extends FromAccount {
  readonly kind: 'edit';
  readonly id: string;
  readonly from: Customer;
  readonly text: string;
  readonly atMs: number;
}
export interface InboundDeletion extends FromAccount {
  readonly kind: 'deletion';
  readonly id: string;
  readonly from: Customer;
  readonly atMs: number;
}
export interface InboundReaction extends FromAccount {
  readonly kind: 'reaction';
  readonly from: Customer;
  readonly to: string;
  readonly emoji: string;
  readonly atMs: number;
}
/** News of a message that we sent. `key` is ours when the provider carries it back. */
export interface StatusNews extends FromAccount {
  readonly kind: 'status';
  readonly id: string;
  readonly key?: MessageKey;
  readonly status: 'sent' | 'delivered' | 'read' | 'failed';
  readonly atMs: number;
  readonly to?: string;
  readonly failure?: Failure;
}
/** A message that left this account: ours coming back, or the owner typing on the phone. */
export interface InboundEcho extends FromAccount {
  readonly kind: 'echo';
  readonly id: string;
  readonly key?: MessageKey;
  readonly to: Customer;
  readonly text: string;
  readonly type: MessageType;
  readonly atMs: number;
}
/** The customer has read everything up to a moment (platforms that send no per-message status). */
export interface InboundRead extends FromAccount {
  readonly kind: 'read';
  readonly from: Customer;
  readonly untilMs: number;
}
/** One item that could not be understood: counted and logged by shape, never a reason to refuse the others. */
export interface Malformed {
  readonly kind: 'malformed';
  readonly why: string;
  /** As it came, for a person to look at. Absent for a whole body: that may hold an API key. */
  readonly item?: unknown;
}

/** One part of an answer on its way out. */
export interface Outgoing {
  readonly merchant: MerchantId;
  readonly line: LineId;
  readonly key: MessageKey;
  readonly to: Customer;
  readonly text: string;
  readonly part: number;
  readonly parts: number;
  readonly by: 'bot' | 'human';
  readonly turn: TurnId | null;
  /** A template for outside the service window, where the channel has such a thing. */
  readonly template?: {
    readonly name: string;
    readonly language: string;
    readonly variables: readonly string[];
    readonly quickReplies?: readonly string[];
  };
  readonly replyTo?: string;
  /** How often this part has been throttled for this customer already: the X of WhatsApp's 4^X seconds. */
  readonly throttledBefore?: number;
  /** The 24-hour window is shut: what a person wrote goes under the platform's rule for people, where it has one. */
  readonly outsideServiceWindow?: boolean;
}
