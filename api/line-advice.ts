import type { LineState } from '../store/lines.ts';

export interface Advice {
  readonly code: string;
  readonly text: { readonly ar: string; readonly en: string };
}

/** What the operator should do in a state, where no reason says it better. */
const OF_STATE: Partial<Record<LineState, Advice>> = {
  stopped: {
    code: 'start-line',
    text: {
      ar: 'الخط متوقف. شغّله لتُرسل الرسائل المنتظرة.',
      en: 'The line is stopped. Start it, and what waits is sent.',
    },
  },
  starting: {
    code: 'wait-for-start',
    text: {
      ar: 'الخط يعمل الآن على الاتصال. يستغرق ذلك ثواني، ودقائق في أول ربط.',
      en: 'The line is connecting. That takes seconds; minutes when it was linked for the first time.',
    },
  },
  'logged-out': {
    code: 'log-in',
    text: {
      ar: 'الخط غير مسجَّل الدخول. شغّله وسجّل الدخول من جديد.',
      en: 'The line is logged out. Start it and log in again.',
    },
  },
  'needs-qr': {
    code: 'scan-qr',
    text: {
      ar: 'افتح واتساب على الهاتف وامسح رمز QR.',
      en: 'Open WhatsApp on the phone and scan the QR code.',
    },
  },
  degraded: {
    code: 'wait-or-restart',
    text: {
      ar: 'الاتصال ضعيف ويُصلَح تلقائيًا. أعد التشغيل إذا طال.',
      en: 'The connection is poor and is being repaired. Restart the line if it lasts.',
    },
  },
  'no-new-chats': {
    code: 'answers-only',
    text: {
      ar: 'الردود تُرسل، ورسائل العملاء الجدد تنتظر.',
      en: 'Answers go out; messages to new customers wait.',
    },
  },
};

const repairs = (ar: string, en: string): Advice => ({
  code: 'repairs-itself',
  text: {
    ar: `${ar} يعود الخط وحده خلال ثوانٍ، ولا تضيع أي رسالة.`,
    en: `${en} The line comes back by itself within seconds, and no message is lost.`,
  },
});
const browserLost = repairs('توقف المتصفح أو صفحته.', 'The browser or its page has ended.');
const pageDead = repairs(
  'صفحة واتساب لا تستجيب، ويُفتح متصفح جديد.',
  'WhatsApp’s page does not answer; a new browser is opened.',
);
const slowStart: Advice = {
  code: 'check-phone-and-network',
  text: {
    ar: 'لم تكتمل البداية، وتُعاد المحاولة تلقائيًا. إذا تكرر ذلك فتأكد من اتصال هذا الجهاز والهاتف بالإنترنت.',
    en: 'The start did not complete and is tried again. If it happens again and again, check that this machine and the phone are online.',
  },
};
const tidied = repairs(
  'كبر المتصفح أو ملفاته فأُعيد فتحه.',
  'The browser or its files had grown too large, so it was opened anew.',
);

/** What a reason of a line with a browser means for the operator; it is more exact than its state. */
const OF_REASON: Readonly<Record<string, Advice>> = {
  'page-crashed': browserLost,
  'page-closed': browserLost,
  'page-lost': browserLost,
  'browser-gone': browserLost,
  'page-silent': pageDead,
  'servers-silent': pageDead,
  'page-replaced': pageDead,
  'socket-stuck': pageDead,
  'history-unreadable': pageDead,
  'profile-too-large': tidied,
  'browser-too-large': tidied,
  'start-failed': slowStart,
  'never-authenticated': slowStart,
  'authenticated-without-ready': slowStart,
  'not-ready': slowStart,
  'socket-opening': {
    code: 'check-network',
    text: {
      ar: 'لا اتصال بخوادم واتساب. تأكد من اتصال هذا الجهاز بالإنترنت؛ يعود الخط وحده.',
      en: 'There is no connection to WhatsApp’s servers. Check this machine’s network; the line comes back by itself.',
    },
  },
  'page-slow': {
    code: 'machine-busy',
    text: {
      ar: 'صفحة واتساب بطيئة: هذا الجهاز مشغول أو ذاكرته قليلة. الرسائل تُرسل مع ذلك.',
      en: 'WhatsApp’s page is slow: this machine is busy or short of memory. Messages go out all the same.',
    },
  },
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
  'refused-by-whatsapp': {
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
  'in-use': {
    code: 'held-elsewhere',
    text: {
      ar: 'عملية أخرى تمسك هذا الخط. سيعمل هنا وحده حين تنتهي تلك.',
      en: 'Another process holds this line. It comes up here by itself when that one ends.',
    },
  },
  'taken-over': {
    code: 'held-elsewhere',
    text: {
      ar: 'انتقل الخط إلى عملية أخرى، وهي تفتحه الآن.',
      en: 'The line has moved to another process, which is opening it now.',
    },
  },
  'no-chromium': {
    code: 'install-chromium',
    text: {
      ar: 'لم يُعثر على متصفح Chromium. ثبّته أو اضبط CHROMIUM_PATH على مساره؛ يعمل الخط بعدها وحده.',
      en: 'No Chromium was found. Install it or set CHROMIUM_PATH to it; the line then comes up by itself.',
    },
  },
  'not-writable': {
    code: 'give-folder',
    text: {
      ar: 'لا يستطيع زاجل الكتابة في مجلد الخط. امنحه للمستخدم الذي يشغّل زاجل (chown).',
      en: 'Zajel can’t write to the line’s folder. Give it to the user that runs Zajel (chown).',
    },
  },
  'no-space': {
    code: 'free-space',
    text: {
      ar: 'القرص ممتلئ تقريبًا، والمتصفح يحتاج 200 ميغابايت. أفرغ مساحة؛ يعمل الخط بعدها وحده.',
      en: 'The disk is almost full; the browser needs 200 MB. Free some space; the line then comes up by itself.',
    },
  },
};

/** What to do about a line, most exact first; nothing where all is well. */
export function adviceFor(state: LineState, reason: string | null): Advice[] {
  if (state === 'connected') return [];
  // A person's stop is no failure, whatever came before it.
  const exact = state === 'stopped' || reason === null ? undefined : OF_REASON[reason];
  const advice = exact ?? OF_STATE[state];
  return advice === undefined ? [] : [advice];
}
