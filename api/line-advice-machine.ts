import type { Advice } from './line-advice.ts';

/** What this machine lacks, or who else on it has the line. */
export const ADVICE_ON_MACHINE: Readonly<Record<string, Advice>> = {
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
  'in-use': {
    code: 'held-elsewhere',
    text: {
      ar: 'عملية أخرى تشغّل هذا الخط. سيعمل هنا وحده حين تنتهي تلك.',
      en: 'Another process holds this line. It comes up here by itself when that one ends.',
    },
  },
  'line-taken-over': {
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
  'moves-on': {
    code: 'held-elsewhere',
    text: {
      ar: 'انتهت العملية التي كانت تشغّل الخط، وتفتحه العملية التالية. إن لم يعد خلال دقيقة فابدأ عملية تشغّل الخطوط.',
      en: 'The process that held the line has ended, and the next one opens it. If it is not back within a minute, start a process that holds lines.',
    },
  },
  'holder-silent': {
    code: 'start-worker',
    text: {
      ar: 'انقطعت منذ 25 ثانية أخبار العملية التي تشغّل الخط، وتتسلّمه عملية أخرى. إن لم يعد خلال دقيقة فابدأ عملية تشغّل الخطوط (npm run worker).',
      en: 'The process that holds the line has not been heard of for 25 s; another one takes it over. If it is not back within a minute, start a process that holds lines (npm run worker).',
    },
  },
};
