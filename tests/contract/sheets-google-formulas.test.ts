import { describe, expect, it } from 'vitest';
import { computed, type Cell } from '../doubles/sheets-api/grid.ts';
import type { PersonEdit } from '../doubles/sheets-api/person.ts';
import { googleGround, HEADER, ORDERS, STATE, STATUS } from './sheets-google-ground.ts';
import type { Watched } from './sheets-poll.ts';

const google = googleGround();

const CONFIRMED = 'تم التأكيد';
const NET = HEADER.length;
const BONUS = NET + 1;
const FLAG = NET + 2;

/** What the merchant earns by each order, what the seller gets for it, and which orders still wait. */
const withFormulas = (orders: readonly (readonly (string | Cell)[])[] = ORDERS): (string | Cell)[][] => [
  [...HEADER, 'الصافي', 'العمولة', 'متابعة'],
  ...orders.map((order, index) => [
    ...order,
    `=IF(E${index + 2}="${CONFIRMED}",D${index + 2},0)`,
    index === 0 ? `=ARRAYFORMULA(IF(E2:E="${CONFIRMED}",25,""))` : '',
    index === 0 ? '=ARRAYFORMULA(IF(E2:E="جديد","اتصل",))' : '',
  ]),
];
const confirm = (rowKey: string): Parameters<Watched['write']>[0] => ({
  rowKey,
  expect: { status: 'جديد' },
  set: { status: CONFIRMED },
});
const computedOf = (name: string): (string | undefined)[] =>
  [NET, BONUS, FLAG].map((column) => google.cell(name, column));

