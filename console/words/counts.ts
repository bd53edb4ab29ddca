type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };

/** Counted things. Arabic has six forms of number; `other` is used where a form is not given. */
export const counts = {
  en: {
    fragments: { one: '{n} message gathered', other: '{n} messages gathered' },
    waitingOnLine: { one: '{n} message is waiting to be sent', other: '{n} messages are waiting to be sent' },
    needsHuman: { one: '{n} customer is waiting for you', other: '{n} customers are waiting for you' },
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
      other: '{n} زبوناً بانتظارك',
    },
  },
} as const satisfies Record<'ar' | 'en', Record<string, Forms>>;

export type CountKey = keyof (typeof counts)['en'];
export const formsOf = (language: 'ar' | 'en', key: CountKey): Forms => counts[language][key];
