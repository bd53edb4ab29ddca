import type { MerchantId } from '../domain/ids.ts';
import type { OrderRow } from '../domain/order.ts';
import { statusReader, type OrderMessage } from '../domain/order-status.ts';
import { countryCode } from '../domain/phone.ts';
import { normalise } from '../domain/text.ts';
import type { Comparison } from '../sheets/compare.ts';
import type { Fingerprint, SheetMemory } from '../sheets/memory.ts';
import { orderRow } from '../sheets/order-row.ts';
import type { SheetReading, SheetRow } from '../sheets/source.ts';
import type { Tx } from '../store/database.ts';
import type { Merchant } from '../store/merchants.ts';
import { apartFromNamesakes } from '../store/namesakes.ts';
import { skipSaying } from '../store/order-messages.ts';
import { recordOrderEvent } from '../store/order-events.ts';
import {
  applySeen,
  insertBaseline,
  noteBack,
  noteGone,
  noteSeen,
  settledOrders,
  waitingFor,
  type NewOrder,
} from '../store/order-rows.ts';
import { orderIdOf, type Order } from '../store/orders.ts';
import { recordBelieved, recordSwitches, type Sheet, type SheetConfig } from '../store/sheets.ts';
import { askAboutWord, merchantWords } from '../store/templates.ts';

export interface Taken {
  readonly merchant: MerchantId;
  readonly shop: Merchant;
  readonly sheet: Sheet;
  readonly memory: SheetMemory;
  readonly reading: SheetReading;
  readonly comparison: Exclude<Comparison, { kind: 'suspicious' }>;
  /** The tab by the id that survives renaming, where the source knows it. */
  readonly tabId: number | null;
  readonly hashKey: Buffer;
  readonly at: Date;
}

/** Keeps a reading that was believed together with all that follows from it. */
export async function takeComparison(tx: Tx, taken: Taken): Promise<void> {
  const { merchant, comparison, at } = taken;
  const newOrder = (rowKey: string, row: SheetRow): NewOrder => ({
    id: orderIdOf(taken.hashKey, merchant, rowKey),
    rowKey,
    row: orderRow(row, taken.reading.columns, countryCode(taken.shop.country) ?? 'EG'),
  });
  if (comparison.kind === 'baseline') {
    const known = comparison.rows.flatMap((row) => (row.rowKey === null ? [] : [newOrder(row.rowKey, row)]));
    await takeAsKnown(tx, merchant, known, at);
  } else {
    const touched = new Map<string, SheetRow>();
    const unknown: NewOrder[] = [];
    const old: NewOrder[] = [];
    for (const change of comparison.changes) {
      if (change.kind === 'old-order') {
        old.push(newOrder(change.rowKey, change.row));
        continue;
      }
      if (change.kind === 'new-order') {
        unknown.push(newOrder(change.rowKey, change.row));
        continue;
      }
      if (change.kind === 'disappeared') await noteGone(tx, merchant, change.rowKey, at);
      else touched.set(change.rowKey, change.row);
      if (change.kind === 'reappeared') await noteBack(tx, merchant, change.rowKey, at);
    }
    for (const order of await apartFromNamesakes(tx, merchant, unknown, at))
      await noteSeen(tx, merchant, order, at);
    for (const [rowKey, row] of touched) await noteSeen(tx, merchant, newOrder(rowKey, row), at);
    if (old.length > 0) await takeAsKnown(tx, merchant, old, at);
  }
  await recordBelieved(tx, merchant, {
    memory: sameMemory(taken.memory, comparison.next) ? null : comparison.next,
    modified: taken.reading.modified,
    config: withTab(taken.sheet.config, taken.tabId),
    header: headerOf(taken.reading),
    rows: taken.reading.rows.length,
    problems: [...taken.reading.columnProblems, ...taken.reading.problems],
    at,
  });
}

/** Rows that were there before Zajel: they are known as they stand, and nothing follows from them. */
async function takeAsKnown(
  tx: Tx,
  merchant: MerchantId,
  known: readonly NewOrder[],
  at: Date,
): Promise<void> {
  const read = statusReader(await merchantWords(tx, merchant));
  const unknown = new Set<string>();
  const orders = (await apartFromNamesakes(tx, merchant, known, at)).map((order) => {
    const reading = read(order.row.status);
    if (reading.kind === 'unknown') unknown.add(reading.word);
    return { ...order, category: categoryOf(reading) };
  });
  await insertBaseline(tx, merchant, orders, at);
  // Nothing is sent for these rows, but tomorrow's will say the same words.
  for (const word of unknown) await askAboutWord(tx, merchant, word);
}