describe('a Google sheet that computes from the status', () => {
  it('is written once, and the answer stays', async () => {
    google.sheet = google.double.create(withFormulas());
    const watched = await google.known();
    expect(computedOf('Adel')).toEqual(['0', '', 'اتصل']);
    for (const name of ['Adel', 'Mona'])
      expect(await watched.write(confirm(watched.keyOf(name)))).toEqual({ written: true });
    expect(google.double.counts()).toEqual({ getByDataFilter: 2, batchUpdate: 2 });
    expect(google.namesWith(CONFIRMED)).toEqual(['Mona', 'Adel']);
    expect([computedOf('Adel'), computedOf('Mona')]).toEqual([
      ['500', '25', ''],
      ['500', '25', ''],
    ]);
  });

  it('is written once where what was computed goes away', async () => {
    google.sheet = google.double.create(withFormulas(ORDERS.map((order) => order.with(STATUS, CONFIRMED))));
    const watched = await google.known();
    expect(computedOf('Sara')).toEqual(['900', '25', '']);
    const change = { rowKey: watched.keyOf('Sara'), expect: { status: CONFIRMED }, set: { status: 'ملغي' } };
    expect(await watched.write(change)).toEqual({ written: true });
    expect(google.double.counts()).toEqual({ getByDataFilter: 1, batchUpdate: 1 });
    expect(computedOf('Sara')).toEqual(['0', '', '']);
  });

  it('is written under a header that counts the orders', async () => {
    const [header = [], ...orders] = withFormulas();
    google.sheet = google.double.create([[...header, `=COUNTIF(E2:E,"${CONFIRMED}")`], ...orders]);
    const watched = await google.known();
    expect(await watched.write(confirm(watched.keyOf('Adel')))).toEqual({ written: true });
    expect(google.double.counts()).toEqual({ getByDataFilter: 1, batchUpdate: 1 });
    expect(google.sheet.texts()[0]?.at(-1)).toBe('1');
  });

  it('is read whole once for many orders that name themselves, like a sheet without formulas', async () => {
    google.sheet = google.double.create([
      ['الاسم', 'رقم الهاتف', 'رقم الطلب', 'توتال السعر', 'الحالة', 'الصافي', 'العمولة'],
      ...Array.from({ length: 20 }, (_, index) => [
        'Adel',
        '01012345602',
        `A${index}`,
        '500',
        'جديد',
        `=IF(E${index + 2}="${CONFIRMED}",D${index + 2},0)`,
        index === 0 ? `=ARRAYFORMULA(IF(E2:E="${CONFIRMED}",25,0))` : '',
      ]),
    ]);
    const watched = await google.known();
    for (let index = 0; index < 20; index += 1)
      expect(await watched.write(confirm(`id:a${index}`))).toEqual({ written: true });
    expect(google.double.counts()).toEqual({ getByDataFilter: 20, batchUpdate: 20 });
    expect(google.double.rowsRead()).toBe(21 + 19 * 2);
  });

  it('tells the next poll of a status and of no other order', async () => {
    google.sheet = google.double.create(withFormulas());
    const watched = await google.known();
    await watched.write(confirm(watched.keyOf('Adel')));
    expect(await watched.told()).toEqual(['status:Adel', 'edit:Adel']);
  });

  it.each<[string, PersonEdit]>([
    [
      'a row is inserted above',
      { do: 'insert-row', row: 1, texts: ['Other', '01512345678', 'Lamp', '500', 'جديد', ''] },
    ],
    ['the row above is deleted', { do: 'delete-row', row: 1 }],
    ['a row is dragged into its place', { do: 'drag-row', row: 1, to: 2 }],
    ['the sheet is sorted', { do: 'sort', column: 0, descending: true }],
  ])('has its answer in the right row when %s at that instant', async (_, change) => {
    google.sheet = google.double.create(withFormulas());
    const watched = await google.known();
    const rowKey = watched.keyOf('Adel');
    google.sheet.personBefore('batchUpdate', change);
    expect(await watched.write(confirm(rowKey))).toEqual({ written: true });
    expect(google.namesWith(CONFIRMED)).toEqual(['Adel']);
  });

  it('never has it in the row of another order, also where formulas fetch whose order it is', async () => {
    const fetched = ORDERS.map(([name = '', phone = '', ...rest], index) => [
      computed(`=Form!A${index}`, name),
      computed(`=Form!B${index}`, phone),
      ...rest,
    ]);
    google.sheet = google.double.create(withFormulas(fetched));
    const watched = await google.known();
    const rowKey = watched.keyOf('Adel');
    google.sheet.personBefore('batchUpdate', { do: 'drag-row', row: 1, to: 2 });
    expect(await watched.write(confirm(rowKey))).toEqual({ written: true });
    expect(google.namesWith(CONFIRMED)).toEqual(['Adel']);
  });

  it('never has it in the row of another order of the same customer that lacks something', async () => {
    const [mona = []] = ORDERS;
    google.sheet = google.double.create(withFormulas([mona.with(2, ''), mona, ...ORDERS.slice(2)]));
    const watched = await google.known();
    const whole = watched.reading?.rows[1]?.rowKey ?? '';
    google.sheet.personBefore('batchUpdate', { do: 'drag-row', row: 2, to: 1 });
    expect(await watched.write(confirm(whole))).toEqual({ written: true });
    const confirmed = google.sheet.texts().filter((row) => row[STATUS] === CONFIRMED);
    expect(confirmed.map((row) => row[2])).toEqual(['Lamp']);
  });

  it.each([
    ['typed into each row', (row: number) => `=IF(A${row}="Adel","جديد","")`],
    ['spilled from above', (row: number) => (row === 2 ? '=ARRAYFORMULA(IF(A2:A="Adel","جديد",""))' : '')],
  ])('keeps a status that is itself computed, %s', async (_, formula) => {
    google.sheet = google.double.create([
      HEADER,
      ...ORDERS.map((order, index) => order.with(STATUS, formula(index + 2))),
    ]);
    const watched = await google.known();
    for (const [name, status] of [
      ['Adel', 'جديد'],
      ['Sara', ''],
    ] as const)
      expect(
        await watched.write({
          rowKey: watched.keyOf(name),
          expect: { status },
          set: { status: CONFIRMED, messageState: 'قُرئت' },
        }),
      ).toEqual({ written: false, why: 'formula' });
    expect([google.cell('Adel', STATUS), google.cell('Adel', STATE)]).toEqual(['جديد', '']);
  });
});
