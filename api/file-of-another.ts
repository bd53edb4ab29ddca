import { posix } from 'node:path';
import type { MerchantId } from '../domain/ids.ts';
import { filePlacesOfOthers } from '../store/sheets.ts';
import type { Actor } from './actor.ts';
import type { House } from './house.ts';
import { Problem } from './problem.ts';

/**
 * The files of all merchants lie in one folder. With a merchant's own key nobody reaches a file in which another one's
 * orders are, nor one in a folder that bears another one's name; the operator may name any.
 */
export async function refuseFileOfAnother(
  { database }: House,
  actor: Actor,
  merchant: MerchantId,
  path: string,
): Promise<void> {
  if (actor.kind === 'admin') return;
  const file = plain(path);
  const { files, merchants } = await database.system((tx) => filePlacesOfOthers(tx, merchant));
  const [folder = '', ...inside] = file.split('/');
  if (files.some((other) => plain(other) === file) || (inside.length > 0 && merchants.includes(folder)))
    throw new Problem(422, 'sheet-file-of-another', 'This file is another merchant’s.');
}

/** Some disks don't tell `B.csv` from `b.csv`. */
const plain = (path: string): string =>
  posix.normalize(path.normalize('NFC').replaceAll('\\', '/')).toLowerCase();
