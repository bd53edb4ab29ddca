import type { Advice } from './line-advice.ts';

/** What has to do with WhatsApp and with the phone: there a person looks, and decides. */
export const ADVICE_ON_PHONE: Readonly<Record<string, Advice>> = {
  conflict: {
    code: 'close-other-session',
    text: {
      ar: 'فُتحت هذه الجلسة في متصفح آخر. يستعيدها الخط بعد ثوانٍ؛ أغلق واتساب ويب هناك إذا تكرر ذلك.',
      en: 'This session was opened in another browser. The line takes it back in a few seconds; close WhatsApp Web there if it happens again.',
    },
  },
  'login-lost': {
    code: 'login-restored',
    text: {
      ar: 'فُقد تسجيل الدخول على هذا الجهاز، وتُستعاد آخر نسخة احتياطية. إن لم تنفع ظهر رمز QR.',
      en: 'The login was lost on this machine; the last backup is restored. If none helps, a QR code appears.',
    },
  },
  unpaired: {
    code: 'check-linked-devices',
    text: {
      ar: 'تقول الصفحة إن الهاتف غير مرتبط. انظر «الأجهزة المرتبطة» في واتساب على الهاتف.',
      en: 'The page says that no phone is linked. Look at “Linked devices” in WhatsApp on the phone.',
    },
  },
  'unlinked-on-phone': {
    code: 'link-again',
    text: {
      ar: 'أُلغي ربط هذا الجهاز من الهاتف. شغّل الخط وامسح رمز QR جديدًا؛ الرسائل تنتظر.',
      en: 'This device was unlinked on the phone. Start the line and scan a new QR code; messages wait.',
    },
  },
  'nobody-scanned': {
    code: 'ask-for-qr',
    text: {
      ar: 'لم يمسح أحد الرمز. افتح صفحة الخط ليظهر رمز QR جديد، ثم امسحه من الهاتف.',
      en: 'Nobody scanned the code. Open the line’s page for a fresh QR code, then scan it with the phone.',
    },
  },
  'page-version-refused': {
    code: 'update-zajel',
    text: {
      ar: 'رفض واتساب إصدار صفحته المحفوظ، وتُجرَّب الصفحة الحالية. حدّث زاجل إذا استمر ذلك.',
      en: 'WhatsApp refused the stored version of its page; the current one is tried. Update Zajel if this goes on.',
    },
  },
  'connection-refused-by-whatsapp': {
    code: 'look-at-phone',
    text: {
      ar: 'رفض واتساب الاتصال. افتح التطبيق على الهاتف وانظر هل يطلب شيئًا أو قيّد الرقم.',
      en: 'WhatsApp refused the connection. Open the app on the phone and see whether it asks for something or has restricted the number.',
    },
  },
  'first-contacts-refused': {
    code: 'answers-only',
    text: {
      ar: 'لا يقبل واتساب رسائل من هذا الرقم إلى من لم يراسله. الردود تُرسل؛ انتظر أيامًا ثم أعد تشغيل الخط.',
      en: 'WhatsApp takes no messages from this number to people who never wrote to it. Answers go out; wait some days, then restart the line.',
    },
  },
};
