import type { MerchantId } from '../domain/ids.ts';
import { renderOrderMessage } from '../domain/order-message.ts';
import { messageFor, statusReader, type OrderMessage } from '../domain/order-status.ts';
import { countryCode } from '../domain/phone.ts';
import { settingsOf } from '../domain/settings.ts';
import { parseTemplate, type Template } from '../domain/template.ts';
import { orderRow } from '../sheets/order-row.ts';
import { EMPTY_MEMORY, type SheetMemory } from '../sheets/memory.ts';
import type { SheetReading, SheetRow } from '../sheets/source.ts';
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
  return {
    columns: Object.fromEntries(Object.entries(columns).map(([field, at]) => [field, headers[at] ?? ''])),
    problems: [...columnProblems, ...problems].map((problem) => ({ ...problem })),
    rows: columnProblems.some(({ pauses }) => pauses)
      ? []
      : read.rows.map((row) => lookAtRow(row, read, known, how)),
  };
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
  const orders = await tx.query<{ row_key: string; baseline: string | null; said: OrderMessage[] | null }>(
    `select o.row_key, o.baseline, (select array_agg(m.type) from order_messages m where m.merchant = o.merchant and m.order_id = o.id and m.state <> 'withdrawn') as said
     from orders o where o.merchant = $1`,
    [merchant],
  );
  return {
    shop,
    templates,
    memory: memoryIn((await readMemory(tx, merchant))?.memory),
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

function lookAtRow(
  sheetRow: SheetRow,
  { columns }: SheetReading,
  known: Known,
  how: 'as-new' | 'as-it-stands',
) {
  const row = orderRow(sheetRow, columns, countryCode(known.shop.country) ?? 'EG');
  const order = {
    id: row.fields.orderId ?? sheetRow.rowKey,
    place: sheetRow.place,
    name: row.fields.name ?? null,
    phone: row.phones[0]?.number ?? null,
    statusText: row.status,
  };
  const verdict = verdictOn(sheetRow, row, known, how);
  if (typeof verdict !== 'string') return { order, would: verdict, whyNot: null };
  if (verdict !== KNOWN) return { order, would: null, whyNot: verdict };
  const adopted = verdictOn(sheetRow, row, known, 'as-adopted');
  return {
    order,
    would: null,
    whyNot: verdict,
    ifAdopted: typeof adopted === 'string' ? null : adopted,
  };
}

function verdictOn(
  sheetRow: SheetRow,
  row: ReturnType<typeof orderRow>,
  known: Known,
  how: 'as-new' | 'as-it-stands' | 'as-adopted',
): string | { send: OrderMessage; text: string } {
  const status = known.read(row.status);
  if (status.kind === 'unknown') return 'unknown-status';
  const type = messageFor(status.category);
  if (type === null) return `no-message-for-${status.category}`;
  const order = how === 'as-new' || sheetRow.rowKey === null ? undefined : known.orders.get(sheetRow.rowKey);
  if (how === 'as-it-stands' && order?.baseline === status.category) return KNOWN;
  if (order?.said?.includes(type) === true) return 'said-before';
  if (!known.switches[type]) return 'switched-off';
  if (row.problem !== null) return `phone-${row.problem.problem}`;
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
