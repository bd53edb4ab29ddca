import { readdirSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { seal, unseal } from '../channels/whatsapp-web/sealed-file.ts';
import { backupKey } from './lines.ts';

/** The copies of WhatsApp logins under `sessions`, sealed anew with the current key. Says how many there were to do. */
export async function resealLogins(
  sessions: string,
  encryptionKeyHex: string,
  oldKeysHex: readonly string[],
): Promise<{ resealed: number; unreadable: readonly string[] }> {
  const unreadable: string[] = [];
  let resealed = 0;
  for (const file of loginsUnder(sessions)) {
    const opensWith = async (keyHex: string, into: string): Promise<boolean> =>
      unseal(file, into, backupKey(keyHex));
    const draft = await mkdtemp(join(sessions, 'reseal-'));
    try {
      if (await opensWith(encryptionKeyHex, join(draft, 'current'))) continue;
      const opened = await firstOf(oldKeysHex, (key, index) => opensWith(key, join(draft, String(index))));
      if (opened === null) unreadable.push(file);
      else {
        await seal(join(draft, String(opened)), file, backupKey(encryptionKeyHex));
        resealed += 1;
      }
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  }
  return { resealed, unreadable };
}

function loginsUnder(sessions: string): string[] {
  return readdirSync(sessions, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.login'))
    .map((entry) => join(entry.parentPath, entry.name));
}

async function firstOf<T>(
  items: readonly T[],
  holds: (item: T, index: number) => Promise<boolean>,
): Promise<number | null> {
  for (const [index, item] of items.entries()) if (await holds(item, index)) return index;
  return null;
}
