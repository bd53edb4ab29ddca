import { z } from 'zod';
import { chosenId, cleanText, merchantParam } from './common.ts';

const isTimeZone = (name: string): boolean =>
  Intl.supportedValuesOf('timeZone').includes(name) || name === 'UTC' || canFormat(name);

/** Aliases (`Asia/Calcutta`) are not among the supported values and work all the same. */
function canFormat(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const fields = {
  name: cleanText(200),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'two capital letters, ISO 3166')
    .meta({ examples: ['EG'] }),
  timezone: z
    .string()
    .max(64)
    .refine(isTimeZone, 'not a time zone of the IANA list')
    .meta({ examples: ['Africa/Cairo'] }),
  language: z.enum(['ar', 'en', 'ku']),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'three capital letters, ISO 4217')
    .meta({ examples: ['EGP'] }),
};

export const merchant = z
  .object({ id: chosenId, ...fields, language: fields.language })
  .meta({ id: 'Merchant' });
export const newMerchant = z.strictObject({
  id: merchantParam,
  name: fields.name,
  country: fields.country.default('EG'),
  timezone: fields.timezone.default('Africa/Cairo'),
  language: fields.language.default('ar'),
  currency: fields.currency.default('EGP'),
});
export const merchantPatch = z.strictObject(fields).partial();
