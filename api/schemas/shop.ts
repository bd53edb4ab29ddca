import { z } from 'zod';
import { templateLanguage, templateName } from '../../channels/whatsapp-cloud/approved-templates.ts';
import { cleanLines, cleanText, merchantParam } from './common.ts';

/** Money is decimal text; a number is taken when it is written without an exponent. */
const decimal = z
  .union([z.string(), z.number().nonnegative()])
  .transform(String)
  .refine(
    (text) => /^\d{1,11}(?:\.\d{1,3})?$/.test(text),
    'an amount such as 250 or 19.50, at most three decimals',
  )
  .meta({ override: { type: ['string', 'number'] }, examples: ['19.50'] });

export const itemId = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}_.-]{0,63}$/u, 'letters, digits, _ . and -, at most 64');
export const itemPath = z.object({ merchant: merchantParam, item: itemId });

const fields = {
  name: cleanText(200),
  aliases: z.array(cleanText(200)).max(50).default([]),
  price: decimal.nullable().default(null),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'three capital letters, ISO 4217')
    .nullable()
    .default(null),
  stock: z
    .number()
    .int()
    .min(0)
    .max(2_000_000_000)
    .nullable()
    .default(null)
    .meta({ description: 'null: not counted' }),
  description: cleanLines(4_000).default(''),
};
export const catalogueItem = z
  .object({
    id: z.string(),
    name: z.string(),
    aliases: z.array(z.string()).readonly(),
    price: z.string().nullable(),
    currency: z.string().nullable(),
    stock: z.number().int().nullable(),
    description: z.string(),
  })
  .meta({ id: 'CatalogueItem' });
export const putItem = z.strictObject(fields);
export const newItem = z.strictObject({ id: itemId, ...fields });
export const itemPatch = z
  .strictObject({
    name: fields.name,
    aliases: z.array(cleanText(200)).max(50),
    price: decimal.nullable(),
    currency: fields.currency.unwrap(),
    stock: fields.stock.unwrap(),
    description: cleanLines(4_000),
  })
  .partial();

const clock = z.string().regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, 'HH:MM');
const day = z
  .array(
    z
      .strictObject({ from: clock, to: clock })
      .refine(({ from, to }) => from !== to && from !== '24:00', 'ends when it begins'),
  )
  .max(10);

/** A day that is not named is a day off; `to` at or before `from` is on the next day. */
export const hours = z
  .strictObject({ sat: day, sun: day, mon: day, tue: day, wed: day, thu: day, fri: day })
  .partial()
  .refine((week) => Object.keys(week).length > 0, 'names no day; null means always open')
  .nullable()
  .meta({ id: 'OpeningHours', description: 'By the merchant’s wall clock; null: always open.' });

const outsideWindow = z
  .strictObject({
    name: templateName,
    language: templateLanguage,
    variables: z.array(cleanText(1_024)).max(20).readonly().default([]),
  })
  .meta({
    description:
      'The approved template that goes out in place of an answer after the service window has shut; a variable may hold {answer} and {name}. Without it such an answer waits.',
  });

export const rules = z
  .strictObject({
    alwaysAnswer: z
      .boolean()
      .default(false)
      .meta({ description: 'Every turn is answered, by a fallback where no rule matches.' }),
    handOverWords: z
      .array(cleanText(100))
      .max(200)
      .readonly()
      .default([])
      .meta({ description: 'Words of the merchant’s own that go to a person.' }),
    outsideWindow: outsideWindow.optional(),
  })
  .meta({ id: 'Rules' });
export const rulesPatch = z
  .strictObject({ alwaysAnswer: z.boolean(), handOverWords: z.array(cleanText(100)).max(200), outsideWindow })
  .partial();
