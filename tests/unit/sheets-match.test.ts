import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inBoth } from '../../sheets/memory.ts';
import { matchRows, type CurrentRow, type KnownRow } from '../../sheets/match-rows.ts';

type Cells = Record<string, string>;
interface Row {
  /** The truth that only the test knows: which order this row is. */
  readonly order: string;
  readonly cells: Cells;
  readonly hint?: string;
}

const row = (order: string, cells: Cells): Row => ({ order, cells });
const known = (rows: readonly Row[]): KnownRow[] =>
  rows.map(({ order, cells }) => ({ rowKey: order, cells }));
const current = (rows: readonly Row[]): CurrentRow[] =>
  rows.map(({ cells, hint }) => ({ cells, ...(hint === undefined ? {} : { hint }) }));
const columnsOf = (rows: readonly { readonly cells: Cells }[]): Set<string> =>
  new Set(rows.flatMap(({ cells }) => Object.keys(cells)));
const keys = (before: readonly Row[], after: readonly Row[]): (string | null)[] =>
  matchRows(known(before), current(after), inBoth([...columnsOf(before)], [...columnsOf(after)]));

const mona = row('mona', { name: 'Mona', phone: '1', product: 'Lamp', total: '500', status: 'new' });
const adel = row('adel', { name: 'Adel', phone: '2', product: 'Lamp', total: '500', status: 'new' });
const sara = row('sara', { name: 'Sara', phone: '3', product: 'Desk', total: '900', status: 'new' });
const COLUMNS = columnsOf([mona]);
const edited = (base: Row, cells: Cells): Row => ({ ...base, cells: { ...base.cells, ...cells } });

describe('which order a row is, after a person edited the sheet', () => {
  it('stays the same for rows that were sorted, and a row put between them is new', () => {
    const guest = row('guest', { name: 'Guest', phone: '9', product: 'Lamp', total: '500', status: 'new' });
    expect(keys([mona, adel, sara], [sara, guest, mona, adel])).toEqual(['sara', null, 'mona', 'adel']);
  });

  it('stays the same when the status and the notes of a moved row change at once', () => {
    expect(
      keys([mona, adel, sara], [sara, edited(mona, { status: 'shipped', notes: 'call first' }), adel]),
    ).toEqual(['sara', 'mona', 'adel']);
  });

  it('stays the same when the number, the name or the product is corrected in place', () => {
    for (const cells of [
      { phone: '11' },
      { name: 'Muna' },
      { product: 'Chair', total: '1' },
    ] satisfies Cells[]) {
      expect(keys([mona, adel, sara], [mona, edited(adel, cells), sara])).toEqual(['mona', 'adel', 'sara']);
    }
  });

  it('stays the same when a row was moved and one of its cells corrected at once', () => {
    const nour = row('nour', { name: 'Nour', phone: '4', product: 'Desk', total: '900', status: 'new' });
    const moved = edited(adel, { phone: '22' });
    expect(keys([mona, adel, sara, nour], [moved, nour, mona, sara])).toEqual([
      'adel',
      'nour',
      'mona',
      'sara',
    ]);
    // Two rows could be it: then neither is.
    const other = edited(adel, { phone: '23' });
    expect(keys([mona, adel, sara, nour], [moved, nour, mona, sara, other])).toEqual([
      null,
      'nour',
      'mona',
      'sara',
      null,
    ]);
  });

  it('is another order when the row is reused for another customer, even with the old id still pinned to it', () => {
    const reused = { ...edited(adel, { name: 'Nour', phone: '77' }), hint: 'adel' };
    expect(keys([mona, adel, sara], [mona, reused, sara])).toEqual(['mona', null, 'sara']);
  });

  it('is another order when everything but the customer is the same, in place and with the old id', () => {
    const much = {
      product: 'Lamp',
      details: 'blue',
      total: '500',
      quantity: '1',
      orderDate: 'today',
      address: 'here',
      area: 'x',
      source: 'ad',
    };
    const [first, second] = [edited(mona, much), edited(adel, much)];
    const reused = edited(second, { name: 'Nour', phone: '77' });
    expect(keys([first, second, sara], [first, reused, sara])).toEqual(['mona', null, 'sara']);
    expect(keys([first, second, sara], [first, { ...reused, hint: 'adel' }, sara])).toEqual([
      'mona',
      null,
      'sara',
    ]);
  });

  it('follows the cells and not the pinned ids when a sort left the ids behind', () => {
    const after = [
      { ...sara, hint: 'mona' },
      { ...mona, hint: 'adel' },
      { ...adel, hint: 'sara' },
    ];
    expect(keys([mona, adel, sara], after)).toEqual(['sara', 'mona', 'adel']);
  });

  it('takes the copy of a row for the copy, wherever it is put', () => {
    expect(keys([mona, adel, sara], [mona, adel, sara, mona])).toEqual(['mona', 'adel', 'sara', null]);
    expect(keys([mona, adel, sara], [mona, mona, adel, sara])).toEqual(['mona', null, 'adel', 'sara']);
  });

  it('tells two orders of one customer apart by what was ordered', () => {
    const second = edited({ ...mona, order: 'mona-2' }, { product: 'Desk', total: '900' });
    expect(keys([mona, second, adel], [adel, second, mona])).toEqual(['adel', 'mona-2', 'mona']);
    expect(keys([mona, second, adel], [second, adel])).toEqual(['mona-2', 'adel']);
  });

  it('does not give a deleted order to a later one of the same customer, put elsewhere', () => {
    const later = edited(mona, { product: 'Desk', total: '900', status: 'new' });
    expect(keys([mona, adel, sara], [adel, sara, later])).toEqual(['adel', 'sara', null]);
  });

  it('gives a row that was cut its order back when it is pasted a poll later, and only as it was', () => {
    const before: KnownRow[] = [...known([adel]), ...known([mona]).map((one) => ({ ...one, missing: true }))];
    expect(matchRows(before, current([adel, mona]), COLUMNS)).toEqual(['adel', 'mona']);
    expect(matchRows(before, current([adel, edited(mona, { product: 'Desk' })]), COLUMNS)).toEqual([
      'adel',
      null,
    ]);
  });

  it('is nobody’s once it says nothing of whom it is for, be it the only row of the sheet', () => {
    const status = row('a status', { status: 'new' });
    expect(matchRows(known([mona, adel]), current([status]), COLUMNS)).toEqual([null]);
  });

  it('is not moved by a column that appears or goes', () => {
    const wider = [mona, adel].map((one, index) => edited(one, { ':tracking': String(index) }));
    expect(keys([mona, adel], wider)).toEqual(['mona', 'adel']);
    expect(keys(wider, [adel, mona])).toEqual(['adel', 'mona']);
  });

  it('never jumps to another customer, whatever a person does between two polls', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.array(anEdit, { maxLength: 12 }), (count, edits) => {
        const before = Array.from({ length: count }, (_, index) => order(index));
        const after = edits.reduce<Row[]>((rows, edit) => edit(rows), before);
        const found = keys(before, after);
        const customerOf = new Map(before.map((one) => [one.order, one.cells]));
        const given = found.filter((key) => key !== null);
        expect(new Set(given).size).toBe(given.length);
        for (const [index, key] of found.entries()) {
          if (key === null) continue;
          const { phone, name } = after[index]?.cells ?? {};
          const was = customerOf.get(key);
          expect(was?.['phone'] === phone || was?.['name'] === name).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is exactly right after any number of moves and status changes, with ids left behind or not', () => {
    const tame = fc.oneof(insert, remove, move, sort, restate);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.array(tame, { maxLength: 12 }),
        fc.boolean(),
        (count, edits, pinned) => {
          const before = Array.from({ length: count }, (_, index) => order(index));
          const after = edits.reduce<Row[]>((rows, edit) => edit(rows), before);
          // Ids that stay on their place while the cells move under them: the worst that a sort can do.
          const seen = pinned
            ? after.map((one, index) => ({
                ...one,
                ...(before[index] === undefined ? {} : { hint: before[index].order }),
              }))
            : after;
          expect(keys(before, seen)).toEqual(
            after.map((one) => (one.order.startsWith('new') ? null : one.order)),
          );
        },
      ),
      { numRuns: 500 },
    );
  });
});

