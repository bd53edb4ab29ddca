import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MerchantId } from '../domain/ids.ts';
import type { House } from './house.ts';

/** The merchant's own folders in the data folder: customers' files, and the logins of linked phones with their copies. */
export async function removeFiles(
  { mediaFolder = null, sessionsFolder = null }: Pick<House, 'mediaFolder' | 'sessionsFolder'>,
  merchant: MerchantId,
): Promise<void> {
  for (const folder of [mediaFolder, sessionsFolder])
    if (folder !== null) await rm(join(folder, merchant), { recursive: true, force: true });
}
