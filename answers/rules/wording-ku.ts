import type { OrderCategory } from '../../domain/order-status.ts';
import type { MediaName, NamedOrder, Wording } from './wording.ts';

const MEDIA: Record<MediaName, string> = {
  image: 'وێنەکەت',
  audio: 'نامە دەنگییەکەت',
  video: 'ڤیدیۆکەت',
  document: 'فایلەکەت',
  location: 'شوێنەکەت',
  contacts: 'ژمارەکە',
  other: 'نامەکەت',
};

const STATUS: Record<OrderCategory, string> = {
  new: 'لە ژێر پێداچوونەوەدایە',
  noAnswer: 'چاوەڕێی پشتڕاستکردنەوەی تۆیە',
  confirmed: 'پشتڕاست کراوەتەوە و هێشتا نەنێردراوە',
  shipped: 'نێردراوە',
  rejected: 'وەرنەگیراوە',
  delivered: 'گەیەنراوە',
  cancelled: 'هەڵوەشێنراوەتەوە',
  postponed: 'دواخراوە',
};

const named = ({ id, product }: NamedOrder): string =>
  product === '' ? `ژمارە ${id}` : `ژمارە ${id} (${product})`;
const list = (lines: readonly string[]): string => lines.map((line) => `• ${line}`).join('\n');
const days = ['دووشەممە', 'سێشەممە', 'چوارشەممە', 'پێنجشەممە', 'هەینی', 'شەممە', 'یەکشەممە'] as const;

