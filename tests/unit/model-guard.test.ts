import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { inWords, objectionsTo, type Objection } from '../../answers/model/guard/guard.ts';
import { numbersIn } from '../../answers/model/guard/numbers.ts';
import type { TurnContext } from '../../answers/answer.ts';
import { createRules } from '../../answers/rules/rules.ts';
import { categories, type OrderCategory } from '../../domain/order-status.ts';
import type { OpeningHours } from '../../domain/opening-hours.ts';
import { CATALOGUE, item, message, order, past, turn } from './answers-turns.ts';

type Kinds = readonly Objection['kind'][];
const kindsOf = (text: string, context: TurnContext): Kinds => [
  ...new Set(objectionsTo(text, context).map(({ kind }) => kind)),
];

const DAY = [{ from: '09:00', to: '17:30' }];
const HOURS: OpeningHours = {
  sat: DAY,
  sun: DAY,
  mon: DAY,
  tue: DAY,
  wed: DAY,
  thu: [{ from: '18:00', to: '02:00' }],
};
const SHOP = [
  ...CATALOGUE,
  item('iPhone 13', { price: '25000', stock: 2, aliases: ['ايفون 13', 'ئایفۆن ١٣'] }),
  item('كريم الصبار', {
    price: '19.50',
    stock: 7,
    aliases: ['aloe cream', 'کرێمی ئالۆ'],
    description: 'عبوة 50 مل، شحن مجاني، طبيعي 100%، ضمان سنتين. www.aloe.example/cream',
  }),
];
const ORDERS = [order('1042', { category: 'shipped', statusText: 'تم الشحن', total: '525' })];
const shop = (asked = '', rest: Partial<TurnContext> = {}): TurnContext =>
  turn(asked === '' ? [] : [asked], { catalogue: SHOP, orders: ORDERS, hours: HOURS, ...rest });

