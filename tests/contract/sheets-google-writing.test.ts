import { describe, expect, it } from 'vitest';
import type { SheetHandle } from '../doubles/sheets-api/double.ts';
import { computed } from '../doubles/sheets-api/grid.ts';
import type { PersonEdit } from '../doubles/sheets-api/person.ts';
import { googleGround, HEADER, ORDERS, STATE, STATUS } from './sheets-google-ground.ts';
import type { Watched } from './sheets-poll.ts';

const google = googleGround();

describe('writing back to a Google sheet', () => {
  it('writes status and message state in two requests, and touches nothing else', async () => {
    const watched = await google.known();
    const before = google.sheet.texts();
    const change = {
      rowKey: watched.keyOf('Adel'),
      expect: { status: ' جديد ' },
      set: { status: 'تم التأكيد', messageState: 'قُرئت' },
    };
    expect(await watched.write(change)).toEqual({ written: true });
    expect(google.double.counts()).toEqual({ getByDataFilter: 1, batchUpdate: 1 });
    expect(google.sheet.texts()).toEqual(
      before.map((row) => (row[0] === 'Adel' ? row.with(STATUS, 'تم التأكيد').with(STATE, 'قُرئت') : row)),
    );
    expect(await watched.write(change)).toEqual({ written: true });
    expect(google.double.counts()).toEqual({ getByDataFilter: 2, batchUpdate: 1 });
  });

  it('writes in the right row below a title and an empty row', async () => {
    google.sheet = google.double.create([['طلبات شهر مارس'], [], HEADER, ...ORDERS]);
    const watched = google.connect();
    expect(await watched.poll()).toMatchObject({ kind: 'baseline' });
    expect(
      await watched.write({
        rowKey: watched.keyOf('Adel'),
        expect: { status: 'جديد' },
        set: { status: 'مؤكد' },
      }),
    ).toEqual({ written: true });
    expect(google.namesWith('مؤكد')).toEqual(['Adel']);
    google.sheet.person({ do: 'insert-row', row: 0, texts: ['راجعها محمود'] });
    expect(await watched.told()).toEqual(['status:Adel']);
  });

  it.each([true, false])(
    'fills an empty status, whether or not Google finds empty cells (%s)',
    async (blankCellsMatch) => {
      google.double.quirks.blankCellsMatch = blankCellsMatch;
      const watched = await google.known();
      expect(
        await watched.write({
          rowKey: watched.keyOf('Sara'),
          expect: { status: '' },
          set: { status: 'مؤكد', messageState: '$1' },
        }),
      ).toEqual({ written: true });
      expect([google.cell('Sara', STATUS), google.cell('Sara', STATE)]).toEqual(['مؤكد', '$1']);
    },
  );

  it.each(['getByDataFilter', 'batchUpdate'] as const)(
    'leaves a status alone that a person changed just before %s',
    async (kind) => {
      const watched = await google.known();
      const rowKey = watched.keyOf('Adel');
      google.sheet.personBefore(kind, { do: 'edit', row: 2, column: STATUS, text: 'ملغي' });
      expect(
        await watched.write({
          rowKey,
          expect: { status: 'جديد' },
          set: { status: 'مؤكد', messageState: 'x' },
        }),
      ).toEqual({ written: false, why: 'changed' });
      expect([google.cell('Adel', STATUS), google.cell('Adel', STATE)]).toEqual(['ملغي', '']);
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
    const watched = await google.known();
    const rowKey = watched.keyOf('Adel');
    google.sheet.personBefore('batchUpdate', change);
    const outcome = await watched
      .write({ rowKey, expect: { status: 'جديد' }, set: { status: 'مؤكد' } })
      .catch((error: unknown) => watched.source.classify(error).class);
    if (outcome === 'permanent')
      await watched.write({ rowKey, expect: { status: 'جديد' }, set: { status: 'مؤكد' } });
    expect(google.namesWith('مؤكد')).toEqual(['Adel']);
    expect(google.namesWith('جديد')).not.toContain('Adel');
  });

  it('says that a row is gone, that a cell is computed, that a column is missing', async () => {
    const watched = await google.known();
    const [adel, mona] = [watched.keyOf('Adel'), watched.keyOf('Mona')];
    google.sheet.person({ do: 'delete-row', row: 2 });
    expect(
      await watched.write({ rowKey: adel, expect: { status: 'جديد' }, set: { status: 'مؤكد' } }),
    ).toEqual({ written: false, why: 'gone' });
    const row = google.sheet.rows()[1];
    if (row !== undefined) row.cells[STATUS] = computed('=VLOOKUP(A2;X:Y;2)', 'جديد');
    expect(
      await watched.write({ rowKey: mona, expect: { status: 'جديد' }, set: { status: 'مؤكد' } }),
    ).toEqual({ written: false, why: 'formula' });
    google.sheet.person({ do: 'delete-column', column: STATE });
    expect(
      await watched.write({ rowKey: mona, expect: { status: 'جديد' }, set: { messageState: 'x' } }),
    ).toEqual({ written: false, why: 'no-column' });
  });

  it('writes the status also where there is no place for the note about the message', async () => {
    const watched = await google.known();
    google.sheet.person({ do: 'delete-column', column: STATE });
    const change = { expect: { status: 'جديد' }, set: { status: 'مؤكد', messageState: 'x' } };
    expect(await watched.write({ rowKey: watched.keyOf('Adel'), ...change })).toEqual({ written: true });
    expect(google.namesWith('مؤكد')).toEqual(['Adel']);
  });

  describe('for many orders at once', () => {
    const IDS = ['رقم الطلب', ...HEADER];
    const withIds = (): SheetHandle =>
      google.double.create([
        IDS,
        ...Array.from({ length: 50 }, (_, index) => [`A${index}`, ...(ORDERS[1] ?? [])]),
      ]);
    const confirm = (order: string): Parameters<Watched['write']>[0] => ({
      rowKey: `id:${order.toLowerCase()}`,
      expect: { status: 'جديد' },
      set: { status: 'مؤكد' },
    });
    const statuses = (): (string | undefined)[] =>
      google.sheet.texts().flatMap((row) => (row[IDS.indexOf('الحالة')] === 'مؤكد' ? [row[0]] : []));

    it('reads the whole tab once where its rows name their orders, then two rows at a time', async () => {
      google.sheet = withIds();
      const watched = await google.known();
      for (let index = 0; index < 50; index += 1)
        expect(await watched.write(confirm(`A${index}`))).toEqual({ written: true });
      expect(google.double.counts()).toEqual({ getByDataFilter: 50, batchUpdate: 50 });
      expect(google.double.rowsRead()).toBe(51 + 49 * 2);
      expect(statuses()).toHaveLength(50);
    });

    it('reads it each time where nothing but the place tells two rows apart', async () => {
      const watched = await google.known();
      for (const name of ['Mona', 'Adel'])
        await watched.write({
          rowKey: watched.keyOf(name),
          expect: { status: 'جديد' },
          set: { status: 'مؤكد' },
        });
      expect(google.double.counts()).toEqual({ getByDataFilter: 2, batchUpdate: 2 });
    });

    it.each<[string, PersonEdit]>([
      ['inserts a row', { do: 'insert-row', row: 1, texts: ['A99', ...(ORDERS[2] ?? [])] }],
      ['deletes a row', { do: 'delete-row', row: 1 }],
      ['sorts', { do: 'sort', column: 0, descending: true }],
      ['moves the column', { do: 'move-column', column: 5, to: 1 }],
      ['renames the tab', { do: 'rename-tab', title: 'x' }],
    ])('finds the right rows when a person %s between two of them', async (_, change) => {
      google.sheet = withIds();
      const watched = await google.known();
      await watched.write(confirm('A7'));
      google.sheet.person(change);
      expect(await watched.write(confirm('A30'))).toEqual({ written: true });
      const column = (google.sheet.texts()[0] ?? []).indexOf('الحالة');
      expect(google.sheet.texts().flatMap((row) => (row[column] === 'مؤكد' ? [row[0]] : []))).toEqual(
        expect.arrayContaining(['A7', 'A30']),
      );
      expect(google.sheet.texts().filter((row) => row[column] === 'مؤكد')).toHaveLength(2);
    });

    it('leaves alone what a person changes between two of them, and says so', async () => {
      google.sheet = withIds();
      const watched = await google.known();
      await watched.write(confirm('A7'));
      google.sheet.person({ do: 'edit', row: 31, column: IDS.indexOf('الحالة'), text: 'ملغي' });
      expect(await watched.write(confirm('A30'))).toEqual({ written: false, why: 'changed' });
      expect(statuses()).toEqual(['A7']);
      google.sheet.person({ do: 'delete-row', row: 11 });
      expect(await watched.write(confirm('A10'))).toEqual({ written: false, why: 'gone' });
    });
  });

  it('refuses what a sheet would compute', async () => {
    const watched = await google.known();
    await expect(
      watched.write({ rowKey: watched.keyOf('Adel'), expect: { status: 'جديد' }, set: { status: '=1+1' } }),
    ).rejects.toThrow(RangeError);
  });
});
