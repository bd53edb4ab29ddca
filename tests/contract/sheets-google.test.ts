import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serviceAccountSchema } from '../../sheets/google/credentials.ts';
import { googleSource, type GoogleSheet } from '../../sheets/google/google-source.ts';
import { startSheetsDouble, type SheetHandle, type SheetsDouble } from '../doubles/sheets-api/double.ts';
import { computed } from '../doubles/sheets-api/grid.ts';
import type { PersonEdit } from '../doubles/sheets-api/person.ts';
import { Watched } from './sheets-poll.ts';

const HEADER = ['الاسم', 'رقم الهاتف', 'اسم المنتج', 'توتال السعر', 'الحالة', 'حالة الواتساب'];
const ORDERS = [
  ['Mona', '01012345601', 'Lamp', '500', 'جديد', ''],
  ['Adel', '01012345602', 'Lamp', '500', 'جديد', ''],
  ['Sara', '01012345603', 'Desk', '900', '', ''],
  ['Nour', '01012345604', 'Chair', '300', 'تم الشحن', ''],
];
const STATUS = 4;
const STATE = 5;

let double: SheetsDouble;
let sheet: SheetHandle;
const connect = (more: Partial<GoogleSheet> = {}): Watched =>
  new Watched(
    googleSource({
      spreadsheet: sheet.id,
      credentials: serviceAccountSchema.parse(double.credentials()),
      apiUrl: double.url,
      ...more,
    }),
  );
const known = async (): Promise<Watched> => {
  const watched = connect();
  await watched.poll();
  double.resetCounts();
  return watched;
};
const cell = (name: string, column: number): string | undefined =>
  sheet.texts().find(([first]) => first === name)?.[column];

beforeAll(async () => {
  double = await startSheetsDouble();
});
afterAll(() => double.close());
beforeEach(() => {
  double.heal();
  double.restoreKey();
  double.driveEnabled(true);
  double.quirks.blankCellsMatch = true;
  double.quirks.metadataCharacters = 30_000;
  double.resetCounts();
  sheet = double.create([HEADER, ...ORDERS]);
});

