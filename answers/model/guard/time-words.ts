import { words } from '../../../domain/text.ts';
import { phraseFinder } from './phrases.ts';

/** How times, days and doors are spoken of. */
export const findHalves = phraseFinder({
  morning: [
    'am',
    'a.m',
    'صباحا',
    'الصبح',
    'صباح',
    'ص',
    'فجرا',
    'الفجر',
    'in the morning',
    'بەیانی',
    'بەیانیان',
    'پێش نیوەڕۆ',
  ],
  evening: [
    'pm',
    'p.m',
    'مساء',
    'مساءا',
    'المساء',
    'م',
    'ظهرا',
    'الظهر',
    'عصرا',
    'العصر',
    'المغرب',
    'بعد الظهر',
    'in the afternoon',
    'in the evening',
    'noon',
    'دوای نیوەڕۆ',
    'ئێوارە',
    'عەسر',
    'نیوەڕۆ',
  ],
  night: [
    'ليلا',
    'بالليل',
    'الليل',
    'بليل',
    'at night',
    'midnight',
    'منتصف الليل',
    'شەو',
    'o clock',
    "o'clock",
    'oclock',
  ],
});
export const BEFORE_A_TIME = new Set(words('الساعة ساعة الساعه كاتژمێر سەعات كاتژمێری'));
export const BEFORE_WHERE_HOURS_ARE_MEANT = new Set(
  words('at from until till to between and من الى إلى حتى لحد لحتى لغاية بين و لە بۆ تا هەتا'),
);
export const findDays = phraseFinder({
  mon: ['monday', 'mondays', 'mon', 'الاثنين', 'الإثنين', 'الاتنين', 'دووشەممە', 'دوو شەممە'],
  tue: ['tuesday', 'tuesdays', 'tue', 'الثلاثاء', 'الثلاثا', 'التلات', 'سێشەممە', 'سێ شەممە'],
  wed: ['wednesday', 'wednesdays', 'wed', 'الأربعاء', 'الأربع', 'چوارشەممە', 'چوار شەممە'],
  thu: ['thursday', 'thursdays', 'thu', 'الخميس', 'پێنجشەممە', 'پێنج شەممە'],
  fri: ['friday', 'fridays', 'fri', 'الجمعة', 'هەینی'],
  sat: ['saturday', 'saturdays', 'السبت', 'شەممە'],
  sun: ['sunday', 'sundays', 'sun', 'الأحد', 'الحد', 'یەکشەممە', 'یەک شەممە'],
});
export const findDoors = phraseFinder({
  again: ['open again', 'opens again', 'reopen', 'نعود', 'نرجع', 'هنفتح', 'سنفتح', 'راح نفتح', 'دەگەڕێینەوە'],
  open: [
    'open',
    'فاتحين',
    'فاتح',
    'مفتوح',
    'مفتوحين',
    'نفتح',
    'بنفتح',
    'شغالين',
    'متاحون',
    'متاحين',
    'کراوەین',
    'کراوەیە',
    'دەکەینەوە',
  ],
  closed: [
    'except',
    'ما عدا',
    'عدا',
    'إلا',
    'باستثناء',
    'جگە لە',
    'closed',
    'مغلق',
    'مغلقين',
    'مقفول',
    'قافلين',
    'مسكرين',
    'معزلين',
    'معزل',
    'مسدود',
    'خارج أوقات العمل',
    'عطلة',
    'داخراوین',
    'داخراوە',
    'پشوو',
    'day off',
  ],
});
export const NOW = new Set(words('now currently moment الآن الان حاليا دلوقتي دلوقت هسه هسة الحين ئێستا'));
export const NOT = new Set(words('not مش مو لسنا غير ما arent isnt'));

export const HOUR_WORDS = new Set(
  words(
    'hours opening work working العمل الدوام دوامنا مواعيد مواعيدنا اوقات أوقات كاتی کاتی كاركردن کارکردن',
  ),
);
