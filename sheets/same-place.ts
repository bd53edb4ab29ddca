import { posix } from 'node:path';
import { spreadsheetId, tabIdIn } from './google/credentials.ts';

interface FilePlace {
  readonly kind: 'file';
  readonly path: string;
  readonly tab?: string;
}
interface GooglePlace {
  readonly kind: 'google';
  readonly spreadsheet: string;
  readonly tab?: string;
  /** The tab that was read, by the id that survives renaming. */
  readonly tabId?: number;
}
export type NamedPlace = FilePlace | GooglePlace;

/**
 * Whether a sheet that is named again is the one that was there, however its address is spelled: with or without
 * `?usp=sharing`, as the id alone, with the tab that was found as `#gid=`.
 */
export function isSamePlace(before: NamedPlace, now: NamedPlace): boolean {
  if (before.kind === 'file' || now.kind === 'file')
    return before.kind === 'file' && now.kind === 'file' && fileOf(before) === fileOf(now);
  return idOf(before) === idOf(now) && before.tab === now.tab && isSameTab(before, now);
}

/** A tab that is named by its number is the one that was read, whichever an address without a number had opened. */
function isSameTab(before: GooglePlace, now: GooglePlace): boolean {
  const named = tabIdIn(now.spreadsheet);
  return named !== null && before.tabId !== undefined ? named === before.tabId : tabOf(before) === tabOf(now);
}

const idOf = ({ spreadsheet }: GooglePlace): string => spreadsheetId(spreadsheet) ?? spreadsheet;

const fileOf = ({ path, tab }: FilePlace): string =>
  JSON.stringify([posix.normalize(path).normalize('NFC'), tab ?? null]);

/** Google gives 0 to the tab that a spreadsheet begins with, and an address without a tab opens that. */
const tabOf = ({ spreadsheet }: GooglePlace): number => tabIdIn(spreadsheet) ?? 0;