describe('a Google sheet', () => {
  it('is read in one request, and not at all while its modified time stands still', async () => {
    const watched = await known();
    // Pinning was a change of the file too.
    await watched.poll();
    double.resetCounts();
    expect(await watched.poll({ conditional: true })).toBeNull();
    expect(double.counts()).toEqual({ 'drive.files.get': 1 });
    sheet.person({ do: 'edit', row: 1, column: STATUS, text: 'مؤكد' });
    await watched.poll({ conditional: true });
    expect(double.counts()).toEqual({ 'drive.files.get': 2, getByDataFilter: 1 });
  });

  it('is read all the same where the Drive API is switched off, which is asked once', async () => {
    double.driveEnabled(false);
    const watched = await known();
    await watched.poll({ conditional: true });
    expect(double.counts()).toEqual({ getByDataFilter: 1 });
  });

  it('is a baseline at the first connection, and tells five new rows as five', async () => {
    const watched = connect();
    expect(await watched.poll()).toMatchObject({ kind: 'baseline' });
    for (let index = 0; index < 5; index += 1)
      sheet.person({ do: 'append', texts: [`New ${index}`, `0111234560${index}`, 'Lamp', '5', '', ''] });
    expect(await watched.told()).toEqual([0, 1, 2, 3, 4].map((index) => `new-order:New ${index}`));
    expect(await watched.changes()).toEqual([]);
  });

  it('with 3,000 old rows is one read, and not one of them is news, however long it is watched', async () => {
    const old = Array.from({ length: 3_000 }, (_, index) => [
      `Name ${index % 900}`,
      `010${10_000_000 + index}`,
      'Lamp',
      '5',
      index % 3 === 0 ? 'تم الشحن' : '',
      '',
    ]);
    sheet = double.create([HEADER, ...old]);
    const watched = connect({ tabId: sheet.sheetId });
    await watched.poll();
    sheet.person(
      { do: 'sort', column: 0 },
      { do: 'append', texts: ['Late', '01112345600', 'Lamp', '5', '', ''] },
    );
    double.resetCounts();
    expect(await watched.told()).toEqual(['new-order:Late']);
    expect(double.counts().getByDataFilter).toBe(1);
    expect(await watched.changes()).toEqual([]);
  });

  it('offers the same new rows again after a crash between pinning and storing, under the same keys', async () => {
    const watched = await known();
    const before = watched.memory;
    sheet.person({ do: 'append', texts: ['Late', '01112345600', 'Lamp', '5', '', ''] });
    const [first] = await watched.changes();
    watched.memory = before;
    const [again] = await watched.changes();
    expect(again?.rowKey).toBe(first?.rowKey);
  });

  const harmless: [string, PersonEdit][] = [
    ['an empty row inserted above', { do: 'insert-row', row: 1 }],
    ['a row dragged', { do: 'drag-row', row: 1, to: 3 }],
    ['a sort that leaves the pinned ids behind', { do: 'sort', column: 0, descending: true }],
    ['a sort that takes the pinned ids along', { do: 'sort', column: 0, descending: true, carry: true }],
    ['a row cut and pasted below', { do: 'cut-paste', row: 1, to: 7 }],
    ['a column inserted', { do: 'insert-column', column: 1, header: 'تتبع' }],
    ['a column moved', { do: 'move-column', column: 4, to: 0 }],
    ['a header renamed to another of its names', { do: 'rename-header', column: 1, text: 'الموبايل' }],
    ['the tab renamed', { do: 'rename-tab', title: "Year's orders" }],
    ['the tabs reordered', { do: 'reorder-tabs' }],
  ];
  it.each(harmless)('says nothing about %s, and still writes to the right row', async (_, change) => {
    const watched = await known();
    const adel = watched.keyOf('Adel');
    sheet.person(change);
    expect(await watched.changes()).toEqual([]);
    expect(
      await watched.write({ rowKey: adel, expect: { status: 'جديد' }, set: { status: 'مؤكد' } }),
    ).toEqual({ written: true });
    expect(
      sheet
        .texts()
        .filter((row) => row.includes('مؤكد'))
        .map((row) => row.includes('Adel')),
    ).toEqual([true]);
  });

  it('tells a deleted row as gone, and its paste a poll later as come back', async () => {
    const watched = await known();
    const mona = watched.keyOf('Mona');
    sheet.person({ do: 'delete-row', row: 1 });
    expect(await watched.changes()).toEqual([{ kind: 'disappeared', rowKey: mona }]);
    sheet.person({ do: 'append', texts: ORDERS[0] ?? [] });
    expect(await watched.changes()).toMatchObject([{ kind: 'reappeared', rowKey: mona }]);
  });

  it.each<[string, PersonEdit, string]>([
    ['empty for one poll', { do: 'clear' }, 'empty'],
    ['without its phone column', { do: 'delete-column', column: 1 }, 'unclear-columns'],
    ['with a second phone column', { do: 'insert-column', column: 0, header: 'Phone' }, 'unclear-columns'],
    [
      'with a column of order ids that was not there',
      { do: 'insert-column', column: 0, header: 'رقم الطلب' },
      'other-columns',
    ],
  ])('is not believed %s', async (_, change, reason) => {
    const watched = await known();
    const before = watched.memory;
    sheet.person(change);
    expect(await watched.poll()).toMatchObject({ kind: 'suspicious', suspicion: { reason } });
    expect(watched.memory).toBe(before);
  });

  it('is found by the tab in the address, and refused when that tab is not there', async () => {
    const watched = connect({
      spreadsheet: `https://docs.google.com/spreadsheets/d/${sheet.id}/edit#gid=${sheet.sheetId}`,
    });
    sheet.person({ do: 'reorder-tabs' });
    await watched.poll();
    expect(watched.reading?.rows).toHaveLength(4);
    const absent = connect({ tabId: 999 });
    const error: unknown = await absent.poll().catch((thrown: unknown) => thrown);
    expect(absent.source.classify(error)).toMatchObject({ class: 'permanent', reason: 'tab-not-found' });
  });

  it('keeps orders apart by memory alone where Google keeps no more ids', async () => {
    double.quirks.metadataCharacters = 40;
    const watched = connect();
    await watched.poll();
    expect(sheet.rows().filter(({ metadata }) => metadata.length > 0)).toHaveLength(0);
    sheet.person({ do: 'sort', column: 0 }, { do: 'edit', row: 1, column: STATUS, text: 'مؤكد' });
    expect(await watched.told()).toEqual(['status:Adel']);
  });
});

