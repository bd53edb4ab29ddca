import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serviceAccountSchema } from '../../sheets/google/credentials.ts';
import type { PersonEdit } from '../doubles/sheets-api/person.ts';
import { googleGround, HEADER, ORDERS, STATUS } from './sheets-google-ground.ts';
import type { Watched } from './sheets-poll.ts';

const google = googleGround();

describe('a Google sheet', () => {
  it('is read in one request, and not at all while its modified time stands still', async () => {
    const watched = await google.known();
    // Pinning was a change of the file too.
    await watched.poll();
    google.double.resetCounts();
    expect(await watched.poll({ conditional: true })).toBeNull();
    expect(google.double.counts()).toEqual({ 'drive.files.get': 1 });
    google.sheet.person({ do: 'edit', row: 1, column: STATUS, text: 'مؤكد' });
    await watched.poll({ conditional: true });
    expect(google.double.counts()).toEqual({ 'drive.files.get': 2, getByDataFilter: 1 });
  });

  it('is read all the same where the Drive API is switched off, which is asked once', async () => {
    google.double.driveEnabled(false);
    const watched = await google.known();
    await watched.poll({ conditional: true });
    expect(google.double.counts()).toEqual({ getByDataFilter: 1 });
  });

  it('is a baseline at the first connection, and tells five new rows as five', async () => {
    const watched = google.connect();
    expect(await watched.poll()).toMatchObject({ kind: 'baseline' });
    for (let index = 0; index < 5; index += 1)
      google.sheet.person({
        do: 'append',
        texts: [`New ${index}`, `0111234560${index}`, 'Lamp', '5', '', ''],
      });
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
    google.sheet = google.double.create([HEADER, ...old]);
    const watched = google.connect({ tabId: google.sheet.sheetId });
    await watched.poll();
    google.sheet.person(
      { do: 'sort', column: 0 },
      { do: 'append', texts: ['Late', '01112345600', 'Lamp', '5', '', ''] },
    );
    google.double.resetCounts();
    expect(await watched.told()).toEqual(['new-order:Late']);
    expect(google.double.counts().getByDataFilter).toBe(1);
    expect(await watched.changes()).toEqual([]);
  });

  it('offers the same new rows again after a crash between pinning and storing, under the same keys', async () => {
    const watched = await google.known();
    const before = watched.memory;
    google.sheet.person({ do: 'append', texts: ['Late', '01112345600', 'Lamp', '5', '', ''] });
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
    const watched = await google.known();
    const adel = watched.keyOf('Adel');
    google.sheet.person(change);
    expect(await watched.changes()).toEqual([]);
    expect(
      await watched.write({ rowKey: adel, expect: { status: 'جديد' }, set: { status: 'مؤكد' } }),
    ).toEqual({ written: true });
    expect(google.namesWith('مؤكد')).toEqual(['Adel']);
  });

  it('tells a deleted row as gone, and its paste a poll later as come back', async () => {
    const watched = await google.known();
    const mona = watched.keyOf('Mona');
    google.sheet.person({ do: 'delete-row', row: 1 });
    expect(await watched.changes()).toEqual([{ kind: 'disappeared', rowKey: mona }]);
    google.sheet.person({ do: 'append', texts: ORDERS[0] ?? [] });
    expect(await watched.changes()).toMatchObject([{ kind: 'reappeared', rowKey: mona }]);
  });

  it.each<[string, PersonEdit, string]>([
    ['empty for one poll', { do: 'clear' }, 'sheet-empty'],
    ['without its phone column', { do: 'delete-column', column: 1 }, 'unclear-columns'],
    ['with a second phone column', { do: 'insert-column', column: 0, header: 'Phone' }, 'unclear-columns'],
    [
      'with a column of order ids that was not there',
      { do: 'insert-column', column: 0, header: 'رقم الطلب' },
      'other-columns',
    ],
  ])('is not believed %s', async (_, change, reason) => {
    const watched = await google.known();
    const before = watched.memory;
    google.sheet.person(change);
    expect(await watched.poll()).toMatchObject({ kind: 'suspicious', suspicion: { reason } });
    expect(watched.memory).toBe(before);
  });

  it('is found by the tab in the address, and refused when that tab is not there', async () => {
    const watched = google.connect({
      spreadsheet: `https://docs.google.com/spreadsheets/d/${google.sheet.id}/edit#gid=${google.sheet.sheetId}`,
    });
    google.sheet.person({ do: 'reorder-tabs' });
    await watched.poll();
    expect(watched.reading?.rows).toHaveLength(4);
    const absent = google.connect({ tabId: 999 });
    const error: unknown = await absent.poll().catch((thrown: unknown) => thrown);
    expect(absent.source.classify(error)).toMatchObject({ class: 'permanent', reason: 'tab-not-found' });
  });

  it('keeps orders apart by memory alone where Google keeps no more ids', async () => {
    google.double.quirks.metadataCharacters = 40;
    const watched = google.connect();
    await watched.poll();
    expect(google.sheet.rows().filter(({ metadata }) => metadata.length > 0)).toHaveLength(0);
    google.sheet.person({ do: 'sort', column: 0 }, { do: 'edit', row: 1, column: STATUS, text: 'مؤكد' });
    expect(await watched.told()).toEqual(['status:Adel']);
  });
});