export const WORDING_KU: Wording = {
  greeting: (shop, salam) =>
    `${salam ? 'وعليكم السلام، ' : 'سڵاو، '}بەخێربێیت بۆ ${shop}! چۆن دەتوانین یارمەتیت بدەین؟`,
  greetingBefore: (salam) => (salam ? 'وعليكم السلام، بەخێربێیت.' : 'سڵاو، بەخێربێیت!'),
  thanks: 'شایەنی نییە، خۆشحاڵین بە خزمەتکردنت!',
  fallback:
    'بە تەواوی لە نامەکەت تێنەگەیشتم. دەتوانیت پرسیار بکەیت دەربارەی:\n• نرخی بەرهەم یان بەردەستبوونی\n• دۆخی داواکارییەکەت\n• پشتڕاستکردنەوە یان هەڵوەشاندنەوەی داواکاری\n• کاتی کارکردن\nیان بنووسە «کارمەند» بۆ قسەکردن لەگەڵ تیمەکەمان.',

  price: (product, amount) => `نرخی ${product}: ${amount}.`,
  priceNotSet: (product) => `ئێستا نرخی ${product} لای من تۆمار نەکراوە.`,
  available: (product, amount) => `بەڵێ، ${product} بەردەستە${amount === null ? '' : `، نرخی ${amount}`}.`,
  soldOut: (product) => `بەداخەوە، ${product} ئێستا بەردەست نییە.`,
  stockNotKnown: (product, amount) =>
    `${product} لە بەرهەمەکانمانە${amount === null ? '' : ` و نرخی ${amount}`}، بەڵام پێویستە تیمەکەمان دڵنیا بێتەوە کە ئێستا بەردەستە.`,
  whichOfThese: (lines) => `مەبەستت کامەیانە؟\n${list(lines)}`,
  whichProduct: (names) => `پرسیارت دەربارەی کام بەرهەمە؟ بۆ نموونە:\n${list(names)}`,
  noSuchProduct: (names) =>
    `ئەم بەرهەمەم لە لیستەکەماندا نەدۆزییەوە. هەندێک لە بەرهەمەکانمان:\n${list(names)}`,
  photoNotRead: 'وێنەکەت گەیشت، بەڵام ناتوانم بەرهەمەکە لە وێنەکەوە بناسمەوە. تکایە ناوی بەرهەمەکە چییە؟',
  mediaNotRead: (media) =>
    `${media.map((name) => MEDIA[name]).join(' و ')} گەیشت، بەڵام ناتوانم ناوەڕۆکەکەی بخوێنمەوە.`,
  writeInstead: 'تکایە بنووسە پێویستت بە چییە.',

  orderStatus: (order, category, statusText, total) =>
    `داواکارییەکەت ${named(order)}: ${(category === null ? '' : STATUS[category]) || statusText || 'لە کارکردندایە'}.${total === null ? '' : ` کۆی گشتی: ${total}.`}`,
  noOrders: 'هیچ داواکارییەکم بۆ ژمارەکەت نەدۆزییەوە.',
  noOrderWithThatNumber: 'لە نێو داواکارییەکانت داواکارییەک بەم ژمارەیە نەدۆزرایەوە.',
  confirmed: (order) => `سوپاس! پشتڕاستکردنەوەی داواکاری ${named(order)} تۆمار کرا.`,
  cancelled: (order) => `هەڵوەشاندنەوەی داواکاری ${named(order)} تۆمار کرا، وەک داوات کرد.`,
  confirmOrCancel: (order) =>
    `دەربارەی داواکاری ${named(order)}: بۆ پشتڕاستکردنەوە 1 بنێرە، بۆ هەڵوەشاندنەوە 2 بنێرە.`,
  whichOrder: (orders) =>
    `مەبەستت کام داواکارییە؟ «بەڵێ» یان «هەڵوەشاندنەوە» لەگەڵ ژمارەکەی بنێرە:\n${list(orders.map(named))}`,
  nothingToConfirm: 'ئێستا هیچ داواکارییەکت چاوەڕێی پشتڕاستکردنەوە نییە.',
  cancelWhat:
    'دەتەوێت چی هەڵبوەشێنیتەوە؟ بۆ داواکاری بنووسە «هەڵوەشاندنەوەی داواکاری» لەگەڵ ژمارەکەی، بۆ وەستاندنی نامەکانمان بنووسە «stop».',
  cancelNeedsPerson: (order) =>
    order === null
      ? 'هیچ داواکارییەکی کراوەم نەدۆزییەوە کە بتوانم هەڵیبوەشێنمەوە.'
      : `داوای هەڵوەشاندنەوەی داواکاری ${named(order)} گەیشت، هێشتا هەڵنەوەشێنراوەتەوە.`,

  person: 'بەسەرچاو، کەسێک لە تیمەکەمان لێرە وەڵامت دەداتەوە.',
  cannotAnswerNow: 'ببوورە، ئێستا ناتوانم وەڵام بدەمەوە. کەسێک لە تیمەکەمان لێرە بۆت دەنووسێت.',
  passedOn: 'نامەکەتمان گەیاندە تیمەکەمان بۆ ئەوەی وەڵامت بدەنەوە.',
  orderPassedOn: 'کەسێک لە تیمەکەمان لەگەڵت دەبێت بۆ تەواوکردنی داواکارییەکە.',

  openUntil: (until) => (until === null ? 'بەڵێ، ئێستا کراوەین.' : `بەڵێ، ئێستا کراوەین تا ${until}.`),
  closedUntil: (next) => (next === null ? 'ئێستا داخراوین.' : `ئێستا داخراوین، ${next} دەگەڕێینەوە.`),
  week: 'کاتی کارکردن:',
  dayOff: 'پشوو',
  and: ' و ',
  days,
  time: (hour, minute) =>
    `${hour % 12 === 0 ? 12 : hour % 12}:${String(minute).padStart(2, '0')} ${hour < 12 ? 'پێش نیوەڕۆ' : 'دوای نیوەڕۆ'}`,
  moment: (day, time) =>
    `${day === 'today' ? 'ئەمڕۆ' : day === 'tomorrow' ? 'سبەینێ' : `ڕۆژی ${days[day] ?? ''}`} کاتژمێر ${time}`,

  optedOut: 'نامەکانمان بۆ تۆ وەستێنران. بۆ گەڕانەوە بنووسە «start».',
  optedIn: (shop) => `بەخێربێیتەوە! نامەکانی ${shop} دووبارە پێت دەگات، بۆ وەستاندنیان بنووسە «stop».`,
};
