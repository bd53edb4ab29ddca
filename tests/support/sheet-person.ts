import { messageFor, readStatus, type OrderCategory } from '../../domain/order-status.ts';
import { HEADER, orderRow, phoneOf, STATUS, type Row } from './sheet-file.ts';

/** What a person does to a sheet between two saves. Rows are named by their order, whatever row they are in today. */
export type Act =
  | { readonly do: 'insert'; readonly at: number; readonly row: Row }
  | { readonly do: 'remove'; readonly order: string }
  /** Cut, and pasted below all others. */
  | { readonly do: 'move-to-end'; readonly order: string }
  | { readonly do: 'sort'; readonly column: number; readonly descending: boolean; readonly carry: boolean }
  | { readonly do: 'type'; readonly order: string; readonly column: number; readonly text: string }
  /** The row once more, with its order id: nobody can say which of the two is meant. */
  | { readonly do: 'copy'; readonly order: string; readonly at: number }
  | { readonly do: 'remove-copy'; readonly order: string }
  | { readonly do: 'move-column'; readonly column: number; readonly to: number };

const NAME = 1;
const WORDS = [
  '',
  'جديد',
  'لم يتم الرد',
  'تم التأكيد',
  'تـم الشحن.',
  'قيد الشحن',
  'مؤجل',
  'تم التوصيل',
  'ملغي',
] as const;
/** Fewer rows than this are not made fewer still: a sheet that shrinks is not believed, which has its own tests. */
const AT_LEAST = 12;

const RECENT = 4;

/** The same numbers for the same seed. */
export function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

export interface PersonOptions {
  readonly seed: number;
  /** Orders that are there at the first connection. */
  readonly rows: number;
  /** The sheet has a column of order ids, so a row may be there twice and be known for it. @default true */
  readonly ids?: boolean;
  /** @default false */
  readonly movesColumns?: boolean;
}

/**
 * A person who edits an order sheet at random, and the model of what that should cause: of each order one message per
 * kind, when a reading finds it in a category other than the one it was in at the first connection.
 */
export class SheetPerson {
  /** `A7:shipped` */
  readonly expected = new Set<string>();
  /** What the sheet says, apart from what Zajel writes. */
  readonly rows = new Map<string, Row>();
  readonly #baseline = new Map<string, OrderCategory>();
  readonly #random: (below: number) => number;
  readonly #options: PersonOptions;
  readonly #cut: Row[] = [];
  readonly #copied = new Set<string>();
  #recent: readonly string[] = [];
  /** What an order's status was before it was changed last. */
  readonly #before = new Map<string, string>();
  #last: number;

  constructor(options: PersonOptions) {
    this.#options = options;
    this.#random = seeded(options.seed);
    this.#last = options.rows;
    for (let index = 1; index <= options.rows; index += 1) {
      const status = this.#word();
      this.rows.set(`A${index}`, orderRow(index, status));
      this.#baseline.set(`A${index}`, categoryOf(status));
    }
  }

