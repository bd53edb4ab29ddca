type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };

/** Counted things. Arabic has six forms of number (`many` is 11 to 99, `other` from 100 on); `other` is used where a form is not given. */
export const counts = {
  en: {
    fragments: { one: '{n} message gathered', other: '{n} messages gathered' },
    waitingOnLine: { one: '{n} message is waiting to be sent', other: '{n} messages are waiting to be sent' },
    needsHuman: { one: '{n} customer is waiting for you', other: '{n} customers are waiting for you' },
    rowsRead: { one: '{n} row read', other: '{n} rows read' },
    wouldSend: { one: '{n} message would be sent', other: '{n} messages would be sent' },
    adoptable: {
      one: '{n} row from before could get a message.',
      other: '{n} rows from before could get a message.',
    },
    adoptWarning: {
      one: 'This sends at most {n} message to a real customer. It can’t be taken back.',
      other: 'This sends at most {n} messages to real customers. It can’t be taken back.',
    },
    adopted: {
      one: '{n} order is written to. Its timeline shows what becomes of it.',
      other: '{n} orders are written to. Their timelines show what becomes of them.',
    },
  },
  ar: {
    fragments: {
      one: 'جُمعت رسالة واحدة',
      two: 'جُمعت رسالتان',
      few: 'جُمعت {n} رسائل',
      other: 'جُمعت {n} رسالة',
    },
    waitingOnLine: {
      one: 'رسالة واحدة بانتظار الإرسال',
      two: 'رسالتان بانتظار الإرسال',
      few: '{n} رسائل بانتظار الإرسال',
      other: '{n} رسالة بانتظار الإرسال',
    },
    needsHuman: {
      one: 'زبون واحد بانتظارك',
      two: 'زبونان بانتظارك',
      few: '{n} زبائن بانتظارك',
      many: '{n} زبوناً بانتظارك',
      other: '{n} زبون بانتظارك',
    },
    rowsRead: {
      zero: 'لم يُقرأ أي سطر',
      one: 'قُرئ سطر واحد',
      two: 'قُرئ سطران',
      few: 'قُرئت {n} أسطر',
      many: 'قُرئ {n} سطراً',
      other: 'قُرئ {n} سطر',
    },
    wouldSend: {
      zero: 'لا تُرسل أي رسالة',
      one: 'كانت ستُرسل رسالة واحدة',
      two: 'كانت ستُرسل رسالتان',
      few: 'كانت ستُرسل {n} رسائل',
      other: 'كانت ستُرسل {n} رسالة',
    },
    adoptable: {
      one: 'يمكن إرسال رسالة عن سطر واحد من قبل.',
      two: 'يمكن إرسال رسالتين عن سطرين من قبل.',
      few: 'يمكن إرسال رسائل عن {n} أسطر من قبل.',
      many: 'يمكن إرسال رسائل عن {n} سطراً من قبل.',
      other: 'يمكن إرسال رسائل عن {n} سطر من قبل.',
    },
    adoptWarning: {
      one: 'يُرسل هذا رسالة واحدة على الأكثر إلى زبون حقيقي، ولا يمكن التراجع عنه.',
      two: 'يُرسل هذا رسالتين على الأكثر إلى زبائن حقيقيين، ولا يمكن التراجع عنه.',
      few: 'يُرسل هذا {n} رسائل على الأكثر إلى زبائن حقيقيين، ولا يمكن التراجع عنه.',
      other: 'يُرسل هذا {n} رسالة على الأكثر إلى زبائن حقيقيين، ولا يمكن التراجع عنه.',
    },
    adopted: {
      zero: 'لم يُكتب إلى أحد.',
      one: 'يُكتب إلى طلب واحد. يظهر في سجله ما يحدث له.',
      two: 'يُكتب إلى طلبين. يظهر في سجل كل منهما ما يحدث له.',
      few: 'يُكتب إلى {n} طلبات. يظهر في سجل كل منها ما يحدث له.',
      many: 'يُكتب إلى {n} طلباً. يظهر في سجل كل منها ما يحدث له.',
      other: 'يُكتب إلى {n} طلب. يظهر في سجل كل منها ما يحدث له.',
    },
  },
} as const satisfies Record<'ar' | 'en', Record<string, Forms>>;

export type CountKey = keyof (typeof counts)['en'];
export const formsOf = (language: 'ar' | 'en', key: CountKey): Forms => counts[language][key];
