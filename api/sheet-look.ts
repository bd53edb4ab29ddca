import type { MerchantId } from '../domain/ids.ts';
import { renderOrderMessage } from '../domain/order-message.ts';
import { messageFor, statusReader, type OrderMessage } from '../domain/order-status.ts';
import type { OrderPhones } from '../domain/order.ts';
import { countryCode, type PhoneCandidate } from '../domain/phone.ts';
import { settingsOf } from '../domain/settings.ts';
import { parseTemplate, type Template } from '../domain/template.ts';
import { compare, type Comparison } from '../sheets/compare.ts';
import { orderIdKey } from '../sheets/identify.ts';
import { orderRow } from '../sheets/order-row.ts';
import { EMPTY_MEMORY, type SheetMemory } from '../sheets/memory.ts';
import { textAt, type SheetReading, type SheetRow } from '../sheets/source.ts';
import type { SheetPlace } from '../sheets/sources.ts';
import type { Tx } from '../store/database.ts';
import { readShopkeeper, readSettings } from '../store/merchants.ts';
import { readMemory } from '../store/sheets.ts';
import { merchantWords, readTemplate } from '../store/templates.ts';
import type { House } from './house.ts';
import { notFound, Problem } from './problem.ts';

const TYPES: readonly OrderMessage[] = [
  'newOrder',
  'noAnswer',
  'confirmed',
  'shipped',
  'rejectedOffer',
  'reminder',
];
const READ_WITHIN_MS = 20_000;
const KNOWN = 'known-at-first-connection';

/**
 * Reads a sheet and says for each row what would be sent and why not; nothing is kept and nothing is sent. `as-new`: as if
 * every row had just come. `as-it-stands`: with what is known of each.
 */
export async function lookAtSheet(
  house: House,
  merchant: MerchantId,
  place: SheetPlace,
  how: 'as-new' | 'as-it-stands',
) {
  const source = house.sources.fresh(place);
  const known = await house.database.merchant(merchant, (tx) => knownOf(tx, merchant));
  let read;
  try {
    read = await source.read({
      memory: how === 'as-new' ? EMPTY_MEMORY : known.memory,
      signal: AbortSignal.timeout(READ_WITHIN_MS),
    });
  } catch (error) {
    const { reason, detail } = source.classify(error);
    throw new Problem(422, `sheet-${reason}`, detail, { cause: error });
  }
  if (read.kind === 'unchanged') throw new Error('a reading without a condition was not made');
  const { columns, headers, columnProblems, problems } = read;
  const comparison = how === 'as-new' ? null : compare(known.memory, read);
  const doubt = comparison?.kind === 'suspicious' ? comparison.suspicion : null;
  const look: Look = { how, doubt: doubt?.reason ?? null, isOld: oldIn(comparison) };
  return {
    columns: Object.fromEntries(Object.entries(columns).map(([field, at]) => [field, headers[at] ?? ''])),
    problems: [
      ...[...columnProblems, ...problems].map((problem) => ({ ...problem })),
      // Unclear columns are named one by one already.
      ...(doubt === null || doubt.reason === 'unclear-columns' ? [] : [{ ...doubt, code: 'suspicious' }]),
    ],
    rows: columnProblems.some(({ pauses }) => pauses)
      ? []
      : read.rows.map((row) => lookAtRow(row, read, known, look)),
  };
}

interface Look {
  readonly how: 'as-new' | 'as-it-stands' | 'as-adopted';
  /** Why the sheet is not believed at present: then nothing is sent for any row. */
  readonly doubt: string | null;
  readonly isOld: (row: SheetRow) => boolean;
}

/** Which rows the next poll will take as known: all of them if it is the first. */
function oldIn(comparison: Comparison | null): Look['isOld'] {
  if (comparison?.kind !== 'changes') return () => comparison?.kind === 'baseline';
  const old = new Set<string | null>(
    comparison.changes.flatMap(({ kind, rowKey }) => (kind === 'old-order' ? [rowKey] : [])),
  );
  return ({ rowKey }) => old.has(rowKey);
}

type Known = Awaited<ReturnType<typeof knownOf>>;

