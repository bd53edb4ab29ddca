import { words } from '../../../domain/text.ts';

/** Words beside a number that say what it counts. */
export const PRICE_WORDS = new Set(
  words(
    'سعر السعر سعره سعرها سعرهم بسعر بسعره ثمن ثمنه ثمنها الثمن تمنه تمنها يكلف تكلفة تكلف يكلفك ب بـ بال price priced costs cost for نرخی نرخ نرخەکەی نرخەکە بە',
  ),
);
export const LEFT = new Set(
  words(
    'متبقي متبقية المتبقي باقي الباقي بقي بقى باقيلنا فاضل left remaining remain ماوە ماون ماوەتەوە مخزون المخزون المخزن منه منها',
  ),
);
export const PIECES = new Set(
  words(
    'قطعة قطع حبة حبات حبه وحدة وحدات pieces piece pcs pc units unit items item دانە پارچە دانەمان دانەی قطعتين قطعتان حبتين حبتان',
  ),
);
export const IN_STOCK = new Set(
  words('stock available متوفر متوفرة متاح متاحة موجود موجودة عندنا لدينا هەیە بەردەستە ماوە'),
);
export const TOTAL_WORDS = new Set(
  words('الإجمالي إجمالي المجموع الاجمالي مجموع total گشتی کۆی حسابك الحساب'),
);
export const SENDS = new Set(
  words('أرسل ارسل ابعت ابعتلي اكتب رد اضغط دز reply send press write type بنێرە بنووسە'),
);
export const DECIDES =
  /^(?:ل?(?:ال)?(?:تاكيد|الغاء|لالغاء)\p{L}*|confirm|cancel|پشتراستكردنهوه\p{L}*|ههلوهشاندنهوه\p{L}*)$/u;
export const ONE = new Set(words('one واحدة واحد وحدة یەک last آخر اخر دوا'));
