import { asAddress, countryCode } from '../domain/phone.ts';
import type { Platform } from '../domain/message.ts';

/**
 * The customer's one address on the platform, however it is spelt: digits only for a phone (local spellings by
 * the merchant's country), the scoped id on Instagram, a phone or any name on the simulator. Null: none of these.
 */
export function addressOn(platform: Platform, text: string, country: string): string | null {
  if (platform === 'instagram') return text.trim();
  const phone = asAddress(text, countryCode(country) ?? 'EG');
  if (phone !== null) return phone;
  return /^[^/\s]{1,128}$/.test(text) ? text : null;
}
