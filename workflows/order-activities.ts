import type { ConversationRef } from './ids.ts';
import type { MerchantId, MessageKey } from '../domain/ids.ts';
import type { OrderId } from '../domain/order.ts';
import type { OrderStanding } from '../domain/order-plan.ts';
import type { OrderMessage } from '../domain/order-status.ts';

export interface OrderRef {
  readonly merchant: MerchantId;
  readonly order: OrderId;
}

/** What an order asks of the world. The room `activities` does it. */
export interface OrderActivities {
  /** The order as the store has it now; null when it is there no more. What called for attention counts as seen. */
  readonly considerOrder: (request: OrderRef & { readonly nowMs: number }) => Promise<Considered | null>;
  readonly composeOrderMessage: (request: ComposeRequest) => Promise<Composed>;
  readonly noteOrder: (request: NoteRequest) => Promise<void>;
  /** Compare-and-set into the sheet. */
  readonly writeBackOrder: (request: OrderRef) => Promise<WrittenBack>;
}

export interface Considered {
  readonly standing: OrderStanding;
  readonly quietUntilMs: number | null;
  /** The parts that are on their way or unclear, by message. */
  readonly sends: readonly OrderSend[];
  /** There is something to write into the sheet. */
  readonly toWrite: boolean;
  readonly noted: Noted;
}

export interface OrderSend {
  readonly type: OrderMessage;
  readonly occurrence: string;
  readonly to: ConversationRef;
  /** Where it is sent from (`sendsQueueOf`). @default SENDS_QUEUE */
  readonly sendsQueue?: string;
  /** The next part to leave; null when all have. */
  readonly next: MessageKey | null;
  /** The part that may have left and is still to be looked for; null also once a person was told of it. */
  readonly unclear: MessageKey | null;
}

/** What people see of an order's wait. */
export interface Noted {
  readonly phase: 'known' | 'settling' | 'sending' | 'waiting' | 'asked' | 'needs-human' | 'idle' | 'done';
  readonly waiting: {
    readonly reason: string;
    readonly untilMs: number | null;
    readonly about: OrderMessage | null;
  } | null;
}

export interface ComposeRequest extends OrderRef {
  readonly type: OrderMessage;
  readonly occurrence: string;
  readonly attempt: number;
  readonly recipient: string;
  readonly nowMs: number;
}

/** `incomplete`: a value that the template needs is not in the sheet; a person must come first. */
export type Composed =
  { readonly kind: 'composed' } | { readonly kind: 'incomplete'; readonly reason: string };

export type NoteRequest = OrderRef & { readonly nowMs: number } & (
    | {
        readonly kind: 'skip' | 'withdraw';
        readonly type: OrderMessage;
        readonly occurrence: string;
        readonly why: string;
      }
    | {
        readonly kind: 'outcome';
        readonly type: OrderMessage;
        readonly occurrence: string;
        readonly outcome: 'sent' | 'failed' | 'unclear';
        readonly why: string | null;
      }
    | ({ readonly kind: 'wait' } & Noted)
  );

export type WrittenBack =
  | { readonly kind: 'done' }
  /** The sheet can't be written now: again later. */
  | { readonly kind: 'parked'; readonly reason: string };