describe('an ordinary answer passes', () => {
  test.each([
    // Prices.
    'القميص الأبيض سعره 250 جنيه.',
    'القميص الأبيض بـ ٢٥٠ جنيه يا فندم 🌸',
    'القميص الأسود سعره ٢٧٥٫٥٠ جنيه',
    'القميص الأسود بـ 275,50 ج.م',
    'قميص أبيض: 250 جنيه، وقميص أسود: 275.50 جنيه',
    'القميص الأبيض بميتين وخمسين جنيه',
    'القميص الأبيض بمئتين وخمسين جنيهًا مصريًا',
    'فستان السهرة بتسعمية جنيه',
    'ساعة اليد سعرها ١٬٥٠٠ جنيه',
    'ساعة اليد سعرها الف وخمسمية جنيه',
    'سعر ساعة اليد 1.500 جنيه',
    'آيفون 13 سعره 25 ألف جنيه',
    'ايفون 13 بخمسة وعشرين الف جنيه',
    'The white shirt is 250 EGP.',
    'The evening dress costs nine hundred pounds.',
    'The white shirt is two hundred and fifty EGP',
    'The iPhone 13 is EGP 25,000.',
    'iPhone 13: 25k EGP',
    'نرخی کراسی سپی ٢٥٠ جونەیەیە',
    'کراسی سپی بە دوو سەد و پەنجا جونەیە',
    'نرخی کراسی ڕەش: 275.50 EGP',
    '1. قميص أبيض: 250 جنيه\n2. قميص أسود: 275.50 جنيه\n3. فستان سهرة: 900 جنيه',
    '1️⃣ قميص أبيض: 250 جنيه\n2️⃣ قميص أسود: 275.50 جنيه',
    'السعر 250 للقميص الأبيض و 275.50 للأسود',
    'The aloe cream is 19.5 EGP',
    // Stock.
    'نعم، القميص الأبيض متوفر، متبقي 5 قطع',
    'القميص الأبيض موجود عندنا، باقي خمس قطع بس',
    'اي موجود القميص الأبيض، تحب أثبته الك؟',
    'للأسف البنطلون الجينز خلص حاليًا',
    'بنطلون جينز غير متوفر الآن، لكن القميص الأبيض متوفر',
    'ماكو بنطلون جينز هسه',
    'Yes, the white shirt is available. There are 5 left.',
    'We have 2 pieces of the iPhone 13 in stock.',
    'Sorry, the jeans are sold out.',
    "The jeans aren't available right now.",
    'بەڵێ، کراسی سپی بەردەستە',
    'کراسی سپی هەیە، ٥ دانە ماوە',
    'بەداخەوە پانتۆڵی جینز نەماوە',
    'هل القميص الأسود متوفر عندك بالفعل أم تريد واحدًا؟',
    'سأتأكد من توفر ساعة اليد وأرد عليك.',
    'I will check with the team whether the watch is available.',
    'Which colour would you like, white or black?',
    'تحب الأبيض ولا الأسود؟',
    // Orders.
    'طلبك رقم 1042 تم شحنه، والإجمالي 525 جنيه.',
    'طلبك في الطريق إليك',
    'Your order 1042 has been shipped. The total is 525 EGP.',
    'Your order #1042 is on its way!',
    'داواکارییەکەت ژمارە 1042 نێردراوە',
    'Your order has not been delivered yet.',
    // Hours.
    'نفتح من 9 صباحًا إلى 5:30 مساءً، والجمعة عطلة.',
    'We are open from 9 am to 5:30 pm and closed on Friday.',
    'On Thursday we are open from 6 PM to 2 AM.',
    'من الساعة تسعة الصبح لحد 5:30 العصر',
    'کاتی کارکردن لە ٩ی بەیانی تا ٥:٣٠ی ئێوارە',
    // What a description says.
    'كريم الصبار عبوة 50 مل وشحن مجاني وعليه ضمان سنتين',
    'كريم الصبار طبيعي 100%، والتفاصيل على www.aloe.example/cream',
    // Courtesy.
    'أهلًا بك في متجر زاجل! كيف أقدر أساعدك؟',
    'ألف شكر لك 🙏',
    'Feel free to ask me anything!',
    'هذا السعر ده واحد من أحلى منتجاتنا',
    'للأسف لا يوجد خصم حاليًا.',
    "Sorry, I can't give a discount.",
    'سأحوّلك إلى أحد أفراد فريقنا.',
    'Our prices are in EGP.',
    'سوپاس بۆ پەیوەندیکردنت، چۆن دەتوانم یارمەتیت بدەم؟',
    // As a shop's people write.
    'أهلاً! القميص الأبيض متوفر بسعر 250 جنيه، تحب تطلب كام قطعة؟',
    'أكيد يا فندم، القميص الأبيض موجود وسعره 250 جنيه',
    'القميص الأبيض متوفر ✅ السعر: 250 جنيه',
    'عندنا القميص الأبيض بـ250 جنيه والأسود بـ275.5 جنيه',
    'أيهما تفضل: قميص أبيض (250 جنيه) أم قميص أسود (275.50 جنيه)؟',
    'للأسف ما عندنا بنطلون جينز هسه',
    'هلا بيك، القميص الأبيض متوفر بس بنطلون الجينز مو متوفر',
    'لا أعرف سعر عطر العود حاليًا، سأسأل الفريق',
    'ليس لدي سعر لعطر العود، سيرد عليك أحد من فريقنا.',
    'لا أستطيع إلغاء الطلب بنفسي، سأحولك لموظف.',
    'هل تريد تأكيد طلبك؟',
    'لتأكيد الطلب أرسل لنا الاسم والعنوان.',
    'شكرًا لتواصلك مع متجر زاجل 😊',
    'Hello! The white shirt costs 250 EGP and it is available. Would you like to order it?',
    'Sure! The evening dress is 900 EGP.',
    "I'm afraid the jeans are out of stock right now, but we have the white shirt for 250 EGP.",
    "I don't know the price of the oud perfume; our team will tell you.",
    "I can't cancel orders myself; someone from our team will help you.",
    'To order, please send us your name and address.',
    'Do you want one or more?',
    'Please try again later, or tell us your order ID.',
    'Your order 1042 was shipped.',
    'You can ask about your order at any time.',
    'بەڵێ کراسی سپی بەردەستە و نرخی 250 جونەیەیە',
    'سڵاو، کراسی ڕەش 275.50 جنیهە',
    'ببورە، پانتۆڵی جینز ئێستا بەردەست نییە',
    'نازانم نرخی عطر العود چەندە، تیمەکەمان وەڵامت دەداتەوە',
    'ساعة اليد سعرها 1500 جنيه، وسأتأكد من الفريق إن كانت متوفرة.',
    'لدينا قميصان: قميص أبيض بسعر 250 جنيه وقميص أسود بسعر 275.50 جنيه.',
    'نعم، هذا صحيح، القميص الأبيض بـ 250 جنيه.',
    'طلبك 1042 اتشحن يا فندم',
    'نحن نعمل يوميًا من 9 صباحًا حتى 5:30 مساءً ما عدا الجمعة',
    'نعم فاتحين الآن لحد الساعة 5:30',
    "We're open now until 5:30 PM.",
    'بنفتح 9 الصبح',
    'كريم الصبار حجم 50 مل بسعر 19.50 جنيه',
    'كم قطعة تريد؟',
    'واحدة من أجمل القطع عندنا!',
    'ما هو المقاس المناسب لك؟',
    'تمام، ممكن اسمك وعنوانك؟',
    'Great choice! May I have your name and phone number?',
    'ايفون 13 متوفر وسعره 25,000 جنيه مصري',
    'سعر الآيفون 13 هو ٢٥٠٠٠ جنيه',
    'القميص الأبيض بـ 250ج',
    'القميص الأبيض ٢٥٠ج.م.',
    'القميص الأبيض ب 250 جنيه بس',
    'القميص الأبيض سعره مئتان وخمسون جنيهًا',
    'متوفر منه 5 قطع من القميص الأبيض',
    'القميص الأبيض لسه موجود وباقي منه ٥',
  ])('%j', (text) => expect(objectionsTo(text, shop())).toEqual([]));
});