  /** One to three acts. `mayTouch`: an order of which something is still being said is let alone until it was. */
  acts(mayTouch: (order: string) => boolean = () => true): Act[] {
    const touched = new Set<string>();
    const pick = (): string | null => {
      // People come back to what they have just edited: a status that goes there and back is the usual case.
      const recent = this.#recent.filter((order) => this.rows.has(order));
      const orders = recent.length > 0 && this.#random(2) === 0 ? recent : [...this.rows.keys()];
      for (let look = 0; look < 10; look += 1) {
        const order = orders[this.#random(orders.length)] ?? '';
        if (touched.has(order) || this.#copied.has(order) || !mayTouch(order)) continue;
        touched.add(order);
        this.#recent = [order, ...this.#recent.filter((one) => one !== order)].slice(0, RECENT);
        return order;
      }
      return null;
    };
    return Array.from({ length: 1 + this.#random(3) }, () => this.#act(pick)).filter((act) => act !== null);
  }

  /** What was copied is cleared away, so that nothing stays held. */
  tidied(): Act[] {
    const acts = [...this.#copied].map((order): Act => ({ do: 'remove-copy', order }));
    this.#copied.clear();
    return acts;
  }

  /** Where the sheet has no order ids, a person knows the orders by this. */
  phoneOf(order: string): string {
    return phoneOf(Number(order.slice(1)));
  }

  #act(pick: () => string | null): Act | null {
    const at = this.#random(this.rows.size + 1);
    const kind = this.#random(14);
    if (kind === 0) return this.#arrives(at);
    if (kind === 1) return this.#sorts();
    if (kind === 2) return this.#pastes(at);
    if (kind === 3 && this.#options.movesColumns === true)
      return { do: 'move-column', column: this.#random(HEADER.length), to: this.#random(HEADER.length) };
    if (kind === 4 && this.#copied.size > 0) return this.tidied()[0] ?? null;
    const order = pick();
    const row = order === null ? undefined : this.rows.get(order);
    if (order === null || row === undefined) return null;
    switch (kind) {
      case 5:
        if (this.rows.size <= AT_LEAST) return null;
        this.rows.delete(order);
        this.#cut.push(row);
        return { do: 'remove', order };
      case 6:
        return { do: 'move-to-end', order };
      case 7:
        if (this.#options.ids === false || this.#copied.size > 0) return null;
        this.#copied.add(order);
        return { do: 'copy', order, at };
      case 8:
        return this.#types(order, row, NAME, `${row[NAME] ?? ''} ابن`);
      default: {
        const before = this.#before.get(order);
        const status = before !== undefined && this.#random(2) === 0 ? before : this.#word();
        this.#before.set(order, row[STATUS] ?? '');
        this.#found(order, status);
        return this.#types(order, row, STATUS, status);
      }
    }
  }

  #arrives(at: number): Act {
    this.#last += 1;
    const status = this.#random(2) === 0 ? '' : this.#word();
    const row = orderRow(this.#last, status);
    this.rows.set(`A${this.#last}`, row);
    this.#found(`A${this.#last}`, status);
    return { do: 'insert', at, row };
  }

  /** What was cut polls ago comes back as it was. */
  #pastes(at: number): Act | null {
    const row = this.#cut.shift();
    if (row === undefined) return null;
    this.rows.set(row[0] ?? '', row);
    return { do: 'insert', at, row };
  }

  #sorts(): Act {
    const random = this.#random;
    const column = [NAME, 2, STATUS][random(3)] ?? NAME;
    return { do: 'sort', column, descending: random(2) === 0, carry: random(2) === 0 };
  }

  #types(order: string, row: Row, column: number, text: string): Act {
    this.rows.set(
      order,
      row.map((cell, index) => (index === column ? text : cell)),
    );
    return { do: 'type', order, column, text };
  }

  #found(order: string, status: string): void {
    const category = categoryOf(status);
    const message = messageFor(category);
    if (message !== null && category !== this.#baseline.get(order)) this.expected.add(`${order}:${message}`);
  }

  #word(): string {
    return WORDS[this.#random(WORDS.length)] ?? '';
  }
}

function categoryOf(word: string): OrderCategory {
  const reading = readStatus(word);
  if (reading.kind === 'unknown') throw new Error(`not a status: ${word}`);
  return reading.category;
}

/** The acts on a sheet that is a list of rows. Columns stay where they are. */
export function actOnRows(rows: readonly Row[], act: Exclude<Act, { do: 'move-column' }>): Row[] {
  const at = (order: string): number => rows.findIndex((row) => row[0] === order);
  switch (act.do) {
    case 'insert':
      return rows.toSpliced(act.at, 0, act.row);
    case 'remove':
      return rows.toSpliced(at(act.order), 1);
    case 'move-to-end':
      return [...rows.toSpliced(at(act.order), 1), ...rows.slice(at(act.order), at(act.order) + 1)];
    case 'sort': {
      const sorted = rows.toSorted((a, b) => (a[act.column] ?? '').localeCompare(b[act.column] ?? ''));
      return act.descending ? sorted.toReversed() : sorted;
    }
    case 'type':
      return rows.map((row) =>
        row[0] === act.order ? row.map((cell, column) => (column === act.column ? act.text : cell)) : row,
      );
    case 'copy':
      return rows.toSpliced(act.at, 0, rows[at(act.order)] ?? []);
    case 'remove-copy':
      return rows.toSpliced(at(act.order), 1);
  }
}
