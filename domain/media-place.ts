import type { MerchantId } from './ids.ts';

/** Where a customer's file lies below the media folder: a folder per merchant, spread so that none gets too full. */
export const mediaPlace = (merchant: MerchantId, id: string): readonly string[] => [
  merchant,
  id.slice(0, 2),
  id,
];