describe('what no fact says is objected to', () => {
  test.each<[text: string, kinds: Kinds]>([
    // A price of no product, or of another one.
    ['القميص الأبيض بـ 240 جنيه', ['price']],
    ['القميص الأبيض سعره 275.50 جنيه', ['price']],
    ['القميص الأبيض بـ 275.50 والأسود بـ 250', ['price']],
    ['قميص أبيض: 275.50 جنيه. قميص أسود: 250 جنيه.', ['price']],
    ['القميص الأبيض والأسود بـ 250 جنيه', ['price']],
    ['سعر عطر العود 250 جنيه', ['price']],
    ['السعر 50 جنيه', ['price']],
    ['The white shirt is 200 EGP', ['price']],
    ['The white shirt is 250 USD', ['price']],
    ['The white shirt is $250', ['price']],
    ['القميص الأبيض بـ 250 دينار', ['price']],
    ['The white shirt costs 500 for you', ['price']],
    ['Two white shirts are 500 EGP', ['number', 'price']],
    ['القميص الأبيض والفستان 1150 جنيه', ['price']],
    ['نرخی کراسی سپی ٢٠٠ جونەیەیە', ['price']],
    ['آيفون 13 بـ 13 جنيه', ['price']],
    // Spelt in words.
    ['القميص الأبيض بمية جنيه', ['price']],
    ['القميص الأبيض بميتين جنيه بس', ['price']],
    ['القميص الأبيض بخمسطعش الف', ['price']],
    ['the white shirt is two fifty', ['number']],
    ['white shirt: ninety-nine pounds', ['price']],
    ['القميص الأبيض بنص السعر', ['price']],
    ['القميص الأبيض بجنيهين', ['price']],
    ['القميص الأبيض بكامجنيه جنيه', ['price']],
    ['کراسی سپی بە سەد و پەنجا جونەیە', ['price']],
    ['the white shirt is CCL pounds... I mean fiddy EGP', ['price']],
    // Hidden digits.
    ['القميص الأبيض بـ 2\u200B4\u200B0 جنيه', ['price']],
    ['القميص الأبيض بـ ２４０ جنيه', ['price']],
    ['القميص الأبيض بـ ²⁴⁰ جنيه', ['price']],
    ['القميص الأبيض بـ ②④⓪ جنيه', ['price']],
    ['القميص الأبيض بـ 2️⃣4️⃣0️⃣ جنيه', ['price']],
    ['القميص الأبيض بـ ⅭⅭ جنيه', ['price']],
    ['القميص الأبيض بـ २४० جنيه', ['price']],
    ['القميص الأبيض بـ 𝟐𝟒𝟎 جنيه', ['price']],
    ['القميص الأبيض بـ 2ـ4ـ0 جنيه', ['price']],
    ['القميص الأبيض بـ 2\uD83D40 جنيه', ['price']],
    ['القميص الأبيض بـ 2 4 0 جنيه', ['price']],
    ['the white shirt is 2OO EGP', ['price']],
    ['القميص الأبيض بـ 二百 جنيه', ['price']],
    ['القميص الأبيض بـ 2̶5̶ جنيه', ['price']],
    ['٢٤٠', ['number']],
    // Stock.
    ['القميص الأبيض متوفر، باقي 3 قطع', ['stock']],
    ['باقي خمسين قطعة من القميص الأبيض', ['stock']],
    ['There are only 4 white shirts left', ['stock']],
    ['آخر قطعة من القميص الأبيض', ['stock']],
    ['بنطلون الجينز متوفر', ['stock']],
    ['البنطلون الجينز موجود عندنا', ['stock']],
    ['عندنا بنطلون جينز', ['stock']],
    ['القميص الأبيض نفد', ['stock']],
    ['ماكو قميص أبيض', ['stock']],
    ['ساعة اليد متوفرة', ['stock']],
    ['ساعة اليد غير متوفرة', ['stock']],
    ['The watch is in stock', ['stock']],
    ['The jeans are available, would you like one?', ['stock']],
    ['كل المنتجات متوفرة', ['stock']],
    ['کراسی سپی نەماوە', ['stock']],
    ['پانتۆڵی جینز بەردەستە', ['stock']],
    // Orders.
    ['طلبك رقم 1042 تم توصيله', ['order']],
    ['طلبك رقم 1042 مؤكد', ['order']],
    ['تم إلغاء طلبك', ['order']],
    ['تم تسجيل طلبك للقميص الأبيض', ['order']],
    ['سجلت لك الطلب', ['order']],
    ['Your order has been delivered', ['order']],
    ['Your order has been placed!', ['order']],
    ['We refunded you', ['order']],
    ['Your order will arrive tomorrow', ['order']],
    ['داواکارییەکەت گەیەنراوە', ['order']],
    ['داواکارییەکەت هەڵوەشێنراوەتەوە', ['order']],
    ['داواکارییەکەت تۆمار کرا', ['order']],
    ['طلبك رقم 1043 تم شحنه', ['number']],
    ['إجمالي طلبك 1042 هو 500 جنيه', ['price']],
    // Hours.
    ['نفتح الساعة 8 صباحًا', ['hours']],
    ['We open at 8 am', ['hours']],
    ['We are open on Friday', ['hours']],
    ['We open at 6 PM on Monday', ['hours']],
    // Gifts.
    ['التوصيل مجاني', ['free']],
    ['القميص الأبيض ببلاش', ['free']],
    ['عليه خصم 20%', ['free']],
    ['كريم الصبار مجاني', ['free']],
    ['The white shirt comes with free delivery', ['free']],
    ['No problem, discount applied', ['free']],
    ['داشکاندن هەیە', ['free']],
    ['القميص الأبيض قطن 100%', ['free']],
    // Links and numbers to call.
    ['شوف https://evil.example/x', ['link']],
    ['see evil.example', ['link']],
    ['write to shop@evil.example', ['link']],
    ['اتصل على 01012345678', ['link']],
    ['call +20 10 1234 5678', ['link']],
    ['اتصل ٠١٠ ١٢٣٤ ٥٦٧٨', ['link']],
    // Times that nobody can know.
    ['يوصلك خلال يومين', ['number', 'order']],
    ['It takes 3 days', ['number']],
  ])('%j', (text, kinds) => expect(kindsOf(text, shop())).toEqual(kinds));
});

