import { existsSync } from 'node:fs';
import { chromiumPlaces } from '../channels/whatsapp-web/chromium-places.ts';

/** The browser for whatsapp-web lines: the one that was named, else the first one found. Null: there is none. */
export function findChromium(given: string | undefined): string | null {
  if (given !== undefined) return existsSync(given) ? given : null;
  return chromiumPlaces().find((file) => existsSync(file)) ?? null;
}