describe('phones that the sheet took for formulas', () => {
  it('are read once more as they were typed, for their rows only', async () => {
    google.sheet.person(
      { do: 'edit', row: 2, column: 1, text: '=+20 102 083 8442' },
      { do: 'edit', row: 3, column: 1, text: '+966 50 123 4567' },
    );
    const watched = google.connect();
    await watched.poll();
    const formulas = (): (string | undefined)[] | undefined =>
      watched.reading?.rows.map(({ cells }) => cells[1]?.formula);
    expect(formulas()).toEqual([undefined, '=+20 102 083 8442', '=+966 50 123 4567', undefined]);
    expect(google.double.counts()).toMatchObject({ getByDataFilter: 2 });
  });

  it('are left for the next poll when the rows moved between the two requests', async () => {
    google.sheet.person(
      { do: 'edit', row: 2, column: 1, text: '=+20 102 083 8442' },
      { do: 'edit', row: 3, column: 1, text: '=+966 50 123 4567' },
    );
    const watched = google.connect({ tabId: google.sheet.sheetId });
    const formulas = (): (string | undefined)[] | undefined =>
      watched.reading?.rows.map(({ cells }) => cells[1]?.formula);
    google.sheet.personAfter('getByDataFilter', { do: 'delete-row', row: 1 });
    await watched.poll();
    expect(formulas()).toEqual([undefined, undefined, undefined, undefined]);
    await watched.poll();
    expect(formulas()).toEqual(['=+20 102 083 8442', '=+966 50 123 4567', undefined]);
  });
});