async function knownOf(tx: Tx, merchant: MerchantId) {
  const shop = await readShopkeeper(tx, merchant);
  if (shop === null) throw notFound('merchant');
  const templates = new Map<OrderMessage, { template: Template; discount: number | null }>();
  for (const type of TYPES) {
    const { text, discount } = await readTemplate(tx, merchant, type, shop.language);
    const parsed = parseTemplate(text);
    if (parsed.ok) templates.set(type, { template: parsed.template, discount });
  }
  const memory = memoryIn((await readMemory(tx, merchant))?.memory);
  const orders = await tx.query<{
    row_key: string;
    phones: readonly PhoneCandidate[];
    baseline: string | null;
    said: OrderMessage[] | null;
  }>(
    `select o.row_key, o.phones, o.baseline, (select array_agg(m.type) from order_messages m where m.merchant = o.merchant and m.order_id = o.id and m.state <> 'withdrawn') as said
     from orders o where o.merchant = $1`,
    [merchant],
  );
  const silent = await tx.query<{ customer: string }>(
    `select customer from conversations where merchant = $1 and opted_out_at is not null
       and line = coalesce((select line from sheets where merchant = $1), line)`,
    [merchant],
  );
  return {
    shop,
    templates,
    optedOut: new Set(silent.map(({ customer }) => customer)),
    memory,
    watched: new Set(memory.rows.map(({ rowKey }) => rowKey)),
    switches: settingsOf(await readSettings(tx, merchant)).messageTypes,
    read: statusReader(await merchantWords(tx, merchant)),
    orders: new Map(orders.map((order) => [order.row_key, order])),
  };
}

/** Our own column, written by the poll alone. */
const memoryIn = (stored: unknown): SheetMemory =>
  stored === null || stored === undefined
    ? EMPTY_MEMORY
    : { ...EMPTY_MEMORY, ...(stored as Partial<SheetMemory>) };

function lookAtRow(sheetRow: SheetRow, { columns }: SheetReading, known: Known, look: Look) {
  const row = orderRow(sheetRow, columns, countryCode(known.shop.country) ?? 'EG');
  const order = {
    id: row.fields.orderId ?? sheetRow.rowKey,
    place: sheetRow.place,
    name: row.fields.name ?? null,
    phone: row.phones[0]?.number ?? null,
    statusText: row.status,
  };
  if (columns.orderId !== undefined && sheetRow.rowKey === null) {
    const blank = orderIdKey(textAt(sheetRow, columns.orderId)) === null;
    return { order, would: null, whyNot: blank ? 'missing-order-id' : 'duplicate-order-id' };
  }
  const verdict = verdictOn(sheetRow, row, known, look);
  if (typeof verdict !== 'string')
    return look.doubt === null
      ? { order, would: verdict, whyNot: null }
      : { order, would: null, whyNot: look.doubt };
  if (verdict !== KNOWN) return { order, would: null, whyNot: verdict };
  const adopted = verdictOn(sheetRow, row, known, { ...look, how: 'as-adopted' });
  return {
    order,
    would: null,
    whyNot: verdict,
    ifAdopted: typeof adopted === 'string' ? null : adopted,
  };
}

/** The order that the row is. The same number for another customer, in a sheet not watched yet, is none that is known. */
function orderOf({ rowKey }: SheetRow, { phones }: OrderPhones, { orders, watched }: Known) {
  const order = rowKey === null ? undefined : orders.get(rowKey);
  if (rowKey === null || order === undefined || watched.has(rowKey)) return order;
  if (order.phones.length === 0 || phones.length === 0) return order;
  return order.phones.some((one) => phones.some(({ number }) => number === one.number)) ? order : undefined;
}

function verdictOn(
  sheetRow: SheetRow,
  row: ReturnType<typeof orderRow>,
  known: Known,
  { how, isOld }: Look,
): string | { send: OrderMessage; text: string } {
  const status = known.read(row.status);
  if (status.kind === 'unknown') return 'unknown-status';
  const type = messageFor(status.category);
  if (type === null) return `no-message-for-${status.category}`;
  const order = how === 'as-new' ? undefined : orderOf(sheetRow, row, known);
  if (how === 'as-it-stands' && (order?.baseline === status.category || isOld(sheetRow))) return KNOWN;
  if (order?.said?.includes(type) === true) return 'said-before';
  if (!known.switches[type]) return 'switched-off';
  if (row.problem !== null) return `phone-${row.problem.problem}`;
  if (row.phones[0] !== undefined && known.optedOut.has(row.phones[0].number)) return 'opted-out';
  const template = known.templates.get(type);
  if (template === undefined) return 'template-broken';
  const rendered = renderOrderMessage(
    template.template,
    { ...row, number: row.fields.orderId ?? null },
    known.shop,
    template.discount ?? undefined,
  );
  return rendered.ok ? { send: type, text: rendered.text } : `missing-${rendered.missing.join('-')}`;
}
