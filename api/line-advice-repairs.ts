import type { Advice } from './line-advice.ts';

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

const reopened = repairs('يُفتح المتصفح من جديد كما طُلب.', 'The browser is being opened anew, as was asked.');

/** A browser or a page that has failed: the line mends it, and there is nothing to do but to know. */
export const ADVICE_ON_REPAIRS: Readonly<Record<string, Advice>> = {
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
  'restart-browser': reopened,
  reconnect: reopened,
  'queue-lost': repairs(
    'انقطع الاتصال بمحرك العمل، ويُفتح المتصفح من جديد.',
    'The connection to Temporal was lost; the browser is opened anew.',
  ),
};
