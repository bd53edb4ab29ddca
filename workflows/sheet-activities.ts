import type { MerchantId } from '../domain/ids.ts';

/** What a merchant's sheet asks of the world. */
export interface SheetActivities {
  /** Reads, compares, keeps what follows from it, and tells the orders concerned: all of a poll. */
  readonly pollSheet: (request: { readonly merchant: MerchantId; readonly nowMs: number }) => Promise<Polled>;
}

export type Polled =
  /** `nextMs`: until the next poll is due, sooner while an edit has to settle. */
  | { readonly kind: 'polled'; readonly nextMs: number }
  /** It can't be read at present, for a reason that trying again at once doesn't mend. */
  | { readonly kind: 'failing'; readonly reason: string; readonly pollMs: number }
  | { readonly kind: 'stopped' };
