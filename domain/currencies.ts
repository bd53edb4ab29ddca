/** How one currency is written and counted. */
export interface Currency {
  /** How people write it; compared in normal form. */
  readonly words: readonly string[];
  /** Its name in an Arabic message. */
  readonly ar: string;
  /** Decimal places in daily use, which for some is fewer than ISO says: nobody has coins for them. */
  readonly places: number;
}

/** The currencies of the countries Zajel's merchants sell in, by ISO 4217 code. */
export const CURRENCIES: Readonly<Record<string, Currency>> = {
  EGP: {
    words: [
      'جنيه',
      'جنيها',
      'جنيهات',
      'جنيه مصري',
      'ج',
      'ج.م',
      'ج م',
      'جم',
      'egp',
      'le',
      'l.e',
      'pound',
      'pounds',
    ],
    ar: 'جنيه',
    places: 2,
  },
  IQD: { words: ['دينار عراقي', 'د.ع', 'د ع', 'iqd', 'id'], ar: 'دينار عراقي', places: 0 },
  SAR: { words: ['ريال سعودي', 'ر.س', 'ر س', 'sar', 'sr'], ar: 'ريال سعودي', places: 2 },
  AED: { words: ['درهم إماراتي', 'د.إ', 'د إ', 'aed', 'dhs'], ar: 'درهم إماراتي', places: 2 },
  KWD: { words: ['دينار كويتي', 'د.ك', 'د ك', 'kwd', 'kd'], ar: 'دينار كويتي', places: 3 },
  BHD: { words: ['دينار بحريني', 'د.ب', 'د ب', 'bhd', 'bd'], ar: 'دينار بحريني', places: 3 },
  OMR: { words: ['ريال عماني', 'ر.ع', 'ر ع', 'omr'], ar: 'ريال عماني', places: 3 },
  QAR: { words: ['ريال قطري', 'ر.ق', 'ر ق', 'qar', 'qr'], ar: 'ريال قطري', places: 2 },
  JOD: { words: ['دينار أردني', 'د.أ', 'د أ', 'jod', 'jd'], ar: 'دينار أردني', places: 3 },
  LYD: { words: ['دينار ليبي', 'د.ل', 'د ل', 'lyd'], ar: 'دينار ليبي', places: 3 },
  TND: { words: ['دينار تونسي', 'د.ت', 'د ت', 'tnd', 'dt'], ar: 'دينار تونسي', places: 3 },
  MAD: { words: ['درهم مغربي', 'د.م', 'د م', 'mad'], ar: 'درهم مغربي', places: 2 },
  DZD: { words: ['دينار جزائري', 'د.ج', 'د ج', 'dzd', 'da'], ar: 'دينار جزائري', places: 2 },
  LBP: { words: ['ليرة لبنانية', 'ل.ل', 'ل ل', 'lbp'], ar: 'ليرة لبنانية', places: 0 },
  SYP: { words: ['ليرة سورية', 'ل.س', 'ل س', 'syp'], ar: 'ليرة سورية', places: 0 },
  YER: { words: ['ريال يمني', 'ر.ي', 'ر ي', 'yer'], ar: 'ريال يمني', places: 0 },
  SDG: { words: ['جنيه سوداني', 'ج.س', 'ج س', 'sdg'], ar: 'جنيه سوداني', places: 2 },
  TRY: { words: ['ليرة تركية', 'try', 'tl', '₺'], ar: 'ليرة تركية', places: 2 },
  USD: { words: ['دولار', 'دولار أمريكي', 'usd', '$', 'us$', 'dollar', 'dollars'], ar: 'دولار', places: 2 },
  EUR: { words: ['يورو', 'eur', '€', 'euro', 'euros'], ar: 'يورو', places: 2 },
  GBP: { words: ['جنيه إسترليني', 'gbp', '£'], ar: 'جنيه إسترليني', places: 2 },
};
/** Names that several countries share: an amount in them is an amount, in a currency the text leaves open. */
export const SHARED_NAMES = ['دينار', 'دنانير', 'ريال', 'ريالات', 'درهم', 'دراهم', 'ليرة'];

/** Decimal places of a currency; two where it is not known. */
export const placesOf = (currency: string | undefined): number =>
  currency === undefined ? 2 : (CURRENCIES[currency]?.places ?? 2);

/** A currency's name in a message: the Arabic word, or the ISO code in every other language. */
export function currencyName(currency: string, language: string): string {
  return language.startsWith('ar') ? (CURRENCIES[currency]?.ar ?? currency) : currency;
}