/** What has stood still for the settle time becomes the orders' own; each that has moved on calls for attention. */
export async function settle(
  tx: Tx,
  { merchant, at, before }: { merchant: MerchantId; at: Date; before: Date },
): Promise<void> {
  const due = await settledOrders(tx, merchant, before);
  if (due.length === 0) return;
  const read = statusReader(await merchantWords(tx, merchant));
  for (const order of due) if (order.seen !== null) await apply(tx, merchant, order, order.seen, read, at);
}

async function apply(
  tx: Tx,
  merchant: MerchantId,
  order: Order,
  row: OrderRow,
  read: ReturnType<typeof statusReader>,
  at: Date,
): Promise<void> {
  const isNew = order.phase === 'settling';
  const reading = read(row.status);
  const sameWord = !isNew && row.status.trim() === order.statusText.trim();
  // A word that was there before a decision of ours is not a person's answer to it.
  const category = sameWord ? order.category : categoryOf(reading);
  const moved = isNew || category !== order.category;
  const attention = moved || order.waiting !== null;
  const overtaken = overtakenWrite(order, row.status);
  await applySeen(
    tx,
    merchant,
    order,
    row,
    { category, moved, attention, overtaken: overtaken !== null },
    at,
  );
  if (overtaken !== null)
    await recordOrderEvent(tx, merchant, order.id, 'not-written', { status: overtaken, why: 'changed' }, at);
  if (reading.kind === 'unknown' && (isNew || !sameWord)) await askAboutWord(tx, merchant, reading.word);
  if (moved)
    await recordOrderEvent(
      tx,
      merchant,
      order.id,
      isNew ? 'seen' : 'status',
      { from: order.statusText, to: row.status, category },
      at,
    );
}

/**
 * What was still to be written when a person set another word. From here on the row says theirs, so a write that finds it
 * would take it for what was decided upon, and write over it.
 */
function overtakenWrite({ writeStatus, statusText }: Order, word: string): string | null {
  if (writeStatus === null) return null;
  const now = normalise(word);
  return now === normalise(statusText) || now === normalise(writeStatus) ? null : writeStatus;
}

/** Switching a message type off cancels what waited for its hour; switching it on again does not bring it back. */
export async function cancelSwitchedOff(
  tx: Tx,
  merchant: MerchantId,
  sheet: Sheet,
  switches: Readonly<Record<OrderMessage, boolean>>,
  at: Date,
): Promise<void> {
  const changed = (
    ['newOrder', 'noAnswer', 'confirmed', 'shipped', 'rejectedOffer', 'reminder'] as const
  ).filter((type) => sheet.switches?.[type] !== switches[type]);
  if (changed.length === 0) return;
  await recordSwitches(tx, merchant, switches);
  for (const type of changed.filter((one) => !switches[one])) {
    for (const { id, occurrence } of await waitingFor(tx, merchant, type, at)) {
      if (await skipSaying(tx, { merchant, order: id }, type, occurrence, 'switched-off', at))
        await recordOrderEvent(tx, merchant, id, 'skipped', { type, why: 'switched-off' }, at);
    }
  }
}

const categoryOf = (reading: ReturnType<ReturnType<typeof statusReader>>): Order['category'] =>
  reading.kind === 'known' ? reading.category : null;

const withTab = (config: SheetConfig, tabId: number | null): SheetConfig =>
  config.kind === 'google' && tabId !== null ? { ...config, tabId } : config;

const headerOf = ({ columns, headers }: SheetReading): Sheet['header'] => ({
  hasMessageState: columns.messageState !== undefined,
  script: /\p{Script=Arabic}/u.test(headers[columns.status ?? 0] ?? '') ? 'ar' : 'en',
});

/** The database returns objects with their keys in another order, so the rows are compared by what they say. */
const sameMemory = (one: SheetMemory, other: SheetMemory): boolean =>
  one.headers !== null &&
  one.headers.join('\n') === other.headers?.join('\n') &&
  sameEach(
    one.rows,
    other.rows,
    (row, now) =>
      row.rowKey === now.rowKey &&
      row.status === now.status &&
      row.missing === now.missing &&
      sameCells(row.cells, now.cells),
  ) &&
  sameEach(
    one.held,
    other.held,
    (row, now) => row.rowKey === now.rowKey && row.missing === now.missing && sameCells(row.cells, now.cells),
  );

const sameEach = <Row>(
  one: readonly Row[],
  other: readonly Row[],
  same: (row: Row, now: Row) => boolean,
): boolean =>
  one.length === other.length &&
  one.every((row, index) => {
    const now = other[index];
    return now !== undefined && same(row, now);
  });

function sameCells(one: Fingerprint, other: Fingerprint): boolean {
  const cells = Object.entries(one);
  return cells.length === Object.keys(other).length && cells.every(([key, hash]) => other[key] === hash);
}