describe('phones that the sheet took for formulas', () => {
  it('are read once more as they were typed, for their rows only', async () => {
    sheet.person(
      { do: 'edit', row: 2, column: 1, text: '=+20 102 083 8442' },
      { do: 'edit', row: 3, column: 1, text: '+966 50 123 4567' },
    );
    const watched = connect();
    await watched.poll();
    const formulas = (): (string | undefined)[] | undefined =>
      watched.reading?.rows.map(({ cells }) => cells[1]?.formula);
    expect(formulas()).toEqual([undefined, '=+20 102 083 8442', '=+966 50 123 4567', undefined]);
    expect(double.counts()).toMatchObject({ getByDataFilter: 2 });
  });

  it('are left for the next poll when the rows moved between the two requests', async () => {
    sheet.person(
      { do: 'edit', row: 2, column: 1, text: '=+20 102 083 8442' },
      { do: 'edit', row: 3, column: 1, text: '=+966 50 123 4567' },
    );
    const watched = connect({ tabId: sheet.sheetId });
    const formulas = (): (string | undefined)[] | undefined =>
      watched.reading?.rows.map(({ cells }) => cells[1]?.formula);
    sheet.personAfter('getByDataFilter', { do: 'delete-row', row: 1 });
    await watched.poll();
    expect(formulas()).toEqual([undefined, undefined, undefined, undefined]);
    await watched.poll();
    expect(formulas()).toEqual(['=+20 102 083 8442', '=+966 50 123 4567', undefined]);
  });
});