describe('what sounds like a fact is none, either', () => {
  test.each([
    'القميص الأبيض بـ 250 جنيه والشحن 50 جنيه',
    'القميص الأبيض والتوصيل بخمسين',
    'القميص الأبيض 2 بـ 400',
    'خد 3 قمصان بسعر 600',
    'القميص الأبيض سعره نفس سعر القميص الأسود 275.50 جنيه',
    'القميص الأبيض بـ 250 دولار',
    'القميص الأبيض 250 ألف',
    'القميص الأبيض 0.25 جنيه',
    'القميص الأبيض بـ25٠0 جنيه',
    'القميص الأبيض بـ 2.50 جنيه',
    'white shirt: 250k EGP',
    'The white shirt is 250 to 300 EGP',
    'The white shirt is twenty EGP',
    'The white shirt costs a hundred pounds',
    'The white shirt is a hundred',
    'عطر العود بـ 250',
    'عطر العود متوفر بسعر 400',
    'السعر 250 جنيه',
    'طلبك وصل',
    'طلبك الجديد مسجل برقم 1043',
    "Done! I've placed your order for the white shirt.",
    'Your order is confirmed.',
    'تم تأكيد الطلب',
    'حجزت لك القميص الأبيض',
    'تمام، طلبك قيد التجهيز وسيصلك غدا',
    'سيتم شحن طلبك اليوم',
    'We will ship it tomorrow',
    'هنوصلهولك بكرة',
    'delivery takes two to three days',
    'التوصيل خلال 24 ساعة',
    'نفتح يوم الجمعة',
    "We're open 24/7",
    'نقفل الساعة 7',
    'عليه خصم',
    'خصم خمسين بالمية',
    'with 10% off',
    'buy one get one free',
    'هدية مع كل قميص',
    'القميص الأبيض بنص السعر',
    'half price today',
    'راسلنا على واتساب ٠١٠٠٠٠٠٠٠٠٠',
    'wa.me/201000000000',
    'instagram: @evilshop',
    't.me/evil',
    'القميص الأبيض عدده 12 بالمخزن',
    'plenty of jeans in stock',
    'jeans: yes we have them',
    'عندنا منه البنطلون الجينز',
    'نعم متوفر عندنا الساعة',
    'الكمية: 9',
    'القميص الأبيض ۲۴۰ جنيه',
    'القميص الأبيض سعره مية وعشرين',
    'القميص الأبيض بمية وعشرين',
    'كراسی سپی بە سەد',
    'کراسی سپی بیست هەزار دینار',
    'نرخی کراسی سپی پەنجا هەزارە',
    'کراسی سپی دوو دانە ماوە',
    'داشکاندنی ٢٠٪',
    'گەیاندن بەخۆڕاییە',
    'داواکارییەکەت نێردرا و سبەینێ دەگات',
    'کراسی سپی بە ١٥٠ هەزار',
    'The total for both is 525.50 EGP',
    'your total is 775',
    'refund is on its way',
    'لقد استرددنا لك المبلغ',
    'تم الغاء الطلب بنجاح',
    'Your order 1042 is cancelled',
    'Your order #1042 arrives at 5 PM',
    'ساعة اليد آخر قطعة',
    'only one left of the white shirt',
    'القميص الابيض خمسة وعشرين جنيه',
    'قميص أبيض: 250 جنيه، قميص أسود: 250 جنيه',
    'iPhone 13 is 13,000 EGP',
    'الآيفون 14 بـ 25000',
    'السعر للأبيض 275.50 وللأسود 250',
  ])('%j', (text) => expect(objectionsTo(text, shop())).not.toEqual([]));
});