describe('failures of Google', () => {
  const failureOf = async (watched: Watched): Promise<unknown> =>
    watched.source.classify(await watched.poll().catch((error: unknown) => error));

  it('are classified, tried once by the library, and cost nothing', async () => {
    const watched = await google.known();
    google.double.fail({ kind: 'error', code: 429, retryAfter: 7, to: 'getByDataFilter' });
    expect(await failureOf(watched)).toMatchObject({
      class: 'throttled',
      reason: 'quota',
      retryAfterMs: 7_000,
    });
    for (const code of [500, 503]) {
      google.double.fail({ kind: 'error', code, to: 'getByDataFilter' });
      expect(await failureOf(watched)).toMatchObject({ class: 'retryable', reason: 'google-unavailable' });
    }
    google.double.fail({ kind: 'reset', to: 'getByDataFilter' });
    expect(await failureOf(watched)).toMatchObject({ class: 'retryable', reason: 'sheet-unreachable' });
    google.double.fail({ kind: 'error', code: 403, to: 'getByDataFilter' });
    expect(await failureOf(watched)).toMatchObject({ class: 'auth', reason: 'not-shared' });
    expect(google.double.counts()).toEqual({ 'drive.files.get': 5, getByDataFilter: 5 });
    google.sheet.person({ do: 'edit', row: 1, column: STATUS, text: 'مؤكد' });
    expect(await watched.told()).toEqual(['status:Mona']);
  });

  it('with a token that was refused before its time are over with the next token', async () => {
    const watched = await google.known();
    google.double.expireTokens();
    await watched.poll();
    expect(google.double.counts()).toMatchObject({ token: 1, getByDataFilter: 2 });
    google.double.expireTokens();
    google.double.revokeKey();
    expect(await failureOf(watched)).toMatchObject({ class: 'auth', reason: 'key-refused' });
  });

  it('of the token endpoint are tried once too, and a deleted key is a matter for a person', async () => {
    google.double.fail({ kind: 'error', code: 503, to: 'token', times: 2 });
    const watched = google.connect();
    expect(await failureOf(watched)).toMatchObject({ class: 'retryable', reason: 'google-unavailable' });
    expect(google.double.counts()).toEqual({ token: 2 });
    google.double.heal();
    google.double.revokeKey();
    expect(await failureOf(google.connect())).toMatchObject({ class: 'auth', reason: 'key-refused' });
  });

  it('with an unreachable, missing or damaged sheet or key are told apart', async () => {
    expect(await failureOf(google.connect({ spreadsheet: 'no-such-spreadsheet' }))).toMatchObject({
      class: 'permanent',
      reason: 'sheet-not-found',
    });
    const broken = {
      ...serviceAccountSchema.parse(google.double.credentials()),
      private_key: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n',
    };
    expect(await failureOf(google.connect({ credentials: broken }))).toMatchObject({
      class: 'auth',
      reason: 'key-unreadable',
    });
    await google.double.down();
    expect(await failureOf(google.connect())).toMatchObject({
      class: 'retryable',
      reason: 'sheet-unreachable',
    });
    await google.double.up();
  });

  it('after an answer was lost on the way, the write is found done', async () => {
    const watched = await google.known();
    const change = {
      rowKey: watched.keyOf('Adel'),
      expect: { status: 'جديد' },
      set: { status: 'مؤكد', messageState: 'x' },
    };
    google.double.fail({ kind: 'accept-then-reset', to: 'batchUpdate' });
    expect(
      watched.source.classify(await watched.write(change).catch((error: unknown) => error)),
    ).toMatchObject({ class: 'retryable' });
    expect(await watched.write(change)).toEqual({ written: true });
  });
});

describe('a sheet with the merchant’s own order ids', () => {
  it('takes them for identity, holds rows that share one, and says so', async () => {
    google.sheet = google.double.create([
      ['رقم الطلب', ...HEADER],
      ...ORDERS.map((row, index) => [`A-${index}`, ...row]),
    ]);
    const watched = google.connect();
    await watched.poll();
    expect(google.double.counts()).toEqual({ token: 1, 'drive.files.get': 1, get: 1, getByDataFilter: 1 });
    google.sheet.person(
      { do: 'duplicate-row', row: 1, to: 3 },
      { do: 'edit', row: 3, column: STATUS + 1, text: 'ملغي' },
      { do: 'append', texts: ['', 'Zein', '01112345678', 'Lamp', '5', '', ''] },
    );
    expect(await watched.changes()).toEqual([]);
    expect(watched.reading?.problems).toEqual([
      { kind: 'missing-order-id', place: 7 },
      { kind: 'duplicate-order-id', rowKey: 'id:a-0', places: [2, 4] },
    ]);
    google.sheet.person(
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
          google.sheet = google.double.create([HEADER, ...ORDERS]);
          const watched = google.connect({ tabId: google.sheet.sheetId });
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
            google.sheet.person(...edits);
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
