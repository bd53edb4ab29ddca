import { describe, expect, it } from 'vitest';
import { findColumns } from '../../domain/sheet-columns.ts';

describe('the columns of a sheet', () => {
  it('are found by their headers wherever they stand', () => {
    const headers = [
      'ملاحظات',
      'حالة الطلب',
      'رقم الهاتف',
      'لون العلبة',
      'اسم العميل',
      'توتال السعر شامل الشحن',
      'رقم الواتس',
      'ارسال واتس اب',
      'كود الطلب',
    ];
    expect(findColumns(headers)).toEqual({
      columns: { notes: 0, status: 1, phone: 2, name: 4, total: 5, whatsapp: 6, messageState: 7, orderId: 8 },
      problems: [],
    });
    const turned = findColumns(headers.toReversed());
    expect(turned.columns.phone).toBe(6);
    expect(turned.columns.status).toBe(7);
  });

  it('are found in English and in other spellings', () => {
    expect(
      findColumns([
        ' ORDER_ID ',
        'created-at',
        'PHONE',
        'WhatsApp',
        'Order Status',
        'WhatsApp Status',
        'Total:',
      ]).columns,
    ).toEqual({
      orderId: 0,
      orderDate: 1,
      phone: 2,
      whatsapp: 3,
      status: 4,
      messageState: 5,
      total: 6,
    });
    expect(findColumns(['رقـم الهاتف', 'الحاله', 'الإسم', '\u200Fالمحافظه']).columns).toEqual({
      phone: 0,
      status: 1,
      name: 2,
      governorate: 3,
    });
  });

  it.each(['رقم الواتس اب', 'الواتس اب', 'واتس اب', 'رقم الواتس آب'])(
    'take %s for the WhatsApp number, and never for the message state',
    (header) => {
      expect(findColumns(['رقم الهاتف', 'ارسال واتس اب', header, 'الحالة'])).toEqual({
        columns: { phone: 0, messageState: 1, whatsapp: 2, status: 3 },
        problems: [],
      });
      expect(findColumns(['رقم الهاتف', header, 'الحالة', 'رقم الواتساب'])).toEqual({
        columns: { phone: 0, status: 2, whatsapp: 3 },
        problems: [],
      });
    },
  );

  it('pause the sheet when the phone or the status is missing', () => {
    expect(findColumns(['الاسم'])).toEqual({
      columns: { name: 0 },
      problems: [
        { code: 'missing', field: 'phone', headers: [], pauses: true },
        { code: 'missing', field: 'status', headers: [], pauses: true },
      ],
    });
    expect(findColumns([]).problems).toHaveLength(2);
    expect(findColumns(['', '  ']).columns).toEqual({});
  });

  it('pause the sheet when two could be the phone: none of them is taken', () => {
    expect(findColumns(['رقم الهاتف', 'الموبايل', 'الحالة'])).toEqual({
      columns: { status: 2 },
      problems: [{ code: 'ambiguous', field: 'phone', headers: ['رقم الهاتف', 'الموبايل'], pauses: true }],
    });
    expect(findColumns(['Phone', 'الحالة', 'الحالة']).problems).toMatchObject([
      { code: 'ambiguous', field: 'status', pauses: true },
    ]);
    expect(findColumns(['Phone', 'الحالة', 'رقم الطلب', 'كود الطلب']).problems).toMatchObject([
      { field: 'orderId', pauses: true },
    ]);
  });

  it('are left out and named, without a pause, when two could be something optional', () => {
    const found = findColumns(['Phone', 'Status', 'العنوان', 'Address']);
    expect(found.columns).toEqual({ phone: 0, status: 1 });
    expect(found.problems).toEqual([
      { code: 'ambiguous', field: 'address', headers: ['العنوان', 'Address'], pauses: false },
    ]);
  });

  it("are the merchant's own choice first, which also settles what was ambiguous", () => {
    expect(findColumns(['رقم الهاتف', 'الموبايل', 'الحالة'], { phone: 'الموبايل' })).toEqual({
      columns: { phone: 1, status: 2 },
      problems: [],
    });
    expect(findColumns(['تواصل', 'الوضع'], { phone: ['تواصل'], status: ['الوضع'] }).columns).toEqual({
      phone: 0,
      status: 1,
    });
    expect(findColumns(['Phone', 'Status', 'Total'], { quantity: 'Total' }).columns).toEqual({
      phone: 0,
      status: 1,
      quantity: 2,
    });
  });

  it('fall back on the known headers when the merchant’s own is not in the sheet', () => {
    expect(findColumns(['Phone', 'Status'], { phone: 'جوال العميل' }).columns).toEqual({
      phone: 0,
      status: 1,
    });
  });
});