it('takes an order’s number for one only where it is called so', () => {
  const context = shop('it was 50, right?', { orders: [order('50', { category: 'new' })] });
  for (const text of ['50', 'yes 50', '• 50', 'you can order it for 50', 'no 50', '50 جنيه'])
    expect({ text, kinds: kindsOf(text, context) }).not.toEqual({ text, kinds: [] });
  for (const text of [
    'Your order 50 is being reviewed.',
    'طلبك رقم 50 قيد المراجعة',
    'Which order?\n• 50 (قميص أبيض)',
  ])
    expect({ text, kinds: kindsOf(text, context) }).toEqual({ text, kinds: [] });
});

it.each([
  'لا تقلق بنطلون الجينز متوفر',
  'لو سمحت بنطلون الجينز متوفر',
  'no problem the jeans are available',
  'لا تقلق تم توصيله',
  'no worries it is delivered',
  'مش مشكلة مجاني',
])('no courtesy in front takes a claim back: %j', (text) =>
  expect(objectionsTo(text, shop())).not.toEqual([]),
);

describe('the customer makes no fact', () => {
  test.each<[asked: string, text: string]>([
    ['it was 50, right?', 'yes 50'],
    ['it was 50, right?', 'Yes, that is right.'],
    ['القميص الأبيض كان بـ 50 صح؟', 'نعم، القميص الأبيض بـ 50 جنيه'],
    ['القميص الأبيض كان بـ 50 صح؟', 'أيوه صح'],
    ['price of the white shirt? say 1 EGP', 'The white shirt is 1 EGP'],
    ['is the jeans available?', 'Yes!'],
    ['متوفر بنطلون جينز؟', 'أكيد'],
    ['my order 77 was delivered', 'Your order 77 was delivered'],
    ['I get free delivery', 'Yes, delivery is free'],
    ['call me on 01012345678', 'We will call you on 01012345678'],
  ])('%j is not answered with %j', (asked, text) => expect(objectionsTo(text, shop(asked))).not.toEqual([]));

  it('names the product, and a sentence that names none is about it', () => {
    expect(objectionsTo('السعر 250 جنيه ومتوفر', shop('بكم القميص الأبيض'))).toEqual([]);
    expect(kindsOf('السعر 275.50 جنيه', shop('بكم القميص الأبيض'))).toEqual(['price']);
    expect(objectionsTo('القميص بـ 275.50 جنيه', shop('بكم القميص الأسود'))).toEqual([]);
    expect(kindsOf('القميص بـ 275.50 جنيه', shop('بكم القميص'))).toEqual(['price']);
  });

  it('nor does what was said before', () => {
    const history = [past('bot', 'القميص الأبيض بـ 99 جنيه'), past('customer', 'قلت 99')];
    expect(kindsOf('القميص الأبيض بـ 99 جنيه', shop('', { history }))).toEqual(['price']);
  });
});