describe('writing back to a Google sheet', () => {
  it('writes status and message state in two requests, and touches nothing else', async () => {
    const watched = await known();
    const before = sheet.texts();
    const change = {
      rowKey: watched.keyOf('Adel'),
      expect: { status: ' جديد ' },
      set: { status: 'تم التأكيد', messageState: 'قُرئت' },
    };
    expect(await watched.write(change)).toEqual({ written: true });
    expect(double.counts()).toEqual({ getByDataFilter: 1, batchUpdate: 1 });
    expect(sheet.texts()).toEqual(
      before.map((row) => (row[0] === 'Adel' ? row.with(STATUS, 'تم التأكيد').with(STATE, 'قُرئت') : row)),
    );
    expect(await watched.write(change)).toEqual({ written: true });
    expect(double.counts()).toEqual({ getByDataFilter: 2, batchUpdate: 1 });
  });

  it.each([true, false])(
    'fills an empty status, whether or not Google finds empty cells (%s)',
    async (blankCellsMatch) => {
      double.quirks.blankCellsMatch = blankCellsMatch;
      const watched = await known();
      expect(
        await watched.write({
          rowKey: watched.keyOf('Sara'),
          expect: { status: '' },
          set: { status: 'مؤكد', messageState: '$1' },
        }),
      ).toEqual({ written: true });
      expect([cell('Sara', STATUS), cell('Sara', STATE)]).toEqual(['مؤكد', '$1']);
    },
  );

  it.each(['getByDataFilter', 'batchUpdate'] as const)(
    'leaves a status alone that a person changed just before %s',
    async (kind) => {
      const watched = await known();
      const rowKey = watched.keyOf('Adel');
      sheet.personBefore(kind, { do: 'edit', row: 2, column: STATUS, text: 'ملغي' });
      expect(
        await watched.write({
          rowKey,
          expect: { status: 'جديد' },
          set: { status: 'مؤكد', messageState: 'x' },
        }),
      ).toEqual({ written: false, why: 'changed' });
      expect([cell('Adel', STATUS), cell('Adel', STATE)]).toEqual(['ملغي', '']);
    },
  );

  it.each<[string, PersonEdit]>([
    [
      'a row is inserted above',
      { do: 'insert-row', row: 1, texts: ['Other', '01512345678', 'Lamp', '500', 'جديد', ''] },
    ],
    ['the row above is deleted', { do: 'delete-row', row: 1 }],
    ['the sheet is sorted', { do: 'sort', column: 0, descending: true }],
    ['a column is inserted', { do: 'insert-column', column: 0, header: 'تتبع' }],
    ['the tab is renamed', { do: 'rename-tab', title: 'x' }],
  ])('finds its row again when %s between finding and writing', async (_, change) => {
    const watched = await known();
    const rowKey = watched.keyOf('Adel');
    sheet.personBefore('batchUpdate', change);
    const outcome = await watched
      .write({ rowKey, expect: { status: 'جديد' }, set: { status: 'مؤكد' } })
      .catch((error: unknown) => watched.source.classify(error).class);
    if (outcome === 'permanent')
      await watched.write({ rowKey, expect: { status: 'جديد' }, set: { status: 'مؤكد' } });
    expect(
      sheet
        .texts()
        .filter((row) => row.includes('مؤكد'))
        .map((row) => row.includes('Adel')),
    ).toEqual([true]);
    expect(
      sheet
        .texts()
        .filter((row) => row.includes('جديد'))
        .some((row) => row.includes('Adel')),
    ).toBe(false);
  });

  it('says that a row is gone, that a cell is computed, that a column is missing', async () => {
    const watched = await known();
    const [adel, mona] = [watched.keyOf('Adel'), watched.keyOf('Mona')];
    sheet.person({ do: 'delete-row', row: 2 });
    expect(
      await watched.write({ rowKey: adel, expect: { status: 'جديد' }, set: { status: 'مؤكد' } }),
    ).toEqual({ written: false, why: 'gone' });
    const row = sheet.rows()[1];
    if (row !== undefined) row.cells[STATUS] = computed('=VLOOKUP(A2;X:Y;2)', 'جديد');
    expect(
      await watched.write({ rowKey: mona, expect: { status: 'جديد' }, set: { status: 'مؤكد' } }),
    ).toEqual({ written: false, why: 'formula' });
    sheet.person({ do: 'delete-column', column: STATE });
    expect(
      await watched.write({ rowKey: mona, expect: { status: 'جديد' }, set: { messageState: 'x' } }),
    ).toEqual({ written: false, why: 'no-column' });
  });

  describe('for many orders at once', () => {
    const IDS = ['رقم الطلب', ...HEADER];
    const withIds = (): SheetHandle =>
      double.create([IDS, ...Array.from({ length: 50 }, (_, index) => [`A${index}`, ...(ORDERS[1] ?? [])])]);
    const confirm = (order: string): Parameters<Watched['write']>[0] => ({
      rowKey: `id:${order.toLowerCase()}`,
      expect: { status: 'جديد' },
      set: { status: 'مؤكد' },
    });
    const statuses = (): (string | undefined)[] =>
      sheet.texts().flatMap((row) => (row[IDS.indexOf('الحالة')] === 'مؤكد' ? [row[0]] : []));

    it('reads the whole tab once where its rows name their orders, then two rows at a time', async () => {
      sheet = withIds();
      const watched = await known();
      for (let index = 0; index < 50; index += 1)
        expect(await watched.write(confirm(`A${index}`))).toEqual({ written: true });
      expect(double.counts()).toEqual({ getByDataFilter: 50, batchUpdate: 50 });
      expect(double.rowsRead()).toBe(51 + 49 * 2);
      expect(statuses()).toHaveLength(50);
    });

    it('reads it each time where nothing but the place tells two rows apart', async () => {
      const watched = await known();
      for (const name of ['Mona', 'Adel'])
        await watched.write({
          rowKey: watched.keyOf(name),
          expect: { status: 'جديد' },
          set: { status: 'مؤكد' },
        });
      expect(double.counts()).toEqual({ getByDataFilter: 2, batchUpdate: 2 });
    });

    it.each<[string, PersonEdit]>([
      ['inserts a row', { do: 'insert-row', row: 1, texts: ['A99', ...(ORDERS[2] ?? [])] }],
      ['deletes a row', { do: 'delete-row', row: 1 }],
      ['sorts', { do: 'sort', column: 0, descending: true }],
      ['moves the column', { do: 'move-column', column: 5, to: 1 }],
      ['renames the tab', { do: 'rename-tab', title: 'x' }],
    ])('finds the right rows when a person %s between two of them', async (_, change) => {
      sheet = withIds();
      const watched = await known();
      await watched.write(confirm('A7'));
      sheet.person(change);
      expect(await watched.write(confirm('A30'))).toEqual({ written: true });
      const column = (sheet.texts()[0] ?? []).indexOf('الحالة');
      expect(sheet.texts().flatMap((row) => (row[column] === 'مؤكد' ? [row[0]] : []))).toEqual(
        expect.arrayContaining(['A7', 'A30']),
      );
      expect(sheet.texts().filter((row) => row[column] === 'مؤكد')).toHaveLength(2);
    });

    it('leaves alone what a person changes between two of them, and says so', async () => {
      sheet = withIds();
      const watched = await known();
      await watched.write(confirm('A7'));
      sheet.person({ do: 'edit', row: 31, column: IDS.indexOf('الحالة'), text: 'ملغي' });
      expect(await watched.write(confirm('A30'))).toEqual({ written: false, why: 'changed' });
      expect(statuses()).toEqual(['A7']);
      sheet.person({ do: 'delete-row', row: 11 });
      expect(await watched.write(confirm('A10'))).toEqual({ written: false, why: 'gone' });
    });
  });

  it('refuses what a sheet would compute', async () => {
    const watched = await known();
    await expect(
      watched.write({ rowKey: watched.keyOf('Adel'), expect: { status: 'جديد' }, set: { status: '=1+1' } }),
    ).rejects.toThrow(RangeError);
  });
});

