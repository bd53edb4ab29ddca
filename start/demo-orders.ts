import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lineId, type MerchantId } from '../domain/ids.ts';
import type { Tx } from '../store/database.ts';
import { connectSheet, runSheet } from '../store/sheets.ts';

const FILE = 'orders.csv';
/** Made-up people; the numbers are of a block that is given to nobody. */
const ROWS = [
  [
    'رقم الطلب',
    'تاريخ الطلب',
    'الاسم',
    'رقم الهاتف',
    'المحافظة',
    'العنوان',
    'اسم المنتج',
    'الكمية',
    'السعر الإجمالي',
    'الحالة',
    'ملاحظات',
    'حالة الواتساب',
  ],
  [
    '1001',
    '2026-01-10',
    'منى السيد',
    '01000000001',
    'القاهرة',
    'شارع النيل 5',
    'قميص قطن',
    '1',
    '350',
    'جديد',
    '',
    '',
  ],
  [
    '1002',
    '2026-01-10',
    'كريم حسن',
    '01000000002',
    'الجيزة',
    'شارع الهرم 12',
    'عطر العود',
    '1',
    '520',
    'جديد',
    '',
    '',
  ],
  [
    '1003',
    '2026-01-11',
    'هالة فؤاد',
    '01000000003',
    'الإسكندرية',
    'شارع البحر 8',
    'شنطة جلد',
    '1',
    '890',
    'لم يتم الرد',
    '',
    '',
  ],
  [
    '1004',
    '2026-01-11',
    'سامي عادل',
    '01000000004',
    'طنطا',
    'شارع الجلاء 3',
    'قميص قطن',
    '2',
    '700',
    'تم التأكيد',
    '',
    '',
  ],
  [
    '1005',
    '2026-01-12',
    'ليلى نبيل',
    '01000000005',
    'المنصورة',
    'شارع بورسعيد 20',
    'ساعة يد',
    '1',
    '1250',
    'تم الشحن',
    '',
    '',
  ],
];

/** The demo's sheet: a file that any spreadsheet program opens, connected and watched from the first start. */
export async function connectDemoOrders(tx: Tx, merchant: MerchantId, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    // The mark in front is what makes spreadsheet programs read Arabic as it is.
    writeFileSync(join(folder, FILE), `\uFEFF${ROWS.map((row) => row.join(',')).join('\r\n')}\r\n`, {
      flag: 'wx',
      mode: 0o600,
    });
  } catch (error) {
    // One that is there is somebody's: it stays.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  await connectSheet(tx, merchant, {
    config: { kind: 'file', path: FILE },
    credentials: null,
    line: lineId('sim'),
    columns: {},
  });
  await runSheet(tx, merchant, true, new Date());
}