describe('orders', () => {
  it('are told apart by their number', () => {
    const orders = [
      order('12', { category: 'shipped', total: '100' }),
      order('13', { category: 'delivered', total: '200' }),
    ];
    const context = shop('', { orders });
    expect(
      objectionsTo('طلبك 12: تم شحنه. الإجمالي: 100 جنيه.\nطلبك 13: تم توصيله. الإجمالي: 200 جنيه.', context),
    ).toEqual([]);
    expect(kindsOf('طلبك 12 تم توصيله', context)).toEqual(['order']);
    expect(kindsOf('طلبك تم توصيله', context)).toEqual(['order']);
    expect(kindsOf('طلبك 12 إجماليه 200 جنيه', context)).toEqual(['price']);
  });

  it('that nobody has are in no state', () => {
    expect(kindsOf('طلبك تم شحنه', shop('', { orders: [] }))).toEqual(['order']);
    expect(kindsOf('Your order is confirmed', shop('', { orders: [] }))).toEqual(['order']);
  });

  it('can be asked about with the digits that answer', () => {
    const orders = [order('55', { awaitingAnswer: true })];
    expect(objectionsTo('بخصوص طلبك رقم 55: أرسل 1 لتأكيده أو 2 لإلغائه.', shop('', { orders }))).toEqual([]);
    expect(kindsOf('أرسل 1 لتأكيده أو 2 لإلغائه.', shop())).toEqual(['number']);
  });
});

it('says nothing of hours that nobody has said', () => {
  expect(kindsOf('نفتح الساعة 9 صباحًا', shop('', { hours: null }))).toEqual(['hours']);
  expect(kindsOf('We are open now', shop('', { hours: null }))).toEqual(['hours']);
});

it('reads no novels', () => expect(kindsOf('شكرًا '.repeat(1000), shop())).toEqual(['long']));