describe('failures of Google', () => {
  const failureOf = async (watched: Watched): Promise<unknown> =>
    watched.source.classify(await watched.poll().catch((error: unknown) => error));

  it('are classified, tried once by the library, and cost nothing', async () => {
    const watched = await known();
    double.fail({ kind: 'error', code: 429, retryAfter: 7, to: 'getByDataFilter' });
    expect(await failureOf(watched)).toMatchObject({
      class: 'throttled',
      reason: 'quota',
      retryAfterMs: 7_000,
    });
    for (const code of [500, 503]) {
      double.fail({ kind: 'error', code, to: 'getByDataFilter' });
      expect(await failureOf(watched)).toMatchObject({ class: 'retryable', reason: `http-${code}` });
    }
    double.fail({ kind: 'reset', to: 'getByDataFilter' });
    expect(await failureOf(watched)).toMatchObject({ class: 'retryable', reason: 'econnreset' });
    double.fail({ kind: 'error', code: 403, to: 'getByDataFilter' });
    expect(await failureOf(watched)).toMatchObject({ class: 'auth', reason: 'not-shared' });
    expect(double.counts()).toEqual({ 'drive.files.get': 5, getByDataFilter: 5 });
    sheet.person({ do: 'edit', row: 1, column: STATUS, text: 'مؤكد' });
    expect(await watched.told()).toEqual(['status:Mona']);
  });

  it('with a token that was refused before its time are over with the next token', async () => {
    const watched = await known();
    double.expireTokens();
    await watched.poll();
    expect(double.counts()).toMatchObject({ token: 1, getByDataFilter: 2 });
    double.expireTokens();
    double.revokeKey();
    expect(await failureOf(watched)).toMatchObject({ class: 'auth', reason: 'key-refused' });
  });

  it('of the token endpoint are tried once too, and a deleted key is a matter for a person', async () => {
    double.fail({ kind: 'error', code: 503, to: 'token', times: 2 });
    const watched = connect();
    expect(await failureOf(watched)).toMatchObject({ class: 'retryable', reason: 'http-503' });
    expect(double.counts()).toEqual({ token: 2 });
    double.heal();
    double.revokeKey();
    expect(await failureOf(connect())).toMatchObject({ class: 'auth', reason: 'key-refused' });
  });

  it('with an unreachable, missing or damaged sheet or key are told apart', async () => {
    expect(await failureOf(connect({ spreadsheet: 'no-such-spreadsheet' }))).toMatchObject({
      class: 'permanent',
      reason: 'sheet-not-found',
    });
    const broken = {
      ...serviceAccountSchema.parse(double.credentials()),
      private_key: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n',
    };
    expect(await failureOf(connect({ credentials: broken }))).toMatchObject({
      class: 'auth',
      reason: 'key-unreadable',
    });
    await double.down();
    expect(await failureOf(connect())).toMatchObject({ class: 'retryable', reason: 'econnrefused' });
    await double.up();
  });

  it('after an answer was lost on the way, the write is found done', async () => {
    const watched = await known();
    const change = {
      rowKey: watched.keyOf('Adel'),
      expect: { status: 'جديد' },
      set: { status: 'مؤكد', messageState: 'x' },
    };
    double.fail({ kind: 'accept-then-reset', to: 'batchUpdate' });
    expect(
      watched.source.classify(await watched.write(change).catch((error: unknown) => error)),
    ).toMatchObject({ class: 'retryable' });
    expect(await watched.write(change)).toEqual({ written: true });
  });
});

