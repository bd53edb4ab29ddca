import type { OrderMessage } from './order-status.ts';

/** The languages that starter templates are written in. */
export type StarterLanguage = 'ar' | 'en';

/**
 * What a merchant begins with, to be edited. `confirmed` thanks and says what comes next; that the order has left is
 * said by `shipped` alone.
 */
export const TEMPLATE_STARTERS: Readonly<Record<StarterLanguage, Readonly<Record<OrderMessage, string>>>> = {
  ar: {
    newOrder: [
      'أهلًا {الاسم|عميلنا العزيز} 👋',
      'وصلنا طلبك من {الشركة|متجرنا}:',
      'المنتج: {المنتج|حسب طلبك}',
      'الإجمالي: {الإجمالي} {العملة|}',
      '',
      'لتأكيد الطلب أرسل 1، ولإلغائه أرسل 2.',
    ].join('\n'),
    noAnswer: [
      'أهلًا {الاسم|عميلنا العزيز}،',
      'حاولنا الاتصال بك بخصوص طلبك من {الشركة|متجرنا} ({المنتج|طلبك}) ولم نتمكن من الوصول إليك.',
      '',
      'لتأكيد الطلب أرسل 1، ولإلغائه أرسل 2.',
    ].join('\n'),
    confirmed: [
      'شكرًا {الاسم|عميلنا العزيز} 🌷',
      'تم تأكيد طلبك ({المنتج|حسب الاتفاق}) بإجمالي {الإجمالي} {العملة|}.',
      'سنراسلك هنا عند شحنه.',
    ].join('\n'),
    shipped: [
      'أهلًا {الاسم|عميلنا العزيز}،',
      'تم شحن طلبك ({المنتج|حسب الاتفاق}).',
      'المبلغ عند الاستلام: {الإجمالي} {العملة|}',
    ].join('\n'),
    rejectedOffer: [
      'أهلًا {الاسم|عميلنا العزيز}،',
      'يسعدنا أن نقدم لك طلبك ({المنتج|حسب الاتفاق}) بسعر خاص: {الإجمالي بعد الخصم} {العملة|} بدلًا من {الإجمالي} {العملة|}.',
      '',
      'إذا ناسبك العرض أرسل 1، وإن لم يناسبك أرسل 2.',
    ].join('\n'),
    reminder: [
      'أهلًا {الاسم|عميلنا العزيز}،',
      'طلبك من {الشركة|متجرنا} ({المنتج|طلبك}) ما زال في انتظار تأكيدك.',
      '',
      'لتأكيد الطلب أرسل 1، ولإلغائه أرسل 2.',
    ].join('\n'),
  },
  en: {
    newOrder: [
      'Hello {name|there} 👋',
      'We have received your order from {company|our shop}:',
      'Product: {product|as ordered}',
      'Total: {total} {currency|}',
      '',
      'Send 1 to confirm the order, or 2 to cancel it.',
    ].join('\n'),
    noAnswer: [
      'Hello {name|there},',
      'We tried to call you about your order from {company|our shop} ({product|your order}) and could not reach you.',
      '',
      'Send 1 to confirm the order, or 2 to cancel it.',
    ].join('\n'),
    confirmed: [
      'Thank you, {name|dear customer} 🌷',
      'Your order ({product|as agreed}) is confirmed. Total: {total} {currency|}.',
      'We will write to you here when it ships.',
    ].join('\n'),
    shipped: [
      'Hello {name|there},',
      'Your order ({product|as agreed}) has been shipped.',
      'To pay on delivery: {total} {currency|}',
    ].join('\n'),
    rejectedOffer: [
      'Hello {name|there},',
      'We would be glad to offer you your order ({product|as agreed}) at a special price: {discountedTotal} {currency|} instead of {total} {currency|}.',
      '',
      'Send 1 if you would like it, or 2 if not.',
    ].join('\n'),
    reminder: [
      'Hello {name|there},',
      'Your order from {company|our shop} ({product|your order}) is still waiting for your confirmation.',
      '',
      'Send 1 to confirm the order, or 2 to cancel it.',
    ].join('\n'),
  },
};
