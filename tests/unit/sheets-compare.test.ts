import { describe, expect, it } from 'vitest';
import { findColumns } from '../../domain/sheet-columns.ts';
import { compare, unpinned, withPinned, type Comparison } from '../../sheets/compare.ts';
import { identify } from '../../sheets/identify.ts';
import { EMPTY_MEMORY, type SheetMemory } from '../../sheets/memory.ts';
import type { SheetReading } from '../../sheets/source.ts';

const HEADERS = ['Order ID', 'Name', 'Phone', 'Product', 'Status', 'Tracking'];
const orders = (count: number): string[][] =>
  Array.from({ length: count }, (_, index) => [
    `A${index}`,
    `Name ${index}`,
    `010${String(10_000_000 + index)}`,
    'Lamp',
    'new',
    '',
  ]);

function reading(
  rows: readonly (readonly string[])[],
  memory: SheetMemory,
  headers: readonly string[] = HEADERS,
): SheetReading {
  const raw = rows.map((texts, index) => ({
    place: index + 2,
    cells: texts.map((text) => ({ formatted: text, unformatted: text })),
  }));
  const found = findColumns(headers);
  const seen: SheetReading = {
    kind: 'reading',
    modified: null,
    tab: null,
    headers,
    columns: found.columns,
    columnProblems: found.problems,
    ...identify(raw, headers, found, memory),
  };
  return withPinned(
    seen,
    unpinned(seen).map((row) => ({ ...row, rowKey: row.rowKey ?? `row:${row.place}-${Math.random()}` })),
  );
}

const baseline = (rows: readonly (readonly string[])[], headers = HEADERS): SheetMemory => {
  const first = compare(EMPTY_MEMORY, reading(rows, EMPTY_MEMORY, headers));
  if (first.kind !== 'baseline') throw new Error('no baseline');
  return first.next;
};
const compared = (memory: SheetMemory, rows: readonly (readonly string[])[], headers = HEADERS): Comparison =>
  compare(memory, reading(rows, memory, headers));
const kinds = (comparison: Comparison): string[] =>
  comparison.kind === 'changes'
    ? comparison.changes.map((change) => `${change.kind} ${change.rowKey}`)
    : [comparison.kind];