let serial = 0;
const order = (index: number): Row =>
  row(`order-${index}`, {
    phone: `p${index}`,
    name: `n${index % 5}`,
    product: `x${index % 3}`,
    total: `t${index % 2}`,
    status: 'new',
  });
const stranger = (): Row => {
  serial += 1;
  return row(`new-${serial}`, {
    phone: `q${serial}`,
    name: `m${serial}`,
    product: `x${serial % 3}`,
    total: 't0',
    status: 'new',
  });
};

type Edit = (rows: readonly Row[]) => Row[];
const at = fc.nat({ max: 11 });
const insert: fc.Arbitrary<Edit> = at.map((place) => (rows) => rows.toSpliced(place, 0, stranger()));
const remove: fc.Arbitrary<Edit> = at.map((place) => (rows) => rows.toSpliced(place, 1));
const move: fc.Arbitrary<Edit> = fc.tuple(at, at).map(([from, to]) => (rows) => {
  const cut = rows[from];
  return cut === undefined ? [...rows] : rows.toSpliced(from, 1).toSpliced(to, 0, cut);
});
const sort: fc.Arbitrary<Edit> = fc
  .constantFrom('phone', 'name', 'product')
  .map(
    (field) => (rows) => rows.toSorted((a, b) => (b.cells[field] ?? '').localeCompare(a.cells[field] ?? '')),
  );
const restate: fc.Arbitrary<Edit> = fc.tuple(at, fc.constantFrom('shipped', 'confirmed', 'new')).map(
  ([place, status]) =>
    (rows) =>
      rows.map((one, index) => (index === place ? edited(one, { status }) : one)),
);
const change: fc.Arbitrary<Edit> = fc
  .tuple(at, fc.constantFrom('phone', 'name', 'product', 'total'), fc.nat(3))
  .map(
    ([place, field, value]) =>
      (rows) =>
        rows.map((one, index) => (index === place ? edited(one, { [field]: `${field}-${value}` }) : one)),
  );
const duplicate: fc.Arbitrary<Edit> = fc.tuple(at, at).map(([from, to]) => (rows) => {
  const copied = rows[from];
  return copied === undefined ? [...rows] : rows.toSpliced(to, 0, copied);
});
const anEdit = fc.oneof(insert, remove, move, sort, restate, change, duplicate);
