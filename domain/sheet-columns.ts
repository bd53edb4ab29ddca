import { normalise } from './text.ts';

/** What a column of an order sheet can hold. */
export type SheetField =
  | 'orderId'
  | 'orderDate'
  | 'name'
  | 'phone'
  | 'whatsapp'
  | 'governorate'
  | 'area'
  | 'address'
  | 'details'
  | 'product'
  | 'quantity'
  | 'total'
  | 'status'
  | 'tracking'
  | 'notes'
  | 'source'
  | 'messageState';

/** Something the headers leave open. One that `pauses` must be settled by a person before anything is sent. */
export interface ColumnProblem {
  readonly code: 'missing' | 'ambiguous';
  readonly field: SheetField;
  /** The headers that contend for the field, as they stand in the sheet. */
  readonly headers: readonly string[];
  readonly pauses: boolean;
}

/** Where each field stands (counted from 0), and what could not be found without guessing. */
export interface SheetColumns {
  readonly columns: Readonly<Partial<Record<SheetField, number>>>;
  readonly problems: readonly ColumnProblem[];
}

/** A merchant's own headers per field; they come before the known ones, and so also settle what is ambiguous. */
export type HeaderAliases = Readonly<Partial<Record<SheetField, string | readonly string[]>>>;

/** The headers seen in the wild, one spelling each: they are compared in their normal form. */
const HEADERS: Readonly<Record<SheetField, readonly string[]>> = {
  orderId: ['رقم الطلب', 'Order ID', 'كود الطلب', 'Order Number'],
  orderDate: ['تاريخ الطلب', 'Date', 'Created at', 'Order Date', 'التاريخ'],
  name: ['الاسم', 'اسم العميل', 'Customer Name', 'Name'],
  phone: [
    'رقم الهاتف',
    'رقم التليفون',
    'الموبايل',
    'Phone',
    'الهاتف',
    'التليفون',
    'رقم الموبايل',
    'رقم الجوال',
    'الجوال',
    'Phone Number',
    'Mobile',
    'Mobile Number',
  ],
  whatsapp: ['رقم الواتساب', 'رقم الواتس', 'الواتساب', 'WhatsApp', 'الواتس', 'WhatsApp Number'],
  governorate: ['المحافظة', 'Governorate'],
  area: ['المنطقة', 'Area'],
  address: ['العنوان', 'Address'],
  details: ['تفاصيل الطلب', 'Order Details', 'Details'],
  product: ['اسم المنتج', 'المنتج', 'Product', 'Product Name'],
  quantity: ['الكمية', 'Quantity', 'Qty'],
  total: ['توتال السعر', 'توتال السعر شامل الشحن', 'السعر الإجمالي', 'Total', 'الإجمالي', 'Total Price'],
  status: ['الحالة', 'حالة الطلب', 'Order Status', 'Status'],
  tracking: ['رقم التتبع', 'رقم الشحنة', 'رقم البوليصة', 'Tracking', 'Tracking Number', 'Waybill'],
  notes: ['ملاحظات', 'Notes'],
  source: ['المصدر', 'Source'],
  messageState: ['ارسال واتس اب', 'حالة الواتساب', 'WhatsApp Status'],
};

/**
 * Spellings that count, in this order, only where none of the above stands: a short `واتس اب` beside `رقم الواتساب` may be
 * anything, and a sheet that has been read by the one for months must not lose it to a second candidate.
 */
const NEXT_CHOICES: Readonly<Partial<Record<SheetField, readonly (readonly string[])[]>>> = {
  whatsapp: [
    ['رقم الواتس اب', 'رقم واتساب', 'رقم واتس اب'],
    ['الواتس اب', 'واتساب', 'واتس اب'],
  ],
};

/** Without these nothing can be sent. */
const REQUIRED: ReadonlySet<SheetField> = new Set<SheetField>(['phone', 'status']);
/** Taking the wrong one of two order ids would make every known order look new. */
const NEVER_AMBIGUOUS: ReadonlySet<SheetField> = new Set<SheetField>(['phone', 'status', 'orderId']);

/** Every field a sheet can have. */
export function sheetFields(): readonly SheetField[] {
  return Object.keys(HEADERS).filter((key): key is SheetField => key in HEADERS);
}

/** Finds the columns by the text of their headers, never by their place. Unknown headers are nobody's business. */
export function findColumns(headers: readonly string[], merchantAliases: HeaderAliases = {}): SheetColumns {
  const sheet = headers.map(comparable);
  const own = sheetFields().map(
    (field) => [field, indexesOf(sheet, listOf(merchantAliases[field]))] as const,
  );
  const claimed = new Set(own.flatMap(([, indexes]) => indexes));

  const columns: Partial<Record<SheetField, number>> = {};
  const problems: ColumnProblem[] = [];
  for (const [field, chosen] of own) {
    const candidates =
      [
        chosen,
        ...[HEADERS[field], ...(NEXT_CHOICES[field] ?? [])].map((known) =>
          indexesOf(sheet, known).filter((index) => !claimed.has(index)),
        ),
      ].find(({ length }) => length > 0) ?? [];
    const [first, second] = candidates;
    if (first !== undefined && second === undefined) {
      columns[field] = first;
    } else if (first !== undefined) {
      const contending = candidates.map((index) => headers[index] ?? '');
      problems.push({ code: 'ambiguous', field, headers: contending, pauses: NEVER_AMBIGUOUS.has(field) });
    } else if (REQUIRED.has(field)) {
      problems.push({ code: 'missing', field, headers: [], pauses: true });
    }
  }
  return { columns, problems };
}

/** `order_id` and `Order-ID` are `Order ID`. */
const comparable = (header: string): string => normalise(header.replace(/[_-]+/g, ' '));

function indexesOf(sheet: readonly string[], aliases: readonly string[]): number[] {
  const wanted = new Set(aliases.map(comparable).filter((alias) => alias !== ''));
  return sheet.flatMap((header, index) => (wanted.has(header) ? [index] : []));
}

function listOf(aliases: string | readonly string[] | undefined): readonly string[] {
  if (aliases === undefined) return [];
  return typeof aliases === 'string' ? [aliases] : aliases;
}
