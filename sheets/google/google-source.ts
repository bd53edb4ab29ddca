import type { HeaderAliases } from '../../domain/sheet-columns.ts';
import { decideWrite } from '../decide-write.ts';
import { refusal } from '../failures.ts';
import { identify } from '../identify.ts';
import type { SheetMemory } from '../memory.ts';
import { splitHeader } from '../place-columns.ts';
import type { ReadOptions, SheetRead, SheetSource, WriteBack, WriteBackOutcome } from '../source.ts';
import { classifyGoogle, TOKEN_REFUSED } from './classify.ts';
import { googleClient } from './client.ts';
import { spreadsheetId, tabIdIn, type ServiceAccount } from './credentials.ts';
import { guardedWrite } from './guarded-write.ts';
import { latelyOpened, written, type OpenSheet } from './lately-opened.ts';
import { modifiedTime } from './modified-time.ts';
import { pinRows } from './pin-rows.ts';
import { findTab, readRows, readTab, withFormulas } from './read-tab.ts';
import { sameHeader, sameOrder } from './same-row.ts';

export interface GoogleSheet {
  /** The spreadsheet's id or its address in the browser (`#gid=` chooses the tab). */
  readonly spreadsheet: string;
  readonly credentials: ServiceAccount;
  /** The tab's id, which survives renaming and reordering. @default that of the address, else by `tab` */
  readonly tabId?: number;
  /** The tab by its name, looked up once. @default the first tab */
  readonly tab?: string;
  /** `SHEETS_API_URL`. @default Google's own */
  readonly apiUrl?: string;
}

/** The sheet was rearranged under our hands this often: let the person finish. */
const WRITE_ATTEMPTS = 3;
/** Formulas that fetch from elsewhere change without the file being "modified": now and then it is read all the same. */
const UNCHANGED_IN_A_ROW = 10;

/** Orders in a Google Sheet that people edit meanwhile. Keep one per sheet: it remembers the token and the tab. */
export function googleSource(sheet: GoogleSheet, aliases: HeaderAliases = {}): SheetSource {
  const id = idOf(sheet.spreadsheet);
  let client = googleClient(sheet.credentials, sheet.apiUrl);
  const askModified = modifiedTime();
  let tabId = sheet.tabId ?? tabIdIn(sheet.spreadsheet);
  let unchanged = 0;
  const lately = latelyOpened();

  async function open(memory: SheetMemory, signal: AbortSignal): Promise<OpenSheet> {
    const choice = { id: tabId, title: sheet.tab ?? null };
    const tab = await withFreshToken(() => readTab(client, id, choice, signal));
    tabId = tab.id;
    const { headers, found, header, body } = splitHeader(tab.rows, aliases);
    return {
      readAtMs: performance.now(),
      tab,
      headers,
      header,
      found,
      ...identify(body, headers, found, memory),
    };
  }

  /** The library keeps a token that was refused until its time is over; a new client asks for a new one, once. */
  async function withFreshToken<T>(step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (error) {
      if (classifyGoogle(error).reason !== TOKEN_REFUSED) throw error;
      client = googleClient(sheet.credentials, sheet.apiUrl);
      return step();
    }
  }

  /** What is decided from one reading, and done to the sheet as it is now; null where the two are not the same. */
  async function write(
    sheet: OpenSheet,
    change: WriteBack,
    signal: AbortSignal,
  ): Promise<WriteBackOutcome | null> {
    const { tab, header, found, rows } = sheet;
    const decision = decideWrite(change, rows, found.columns);
    if (!decision.write) return decision.outcome;
    if (header === null) return { written: false, why: 'gone' };
    const target = {
      spreadsheetId: id,
      sheetId: tab.id,
      title: tab.title,
      header,
      row: decision.row,
      columns: found.columns,
    };
    const outcome = await withFreshToken(() => guardedWrite(client, target, decision.edits, signal));
    if (outcome === 'formula') return { written: false, why: 'formula' };
    if (outcome !== 'written') {
      lately.forget();
      return null;
    }
    lately.keep(written(sheet, decision.row, decision.edits));
    return { written: true };
  }

  /** Where the last write found its row: two rows are read instead of the whole tab. Null: nobody knows, read it all. */
  async function rowSoon(change: WriteBack, signal: AbortSignal): Promise<OpenSheet | null> {
    const sheet = lately.reading();
    const header = sheet?.header ?? null;
    if (sheet === null || header === null) return null;
    const decision = decideWrite(change, sheet.rows, sheet.found.columns);
    if (!decision.write) return null;
    const { row } = decision;
    const { columns } = sheet.found;
    const places = [header.place, row.place];
    const now = await withFreshToken(() => readRows(client, id, sheet.tab.id, places, signal));
    const isThere =
      now.rows.some((one) => one.place === header.place && sameHeader(header, one, columns)) &&
      now.rows.some((one) => one.place === row.place && sameOrder(row, one, columns));
    if (isThere) return { ...sheet, tab: { ...sheet.tab, title: now.title } };
    lately.forget();
    return null;
  }

  return {
    kind: 'google',

    async read({ signal, memory, unlessModified }: ReadOptions): Promise<SheetRead> {
      lately.forget();
      // Asked before the reading: an edit between the two is then seen again, never overlooked.
      const modified = await askModified(client, id, signal);
      if (modified !== null && modified === unlessModified && unchanged < UNCHANGED_IN_A_ROW) {
        unchanged += 1;
        return { kind: 'unchanged', modified };
      }
      unchanged = 0;
      const known = typeof memory === 'function' ? await memory() : memory;
      const { tab, headers, found, rows, problems } = await open(known, signal);
      const complete = await withFormulas(client, id, tab.id, rows, found.columns, signal);
      return {
        kind: 'reading',
        modified,
        tab: { id: tab.id, title: tab.title },
        headers,
        columns: found.columns,
        columnProblems: found.problems,
        rows: complete,
        problems,
      };
    },

    async pin(rows, signal) {
      return withFreshToken(async () => {
        tabId ??= await findTab(client, id, sheet.tab ?? null, signal);
        return pinRows(client, id, tabId, rows, signal);
      });
    },

    async writeBack(change: WriteBack, memory: SheetMemory, signal: AbortSignal): Promise<WriteBackOutcome> {
      for (let attempt = 1; attempt <= WRITE_ATTEMPTS; attempt += 1) {
        const sheet = (await rowSoon(change, signal)) ?? (await open(memory, signal));
        const outcome = await write(sheet, change, signal);
        // Lost or moved: look again. A status that a person changed is told by the next decision.
        if (outcome !== null) return outcome;
      }
      throw refusal({
        class: 'retryable',
        reason: 'sheet-being-edited',
        detail: 'the cell could not be replaced: somebody is editing the sheet at this moment',
      });
    },

    classify: classifyGoogle,
  };
}

function idOf(spreadsheet: string): string {
  const id = spreadsheetId(spreadsheet);
  if (id !== null) return id;
  throw refusal({
    class: 'permanent',
    reason: 'sheet-not-found',
    detail: 'this is neither the address nor the id of a spreadsheet',
  });
}
