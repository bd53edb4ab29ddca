import { z } from 'zod';
import { ID_PATTERN, lineId, merchantId } from '../../domain/ids.ts';

/** Names and ids are for people and URLs: no control characters, no half surrogates. Customers' texts are not names. */
const clean = (text: string): boolean => text.isWellFormed() && !/[\p{Cc}\u2028\u2029]/u.test(text);

export const cleanText = (max: number, min = 1) =>
  z.string().min(min).max(max).refine(clean, 'has control characters or half a character');
/** Like `cleanText`, with line breaks. */
export const cleanLines = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => clean(text.replaceAll(/[\n\r\t]/g, ' ')), 'has control characters or half a character');

export const chosenId = z
  .string()
  .regex(ID_PATTERN, 'lower-case letters, digits, - and _, at most 63, starting with a letter or digit');
export const merchantParam = chosenId.transform(merchantId);
export const lineParam = chosenId.transform(lineId);

export const platform = z.enum(['whatsapp', 'instagram', 'simulator']);
export const channelName = z.enum(['whatsapp-web', 'whatsapp-cloud', 'instagram', 'evolution', 'simulator']);

/** ISO 8601 with milliseconds. */
export const time = z.iso.datetime({ precision: 3 });
export const iso = (at: Date): string => at.toISOString();
export const isoOrNull = (at: Date | null): string | null => at?.toISOString() ?? null;

/** Query parameters of a list. */
export const page = z.object({
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

export const listOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().nullable() });

export const merchantPath = z.object({ merchant: merchantParam });

/** The positions that simple lists go on from. */
export const afterText = z.string().max(100);
/** A number that may be larger than JavaScript counts, and as large as the database does. */
export const afterBigNumber = z.string().regex(/^\d{1,18}$/);
export const afterNumber = z.number().int().nonnegative();