describe('a sheet with the merchant’s own order ids', () => {
  it('takes them for identity, holds rows that share one, and says so', async () => {
    sheet = double.create([['رقم الطلب', ...HEADER], ...ORDERS.map((row, index) => [`A-${index}`, ...row])]);
    const watched = connect();
    await watched.poll();
    expect(double.counts()).toEqual({ token: 1, 'drive.files.get': 1, get: 1, getByDataFilter: 1 });
    sheet.person(
      { do: 'duplicate-row', row: 1, to: 3 },
      { do: 'edit', row: 3, column: STATUS + 1, text: 'ملغي' },
      { do: 'append', texts: ['', 'Zein', '01112345678', 'Lamp', '5', '', ''] },
    );
    expect(await watched.changes()).toEqual([]);
    expect(watched.reading?.problems).toEqual([
      { kind: 'missing-order-id', place: 7 },
      { kind: 'duplicate-order-id', rowKey: 'id:a-0', places: [2, 4] },
    ]);
    sheet.person(
      { do: 'delete-row', row: 3 },
      { do: 'edit', row: 1, column: STATUS + 1, text: 'مؤكد' },
      { do: 'sort', column: 2 },
    );
    expect(await watched.told()).toEqual(['status:Mona']);
  });
});

describe('a sheet edited at random', () => {
  it('never gives an order to another customer, and tells each new row once', async () => {
    const at = fc.integer({ min: 1, max: 8 });
    const anEdit: fc.Arbitrary<PersonEdit> = fc.oneof(
      at.map((row): PersonEdit => ({ do: 'insert-row', row })),
      at.map((row): PersonEdit => ({ do: 'delete-row', row })),
      fc.tuple(at, at).map(([row, to]): PersonEdit => ({ do: 'drag-row', row, to })),
      fc
        .tuple(at, at, fc.boolean())
        .map(([row, to, carry]): PersonEdit => ({ do: 'cut-paste', row, to, carry })),
      fc
        .tuple(fc.nat(2), fc.boolean(), fc.boolean())
        .map(([column, descending, carry]): PersonEdit => ({ do: 'sort', column, descending, carry })),
      fc
        .tuple(at, fc.constantFrom('جديد', 'مؤكد', 'تم الشحن'))
        .map(([row, text]): PersonEdit => ({ do: 'edit', row, column: STATUS, text })),
      fc.nat(99).map((serial): PersonEdit => ({
        do: 'append',
        texts: [`Guest ${serial}`, `015123456${String(serial).padStart(2, '0')}`, 'Lamp', '5', 'جديد', ''],
      })),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(anEdit, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 }),
        async (polls) => {
          sheet = double.create([HEADER, ...ORDERS]);
          const watched = connect({ tabId: sheet.sheetId });
          await watched.poll();
          const customers = new Map<string, string>();
          const note = (): void => {
            for (const { rowKey, cells } of watched.reading?.rows ?? []) {
              if (rowKey === null) continue;
              const phone = cells[1]?.formatted ?? '';
              expect(customers.get(rowKey) ?? phone).toBe(phone);
              customers.set(rowKey, phone);
            }
          };
          note();
          for (const edits of polls) {
            const present = new Set(watched.memory.rows.map(({ rowKey }) => rowKey));
            sheet.person(...edits);
            const comparison = await watched.poll();
            if (comparison?.kind !== 'changes') continue;
            note();
            for (const change of comparison.changes)
              if (change.kind === 'new-order') expect(present.has(change.rowKey)).toBe(false);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