describe('comparing a sheet with what is known of it', () => {
  it('takes three thousand old rows as known and says nothing about them', () => {
    const rows = orders(3_000);
    expect(kinds(compared(baseline(rows), rows))).toEqual([]);
  });

  it('takes an empty status over a thousand polls for one new order', () => {
    const rows = orders(20);
    const more = [...rows, ['B1', 'New', '01112345678', 'Desk', '', '']];
    let memory = baseline(rows);
    const told: string[] = [];
    for (let poll = 0; poll < 1_000; poll += 1) {
      const seen = compared(memory, more);
      told.push(...kinds(seen));
      if (seen.kind === 'changes') memory = seen.next;
    }
    expect(told).toEqual(['new-order id:b1']);
  });

  it('tells new orders, status changes, other edits and gone rows apart', () => {
    const rows = orders(10);
    const after = [...rows.slice(0, 9), ['B1', 'New', '01112345678', 'Desk', '', '']];
    after[0] = ['A0', 'Name 0', '01010000000', 'Lamp', 'shipped', ''];
    after[1] = ['A1', 'Name 1', '01010000001', 'Desk', 'new', 'T-1'];
    expect(compared(baseline(rows), after)).toMatchObject({
      changes: [
        { kind: 'status', rowKey: 'id:a0', from: 'new', to: 'shipped' },
        { kind: 'edit', rowKey: 'id:a1', fields: ['product', 'tracking'] },
        { kind: 'new-order', rowKey: 'id:b1' },
        { kind: 'disappeared', rowKey: 'id:a9' },
      ],
    });
  });

  it('does not call another spelling of the same status a change', () => {
    const rows = [['A1', 'Mona', '01012345678', 'Lamp', 'تم الشحن', '']];
    for (const status of [' تم  الشحن ', 'تـم الشحن', 'تمّ الشحن.', '\u200fتم الشحن']) {
      expect(kinds(compared(baseline(rows), [['A1', 'Mona', '01012345678', 'Lamp', status, '']]))).toEqual(
        [],
      );
    }
  });

  it.each([
    ['empty', orders(20), [], 'sheet-empty'],
    ['much shorter', orders(20), orders(13), 'much-shorter'],
    ['other orders in as many rows', orders(20), orders(40).slice(20), 'replaced'],
  ])('does not believe a sheet that comes back %s', (_, before, after, reason) => {
    expect(compared(baseline(before), after)).toMatchObject({ kind: 'suspicious', suspicion: { reason } });
  });

  it.each([
    [20, 14],
    [1_000, 701],
    [8, 3],
    [4, 1],
  ])('believes a person who deletes rows: %i become %i', (before, after) => {
    expect(compared(baseline(orders(before)), orders(after)).kind).toBe('changes');
  });

  it('does not believe a sheet of which one column was sorted without the others', () => {
    const rows = orders(20);
    const scrambled = rows.map((row, index) => [rows[19 - index]?.[0] ?? '', ...row.slice(1)]);
    expect(compared(baseline(rows), scrambled)).toMatchObject({
      kind: 'suspicious',
      suspicion: { reason: 'scrambled' },
    });
  });

  it('believes a new, a renamed and a removed column that it does not know, and calls none of it an edit', () => {
    const memory = baseline(orders(5));
    const without = orders(5).map((row) => row.slice(0, 5));
    expect(kinds(compared(memory, without, HEADERS.slice(0, 5)))).toEqual([]);
    expect(kinds(compared(memory, orders(5), [...HEADERS.slice(0, 5), 'Courier']))).toEqual([]);
  });

  it('does not believe a sheet that has lost its names', () => {
    const rows = orders(5).map((row) => row.toSpliced(1, 1));
    expect(compared(baseline(orders(5)), rows, HEADERS.toSpliced(1, 1))).toMatchObject({
      suspicion: { reason: 'other-columns', missing: ['name'] },
    });
  });

  it('forgets a row that stays away, but not a row that is only held', () => {
    const rows = orders(3);
    let memory = baseline(rows);
    const copied = [...rows.slice(0, 2), rows[0] ?? []];
    for (let poll = 0; poll < 2_882; poll += 1) {
      const next = compare(memory, reading(copied, memory));
      if (next.kind !== 'changes') throw new Error(next.kind);
      memory = next.next;
    }
    expect(memory.rows.map(({ rowKey }) => rowKey).toSorted()).toEqual(['id:a0', 'id:a1']);
  });

  describe('rows that were held at the first connection', () => {
    const twice = ['A1', 'Mona', '01012345601', 'Lamp', 'new', ''];
    const other = ['A1', 'Adel', '01012345602', 'Desk', 'new', ''];
    const idless = ['', 'Sara', '01012345603', 'Chair', 'new', ''];
    type Rows = readonly (readonly string[])[];
    /** What each reading after the first tells. */
    const told = (readings: readonly Rows[], headers = HEADERS): string[][] => {
      const [first = [], ...later] = readings;
      let memory = baseline(first, headers);
      return later.map((rows) => {
        const seen = compared(memory, rows, headers);
        if (seen.kind === 'changes') memory = seen.next;
        return kinds(seen);
      });
    };
    const but = (row: readonly string[], change: Readonly<Record<number, string>>): string[] =>
      row.map((cell, column) => change[column] ?? cell);

    it('are no new orders once their shared order id is put right', () => {
      expect(
        told([
          [twice, other],
          [twice, other],
          [twice, but(other, { 0: 'A2' })],
        ]),
      ).toEqual([[], ['old-order id:a1', 'old-order id:a2']]);
    });

    it('are no new orders once they get an order id, also when they were edited and sorted while they had none', () => {
      expect(
        told([
          [but(twice, { 0: 'A9' }), idless, but(idless, { 1: 'Hana', 2: '01012345604' })],
          [
            but(idless, { 1: 'Hana', 2: '01012345604' }),
            but(idless, { 3: 'Sofa', 4: 'مؤكد' }),
            but(twice, { 0: 'A9' }),
          ],
          [
            but(idless, { 0: 'A10', 3: 'Sofa', 4: 'مؤكد' }),
            but(twice, { 0: 'A9' }),
            but(idless, { 0: 'A11', 1: 'Hana', 2: '01012345604' }),
          ],
        ]),
      ).toEqual([[], ['old-order id:a10', 'old-order id:a11']]);
    });

    it('keep their place when a copy of them comes with an id of its own: that is a new order', () => {
      expect(told([[idless], [but(idless, { 0: 'A10' }), idless], [but(idless, { 0: 'A10' })]])).toEqual([
        ['new-order id:a10'],
        [],
      ]);
    });

    it('are known by the id that they shared, whatever else was corrected', () => {
      expect(told([[twice, other], [but(twice, { 1: 'Omar', 2: '01012345609' })]])).toEqual([
        ['old-order id:a1'],
      ]);
    });

    it('leave a prepared row alone in which an order is typed later: it is a new one', () => {
      const prepared = ['', '', '', 'Lamp', 'new', ''];
      expect(
        told([
          [twice, prepared, prepared],
          [twice, but(prepared, { 0: 'A5', 1: 'Omar', 2: '01012345609' }), prepared],
        ]),
      ).toEqual([['new-order id:a5']]);
    });

    it('are no new orders once they get a number to write to, in a sheet without order ids', () => {
      const headers = HEADERS.slice(1);
      const silent = ['Sara', '', 'Chair', 'new', ''];
      const [[first] = [], ...rest] = told(
        [
          [twice.slice(1), silent],
          [twice.slice(1), but(silent, { 1: '01012345603' })],
          [twice.slice(1), but(silent, { 1: '01012345603' }), other.slice(1)],
        ],
        headers,
      );
      expect(first).toMatch(/^old-order row:/);
      expect(rest).toEqual([[expect.stringMatching(/^new-order row:/)]]);
    });
  });
});
