import type { OrderCategory } from '../../domain/order-status.ts';
import type { MediaName, NamedOrder, Wording } from './wording.ts';

const MEDIA: Record<MediaName, string> = {
  image: 'الصورة',
  audio: 'الرسالة الصوتية',
  video: 'الفيديو',
  document: 'الملف',
  location: 'الموقع',
  contacts: 'جهة الاتصال',
  other: 'الرسالة',
};

const STATUS: Record<OrderCategory, string> = {
  new: 'قيد المراجعة',
  noAnswer: 'بانتظار تأكيدك',
  confirmed: 'مؤكد، ولم يُشحن بعد',
  shipped: 'تم شحنه',
  rejected: 'لم يُستلم',
  delivered: 'تم توصيله',
  cancelled: 'ملغى',
  postponed: 'مؤجل',
};

const named = ({ id, product }: NamedOrder): string =>
  product === '' ? `رقم ${id}` : `رقم ${id} (${product})`;
const list = (lines: readonly string[]): string => lines.map((line) => `• ${line}`).join('\n');
const days = ['الاثنين', 'الثلاثاء', 'الأربعاء', 'الخميس', 'الجمعة', 'السبت', 'الأحد'] as const;

export const WORDING_AR: Wording = {
  greeting: (shop, salam) =>
    `${salam ? 'وعليكم السلام ورحمة الله، أهلًا بك' : 'أهلًا وسهلًا بك'} في ${shop}! كيف يمكننا مساعدتك؟`,
  greetingBefore: (salam) => (salam ? 'وعليكم السلام ورحمة الله، أهلًا بك.' : 'أهلًا بك!'),
  thanks: 'العفو، سعدنا بخدمتك!',
  fallback:
    'لم أفهم رسالتك تمامًا. يمكنك أن تسألني عن:\n• سعر منتج أو توفره\n• حالة طلبك\n• تأكيد طلب أو إلغائه\n• أوقات العمل\nأو اكتب «موظف» للتحدث مع أحد أفراد فريقنا.',

  price: (product, amount) => `سعر ${product}: ${amount}.`,
  priceNotSet: (product) => `سعر ${product} غير مسجّل لديّ حاليًا.`,
  available: (product, amount) =>
    `نعم، متوفر لدينا: ${product}${amount === null ? '' : ` (السعر: ${amount})`}.`,
  soldOut: (product) => `للأسف، غير متوفر حاليًا: ${product}.`,
  stockNotKnown: (product, amount) =>
    `${product} من منتجاتنا${amount === null ? '' : ` (السعر: ${amount})`}، ويبقى أن يتأكد فريقنا من التوفر الآن.`,
  whichOfThese: (lines) => `أيّ هذه المنتجات تقصد؟\n${list(lines)}`,
  whichProduct: (names) => `عن أي منتج تسأل؟ لدينا مثلًا:\n${list(names)}`,
  noSuchProduct: (names) => `لم أجد هذا المنتج في قائمتنا. من منتجاتنا:\n${list(names)}`,
  photoNotRead: 'وصلتنا صورتك، لكنني لا أستطيع التعرّف على المنتج منها. ما اسم المنتج من فضلك؟',
  mediaNotRead: (media) =>
    `وصلتنا ${media.map((name) => MEDIA[name]).join(' و')}، لكنني لا أستطيع قراءة محتواها.`,
  writeInstead: 'اكتب لنا ما تحتاج إليه من فضلك.',

  orderStatus: (order, category, statusText, total) => {
    const status = (category === null ? '' : STATUS[category]) || statusText;
    return `طلبك ${named(order)}: ${status || 'قيد المتابعة'}.${total === null ? '' : ` الإجمالي: ${total}.`}`;
  },
  noOrders: 'لم أجد طلبًا مسجّلًا لرقمك.',
  noOrderWithThatNumber: 'لم أجد بين طلباتك طلبًا بهذا الرقم.',
  confirmed: (order) => `شكرًا لك! سجّلنا تأكيدك للطلب ${named(order)}.`,
  cancelled: (order) => `سجّلنا إلغاء الطلب ${named(order)} كما طلبت. نسعد بخدمتك في أي وقت.`,
  confirmOrCancel: (order) => `بخصوص طلبك ${named(order)}: أرسل 1 لتأكيده أو 2 لإلغائه.`,
  whichOrder: (orders) => `أي طلب تقصد؟ أرسل «تأكيد» أو «إلغاء» مع رقم الطلب:\n${list(orders.map(named))}`,
  nothingToConfirm: 'لا يوجد لديك الآن طلب ينتظر التأكيد.',
  cancelWhat:
    'ماذا تريد أن تلغي؟ لإلغاء طلب أرسل «إلغاء الطلب» مع رقمه، ولإيقاف رسائلنا أرسل «إلغاء الاشتراك».',
  cancelNeedsPerson: (order) =>
    order === null
      ? 'لم أجد طلبًا مفتوحًا يمكنني إلغاؤه.'
      : `وصلنا طلبك بإلغاء الطلب ${named(order)}، ولم نلغه بعد.`,

  person: 'حاضر، سنحوّلك إلى أحد أفراد فريقنا ليردّ عليك هنا.',
  cannotAnswerNow: 'عذرًا، لا أستطيع الإجابة الآن. سيكتب لك أحد أفراد فريقنا هنا.',
  passedOn: 'أحلنا رسالتك إلى فريقنا ليردّ عليك.',
  orderPassedOn: 'سيتابع معك أحد أفراد فريقنا لإتمام الطلب.',

  openUntil: (until) => (until === null ? 'نعم، نحن متاحون الآن.' : `نعم، نحن متاحون الآن حتى ${until}.`),
  closedUntil: (next) =>
    next === null ? 'نحن خارج أوقات العمل الآن.' : `نحن خارج أوقات العمل الآن، ونعود ${next}.`,
  week: 'أوقات العمل:',
  dayOff: 'عطلة',
  and: ' و',
  days,
  time: (hour, minute) =>
    `${hour % 12 === 0 ? 12 : hour % 12}:${String(minute).padStart(2, '0')} ${hour < 12 ? 'صباحًا' : 'مساءً'}`,
  moment: (day, time) =>
    `${day === 'today' ? 'اليوم' : day === 'tomorrow' ? 'غدًا' : `يوم ${days[day] ?? ''}`} الساعة ${time}`,

  optedOut: 'تم إيقاف رسائلنا إليك. إذا أردت العودة فأرسل «اشتراك».',
  optedIn: (shop) => `أهلًا بعودتك! ستصلك رسائل ${shop} من جديد، ولإيقافها أرسل «إيقاف».`,
};
