import { setTimeout as pause } from 'node:timers/promises';
import { writeSettings } from '../../store/merchants.ts';
import { connectSheet, readSheet, runSheet } from '../../store/sheets.ts';
import type { PersonEdit } from '../doubles/sheets-api/person.ts';
import type { SheetHandle, SheetsDouble } from '../doubles/sheets-api/double.ts';
import { addressOf, HEADER, type Row } from '../support/sheet-file.ts';
import { SheetPerson, type Act, type PersonOptions } from '../support/sheet-person.ts';
import type { Shop } from '../support/shop.ts';

const ORDER_ID = 0;
const PHONE = 2;
const MESSAGE_STATE = 6;

/** Does work that a store in trouble may keep from being done, again where need be. */
type Patience = <T>(work: () => Promise<T>) => Promise<T>;
const once: Patience = (work) => work();
/** A poll that met trouble asks again in an hour: whoever waits for one asks sooner. */
const ASK_AGAIN_MS = 10_000;

/** A merchant's Google sheet that somebody edits between two polls, and what came of it. */
export class WatchedSheet {
  polls = 0;
  readonly person: SheetPerson;
  readonly #shop: Shop;
  readonly #sheet: SheetHandle;
  /** Without it Zajel has to tell the rows apart by itself. */
  readonly #ids: boolean;
  readonly #patiently: Patience;
  #said = new Set<string>();

  private constructor(
    shop: Shop,
    sheet: SheetHandle,
    person: SheetPerson,
    ids: boolean,
    patiently: Patience,
  ) {
    this.#shop = shop;
    this.#sheet = sheet;
    this.person = person;
    this.#ids = ids;
    this.#patiently = patiently;
  }

  static async open(
    live: { readonly merchant: () => Promise<Shop> },
    double: SheetsDouble,
    options: PersonOptions,
    patiently: Patience = once,
  ): Promise<WatchedSheet> {
    const shop = await live.merchant();
    const { house, merchant, line } = shop;
    const ids = options.ids !== false;
    const person = new SheetPerson({ ...options, movesColumns: true });
    const sheet = double.create([HEADER, ...person.rows.values()].map((row) => (ids ? row : row.slice(1))));
    await house.database.merchant(merchant, async (tx) => {
      // Only when a poll is asked for, and what it finds counts at once: then the model is exact.
      await writeSettings(tx, merchant, { timings: { pollSeconds: 3_600, settleSeconds: 0 } });
      const config = { kind: 'google', spreadsheet: sheet.id } as const;
      const credentials = house.seal.sealJson(double.credentials());
      await connectSheet(tx, merchant, { config, credentials, line, columns: {} });
      await runSheet(tx, merchant, true, new Date());
    });
    const watched = new WatchedSheet(shop, sheet, person, ids, patiently);
    await watched.#polled();
    return watched;
  }

  async editAndPoll(): Promise<void> {
    this.#said = new Set(await this.said());
    this.#save(this.person.acts((order) => this.#isSaid(order)));
    await this.#polled();
  }

  async tidyUp(): Promise<void> {
    this.#save(this.person.tidied());
    await this.#polled();
  }

  /** `A7:shipped`, as often as it was sent. */
  async said(): Promise<string[]> {
    return (await this.#patiently(() => this.#shop.received())).map(
      ({ to, key }) => `A${Number(to.slice(addressOf(0).length - 4))}:${key.split('/')[2] ?? ''}`,
    );
  }

  /** What the sheet says at the end, and what it should say: all but Zajel's own column, in the order of the numbers. */
  rows(): { is: string[][]; should: string[][] } {
    const [header = [], ...rows] = this.#sheet.texts();
    const columns = HEADER.flatMap((name, index) =>
      index === MESSAGE_STATE || (index === ORDER_ID && !this.#ids)
        ? []
        : [{ index, at: header.indexOf(name) }],
    );
    const inOrder = (all: string[][]): string[][] =>
      all.toSorted((a, b) => a.join('\t').localeCompare(b.join('\t')));
    return {
      is: inOrder(
        rows
          .filter((row) => row.some((cell) => cell !== ''))
          .map((row) => columns.map(({ at }) => row[at] ?? '')),
      ),
      should: inOrder(
        [...this.person.rows.values()].map((row) => columns.map(({ index }) => row[index] ?? '')),
      ),
    };
  }

  /** What Zajel wrote into its own column. */
  states(): string[] {
    const [header = [], ...rows] = this.#sheet.texts();
    const at = header.indexOf(HEADER[MESSAGE_STATE] ?? '');
    return [...new Set(rows.map((row) => row[at] ?? ''))];
  }

  #isSaid(order: string): boolean {
    return [...this.person.expected].every((said) => !said.startsWith(`${order}:`) || this.#said.has(said));
  }

  async #polled(): Promise<void> {
    const sinceMs = Date.now();
    const { house, merchant } = this.#shop;
    for (let askedMs = 0; ;) {
      if (Date.now() - askedMs > ASK_AGAIN_MS) {
        await this.#patiently(() => house.orderMail.pollNow(merchant, 'test'));
        askedMs = Date.now();
      }
      const sheet = await this.#patiently(() =>
        house.database.merchant(merchant, (tx) => readSheet(tx, merchant)),
      );
      // A poll is dated by its beginning: this one read what was typed before.
      if (sheet?.trouble === null && (sheet.lastPollAt?.getTime() ?? 0) >= sinceMs) break;
      await pause(50);
    }
    this.polls += 1;
  }

  #save(acts: readonly Act[]): void {
    for (const act of acts) this.#sheet.person(this.#edit(act));
  }

  #edit(act: Act): PersonEdit {
    const texts = this.#sheet.texts();
    const header = texts[0] ?? [];
    const column = (index: number): number => header.indexOf(HEADER[index] ?? '');
    const name = this.#ids ? ORDER_ID : PHONE;
    const rowOf = (order: string): number => {
      const wanted = this.#ids ? order : this.person.phoneOf(order);
      return texts.findIndex((row) => row[column(name)] === wanted);
    };
    switch (act.do) {
      case 'insert':
        return { do: 'insert-row', row: act.at + 1, texts: this.#inColumns(act.row, header) };
      case 'remove':
      case 'remove-copy':
        return { do: 'delete-row', row: rowOf(act.order) };
      case 'move-to-end':
        return { do: 'cut-paste', row: rowOf(act.order), to: texts.length, carry: false };
      case 'sort':
        return { ...act, column: column(act.column) };
      case 'type':
        return { do: 'edit', row: rowOf(act.order), column: column(act.column), text: act.text };
      case 'copy':
        return { do: 'duplicate-row', row: rowOf(act.order), to: act.at + 1 };
      case 'move-column':
        return {
          do: 'move-column',
          column: Math.min(act.column, header.length - 1),
          to: Math.min(act.to, header.length - 1),
        };
    }
  }

  #inColumns(row: Row, header: readonly string[]): string[] {
    return header.map((name) => row[HEADER.indexOf(name)] ?? '');
  }
}
