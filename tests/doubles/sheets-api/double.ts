import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { answerThrough, createFaults, type FaultPlan } from '../far-end/faults.ts';
import { startServer, type Heard } from '../far-end/server.ts';
import { addressed, answer, type RequestKind } from './api.ts';
import type { Quirks } from './find-replace.ts';
import { answerControl } from './control.ts';
import { rowOf, type Cell, type Row, type Spreadsheet } from './grid.ts';
import { edit, type PersonEdit } from './person.ts';
import { tokenOffice } from './token.ts';
import { recalculate } from './recalculate.ts';
import { Refused } from './view.ts';

/** Google's Sheets API (and the little of Drive and OAuth beside it) on loopback, with people editing the sheets. */
export interface SheetsDouble {
  /** `SHEETS_API_URL`. */
  readonly url: string;
  /** The service account's JSON key; its `token_uri` is this double's. */
  credentials(): ServiceAccountKey;
  /** A new spreadsheet whose one tab holds these rows; the first is the header. */
  create(
    rows: readonly (readonly (string | Cell)[])[],
    options?: { id?: string; title?: string },
  ): SheetHandle;
  sheet(id: string): SheetHandle;
  /** `plan.to` strikes one kind of request (`batchUpdate`), `plan.account` one spreadsheet. */
  fail(plan: FaultPlan): void;
  heal(): void;
  /** All tokens given out so far are refused. */
  expireTokens(): void;
  revokeKey(): void;
  restoreKey(): void;
  /** The Drive API is switched off in the project. */
  driveEnabled(enabled: boolean): void;
  quirks: Quirks;
  counts(): Readonly<Partial<Record<RequestKind, number>>>;
  /** Rows that were sent to whoever read. */
  rowsRead(): number;
  resetCounts(): void;
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

export interface SheetHandle {
  readonly id: string;
  readonly sheetId: number;
  person(...edits: PersonEdit[]): void;
  /** A person is faster: these edits happen just before the next request of this kind is answered. */
  personBefore(kind: RequestKind, ...edits: PersonEdit[]): void;
  /** The same, just after it is answered: between it and whatever is asked next. */
  personAfter(kind: RequestKind, ...edits: PersonEdit[]): void;
  /** What the sheet shows. */
  texts(): string[][];
  rows(): readonly Row[];
}

export interface ServiceAccountKey {
  readonly type: 'service_account';
  readonly client_email: string;
  readonly private_key: string;
  readonly private_key_id: string;
  readonly token_uri: string;
}

interface Pending {
  readonly when: 'before' | 'after';
  readonly kind: RequestKind;
  readonly spreadsheetId: string;
  readonly sheetId: number;
  readonly edits: readonly PersonEdit[];
}

export async function startSheetsDouble(
  options: { port?: number; host?: string; seed?: number } = {},
): Promise<SheetsDouble> {
  const spreadsheets = new Map<string, Spreadsheet>();
  const faults = createFaults(options.seed);
  const office = tokenOffice();
  const quirks: Quirks = { blankCellsMatch: true, metadataCharacters: 30_000 };
  let counts: Partial<Record<RequestKind, number>> = {};
  let rowsRead = 0;
  let pending: Pending[] = [];
  let driveEnabled = true;

  async function answerRequest(heard: Heard): Promise<void> {
    if (heard.path.startsWith('/control')) {
      answerControl(heard, double);
      return;
    }
    const target = addressed(heard);
    if (target === null) {
      heard.reply(404, problem(404, `no such method: ${heard.method} ${heard.path}`));
      return;
    }
    const { kind, spreadsheetId } = target;
    counts[kind] = (counts[kind] ?? 0) + 1;
    const struck = faults.next({ to: kind, account: spreadsheetId });
    await answerThrough(
      struck,
      heard,
      () => respond(kind, spreadsheetId, heard),
      ({ code, message }) => ({ status: code, body: problem(code, message ?? 'double') }),
    );
  }

  function respond(kind: RequestKind, id: string, heard: Heard): { status: number; body: unknown } {
    if (kind === 'token') return office.exchange(heard.raw.toString('utf8'));
    if (!office.valid(heard.headers.authorization))
      return { status: 401, body: problem(401, 'Request had invalid authentication credentials.') };
    if (kind === 'drive.files.get' && !driveEnabled)
      return {
        status: 403,
        body: problem(403, 'Google Drive API has not been used in project', 'accessNotConfigured'),
      };
    const sheet = spreadsheets.get(id);
    if (sheet === undefined) return { status: 404, body: problem(404, 'Requested entity was not found.') };
    // Taken before the answer, so that what is to follow this request does not precede it.
    const due = pending.filter((one) => one.kind === kind && one.spreadsheetId === id);
    pending = pending.filter((one) => !due.includes(one));
    const act = (when: Pending['when']): void => {
      for (const one of due)
        if (one.when === when) for (const each of one.edits) edit(sheet, one.sheetId, each);
    };
    act('before');
    try {
      const body = answer(kind, sheet, heard, quirks);
      if (kind === 'getByDataFilter') rowsRead += rowsIn(body);
      act('after');
      return { status: 200, body };
    } catch (error) {
      if (error instanceof Refused)
        return { status: error.status, body: problem(error.status, error.message) };
      throw error;
    }
  }

  const server = await startServer(options, answerRequest);
  const handle = (id: string): SheetHandle => {
    const sheet = spreadsheets.get(id);
    const first = sheet?.tabs[0];
    if (sheet === undefined || first === undefined) throw new RangeError(`no spreadsheet ${id}`);
    const { sheetId } = first;
    const rows = (): readonly Row[] => sheet.tabs.find((tab) => tab.sheetId === sheetId)?.rows ?? [];
    return {
      id,
      sheetId,
      person: (...edits) => edits.forEach((one) => edit(sheet, sheetId, one)),
      personBefore: (kind, ...edits) =>
        void pending.push({ when: 'before', kind, spreadsheetId: id, sheetId, edits }),
      personAfter: (kind, ...edits) =>
        void pending.push({ when: 'after', kind, spreadsheetId: id, sheetId, edits }),
      rows,
      texts: () => rows().map(({ cells }) => cells.map(({ shown }) => shown)),
    };
  };

  const double: SheetsDouble = {
    url: server.url,
    quirks,
    credentials: () => ({
      type: 'service_account',
      client_email: office.email,
      private_key: office.privateKey,
      private_key_id: office.keyId,
      token_uri: `${server.url}/token`,
    }),
    create(rows, { id = `double-${randomBytes(12).toString('base64url')}`, title = 'الطلبات' } = {}) {
      const other = { sheetId: 7, title: 'Other', rows: [rowOf(['nothing', 'here'])] };
      const orders = { sheetId: 41, title, rows: rows.map(rowOf) };
      recalculate(orders);
      spreadsheets.set(id, {
        id,
        tabs: [orders, other],
        modified: Date.now(),
        version: 1,
      });
      return handle(id);
    },
    sheet: handle,
    fail: (plan) => faults.add(plan),
    heal: () => faults.clear(),
    expireTokens: () => office.expire(),
    revokeKey: () => office.revoke(),
    restoreKey: () => office.restore(),
    driveEnabled: (enabled) => void (driveEnabled = enabled),
    counts: () => ({ ...counts }),
    rowsRead: () => rowsRead,
    resetCounts: () => {
      counts = {};
      rowsRead = 0;
    },
    down: () => server.down(),
    up: () => server.up(),
    close: () => server.close(),
  };
  return double;
}

const read = z.object({
  sheets: z.array(z.object({ data: z.array(z.object({ rowData: z.array(z.unknown()) })).default([]) })),
});
const rowsIn = (body: unknown): number =>
  read
    .parse(body)
    .sheets.flatMap(({ data }) => data)
    .reduce((sum, { rowData }) => sum + rowData.length, 0);

const problem = (code: number, message: string, reason?: string): unknown => ({
  error: {
    code,
    message,
    status: STATUS[code] ?? 'UNKNOWN',
    ...(reason === undefined ? {} : { errors: [{ reason, message }] }),
  },
});

const STATUS: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
};