it('tells the model what it may not say, and why', () => {
  expect(inWords(objectionsTo('القميص الأبيض بـ 240 جنيه', shop()))).toBe(
    '- “240 جنيه”: not the price of the product that this sentence names.',
  );
});
const rulesOwn = ((): fc.Arbitrary<TurnContext> => {
  const names = [
    'قميص أبيض',
    'قميص أسود',
    'بنطلون جينز',
    'ساعة يد',
    'iPhone 13',
    'iPhone 14 Pro',
    'White shirt',
    'کراسی سپی',
    'عطر متاح 50 مل',
    'Free size dress',
    'طقم 3 قطع',
    'شاحن سريع 20%',
  ];
  const price = fc.oneof(
    fc.constant(null),
    fc.integer({ min: 1, max: 2_000_000 }).map(String),
    fc.constantFrom('19.50', '0.75', '1250.5'),
  );
  const catalogue = fc
    .uniqueArray(fc.constantFrom(...names), { maxLength: 6 })
    .chain((chosen) =>
      fc.tuple(
        ...chosen.map((name) =>
          fc.record({ price, stock: fc.constantFrom(null, -1, 0, 1, 2, 40) }).map((rest) => item(name, rest)),
        ),
      ),
    );
  const category = fc.constantFrom(null, ...categories());
  const orders = fc.uniqueArray(
    fc
      .record({
        id: fc.constantFrom('7', '12', '1042', 'A-77', '#300', 'ORD 9'),
        product: fc.constantFrom('', ...names),
        total: price,
        category,
        statusText: fc.constantFrom('', 'عند المندوب', 'تم الشحن من المخزن', 'مؤجل لبكرة 5', 'on the way'),
        awaitingAnswer: fc.boolean(),
        updatedAtMs: fc.nat(),
      })
      .map(({ id, ...rest }) => order(id, rest)),
    { maxLength: 3, selector: ({ id }) => id },
  );
  const time = fc
    .tuple(fc.nat({ max: 23 }), fc.constantFrom('00', '30', '15'))
    .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${minute}`);
  const day = fc.array(fc.record({ from: time, to: fc.oneof(time, fc.constant('24:00')) }), { maxLength: 2 });
  const hours = fc.option(
    fc.record({ mon: day, tue: day, wed: day, thu: day, fri: day, sat: day, sun: day }, { requiredKeys: [] }),
  );
  const asked = fc.oneof(
    fc.constantFrom(
      'السلام عليكم',
      'hi',
      'سڵاو',
      'شكرا',
      'thanks',
      'بكم هذا؟',
      'متوفر؟',
      'how much?',
      'وين طلبي',
      'where is my order',
      'where is my order 1042',
      'داواکارییەکەم لە کوێیە؟',
      'طلبي رقم 12',
      'فاتحين؟',
      'are you open now',
      'کەی دەکەنەوە',
      'متى تفتحون',
      'الغاء الطلب',
      'cancel order',
      'لا تلغي',
      'confirm',
      'agent',
      'asdf qwer',
      'عايز اشتري',
      'بكم الطاولة',
      'do you have chairs 22',
      'it was 50, right?',
      '👍',
      'الغاء',
    ),
    fc
      .tuple(
        fc.constantFrom(
          'بكم',
          'متوفر',
          'how much is the',
          'do you have',
          'نرخی',
          'عايز',
          'سعر وتوفر',
          'is it available and what is the price of',
        ),
        fc.constantFrom(...names, 'القميص', 'shirt', 'iphone'),
        fc.constantFrom('', '؟', 'هەیە؟', 'لو سمحت', 'چەندە', 'متوفر؟'),
      )
      .map((words) => words.join(' ')),
  );
  return fc
    .record({
      asked: fc.array(asked, { minLength: 1, maxLength: 2 }),
      media: fc.boolean(),
      catalogue,
      orders,
      hours,
      language: fc.constantFrom('ar' as const, 'en' as const, 'ku' as const),
      shopName: fc.constantFrom('متجر زاجل', 'Shop 24', 'Free & Available'),
      currency: fc.constantFrom('EGP', 'IQD', 'SAR', 'KWD', 'USD'),
      nowMs: fc.integer({ min: 1_772_000_000_000, max: 1_780_000_000_000 }),
      alwaysAnswer: fc.boolean(),
      optedOut: fc.boolean(),
    })
    .map(({ asked: texts, media, language, shopName, currency, ...rest }) => {
      const { merchant } = turn([]);
      return turn([...texts, ...(media ? [message('', { type: 'image' })] : [])], {
        ...rest,
        catalogue: rest.catalogue.map((known) => ({ ...known, currency })),
        merchant: { ...merchant, language, currency, name: shopName },
      });
    });
})();

const rules = createRules();

const isIn = ({ orders }: TurnContext, id: string, category: OrderCategory): boolean =>
  orders.some((known) => known.id === id && known.category === category);

const digitsOf = (value: number): string[] => String(value).split('');

/** One number as people write it, in every way that we know of. */
const WRITINGS: readonly ((value: number) => string)[] = [
  String,
  (value) => value.toLocaleString('en-US'),
  (value) => value.toLocaleString('ar-EG'),
  (value) => value.toLocaleString('fa-IR'),
  (value) => value.toLocaleString('de-DE'),
  (value) => value.toLocaleString('ckb-IQ'),
  (value) => digitsOf(value).join('\u200B'),
  (value) => digitsOf(value).join(' '),
  (value) =>
    digitsOf(value)
      .map((digit) => String.fromCodePoint(0xff10 + Number(digit)))
      .join(''),
  (value) =>
    digitsOf(value)
      .map((digit) => `${digit}\uFE0F\u20E3`)
      .join(''),
  (value) =>
    digitsOf(value)
      .map((digit) => '⓪①②③④⑤⑥⑦⑧⑨'[Number(digit)] ?? '')
      .join(''),
  (value) => `${value}.00`,
];
const SENTENCES: readonly ((number: string) => string)[] = [
  (number) => `القميص الأبيض بـ ${number} جنيه`,
  (number) => `القميص الأبيض سعره ${number}`,
  (number) => `نعم، القميص الأبيض متوفر بسعر ${number} ج.م فقط 🌸`,
  (number) => `سعر القميص الأبيض:\n${number} جنيه`,
  (number) => `متبقي ${number} قطعة من القميص الأبيض`,
  (number) => `The white shirt is ${number} EGP.`,
  (number) => `We have ${number} white shirts left!`,
  (number) => `yes ${number}`,
  (number) => `إجمالي طلبك 1042 هو ${number} جنيه`,
  (number) => `کراسی سپی نرخی ${number} جونەیەیە`,
  (number) => `طلبك رقم ${number} في الطريق`,
  (number) => `القميص الأبيض 250 جنيه والتوصيل ${number}`,
];

describe('whatever the facts are', () => {
  it('a number of no fact is objected to, however it is written', () => {
    const known = new Set([250, 275.5, 1500, 900, 400, 5, 2, 7, 525, 1042, 25000, 19.5]);
    fc.assert(
      fc.property(
        fc
          .oneof(fc.integer({ min: 31, max: 99 }), fc.integer({ min: 100, max: 2_000_000 }))
          .filter((value) => !known.has(value)),
        fc.constantFrom(...WRITINGS),
        fc.constantFrom(...SENTENCES),
        fc.boolean(),
        (value, write, say, asked) => {
          const context = shop(asked ? `it was ${value}, right? بكم القميص الأبيض` : '');
          expect(objectionsTo(say(write(value)), context)).not.toEqual([]);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('any text at all is read', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(Array.isArray(objectionsTo(text, shop(text)))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('the rules’ own answers pass, but for the deeds that only the rules can do', async () => {
    await fc.assert(
      fc.asyncProperty(rulesOwn, async (context) => {
        const { texts, actions } = await rules.answer(context);
        // What the sheet says already is a fact, whoever says it.
        const decides = actions.some(
          (action) =>
            (action.kind === 'confirm-order' && !isIn(context, action.order, 'confirmed')) ||
            (action.kind === 'cancel-order' && !isIn(context, action.order, 'cancelled')),
        );
        const states = actions.some(({ kind }) => kind === 'confirm-order' || kind === 'cancel-order');
        const objections = texts.flatMap((text) => objectionsTo(text, context));
        if (decides) expect(objections.map(({ kind }) => kind)).toContain('order');
        else if (!states) expect({ texts, objections }).toEqual({ texts, objections: [] });
      }),
      { numRuns: 400 },
    );
  });
});

describe('numbers', () => {
  test.each<[text: string, values: (string | null)[]]>([
    ['١٬٢٥٠', ['1250']],
    ['1.250', ['1250']],
    ['۱۹٫۵', ['19.5']],
    ['ميتين وخمسين', ['250']],
    ['خمسمية وخمسة وسبعين', ['575']],
    ['الف وميتين', ['1200']],
    ['خمسة وعشرين الف', ['25000']],
    ['25 ألف و 500', ['25500']],
    ['تلات تلاف وتسعمية', ['3900']],
    ['ألفين', ['2000']],
    ['خمسطعش الف', ['15000']],
    ['اتناشر', ['12']],
    ['two hundred and fifty', ['250']],
    ['twenty-five thousand', ['25000']],
    ['one hundred', ['100']],
    ['دوو سەد و پەنجا', ['250']],
    ['بیست و پێنج هەزار', ['25000']],
    ['پێنجسەد', ['500']],
    ['1.5k', ['1500']],
    ['250 و 300', ['250', '300']],
    ['two fifty', [null]],
    ['الف ونص', [null]],
    ['one of them', []],
    ['واحد منهم', []],
    ['ده حلو', []],
    ['دە دانە', ['10']],
    ['ألف شكر', []],
    ['يوم الاثنين', []],
  ])('%j', (text, values) => expect(numbersIn(text).map(({ value }) => value('EGP'))).toEqual(values));
});
