import { words } from './text.ts';

/** What one word contributes to an answer. `filler` says nothing either way; `negator` turns what follows. */
export type ReplyWord = 'yes' | 'cancel' | 'no' | 'negator' | 'want' | 'unwanted' | 'one' | 'two' | 'filler';

/**
 * The words of an answer, in one spelling each. Egyptian, Iraqi, Gulf and written Arabic, Kurdish (Sorani, with some
 * Kurmanji), English, and Arabic in Latin letters. Words that mean yes in one place and something else in another
 * (`ايه`) are left out: the customer is asked again.
 */
const VOCABULARY: Readonly<Record<ReplyWord, string>> = {
  yes: `
    أؤكد أأكد أكد أكده أكدها أكدلي أكدوا أكدوه أؤكده أؤكدها باكد ااكد ااكده تأكيد التأكيد مؤكد مؤكده أكيد
    ايوه ايوا اه نعم تمام تمم تم ماشي موافق موافقه اوافق حاضر اوك اوكي اوكيه
    اي ايي بلى زين صار ثبت ثبته ثبتها ثبتوه ثبتلي احجز احجزه احجزها احجزلي هيه يب
    بەڵێ بەلێ ئەرێ باشە پشتڕاستە پشتڕاستی پشتڕاست دەکەمەوە پەسەندە
    yes yep yeah yup ok okay okey sure confirm confirmed accept agree agreed
    aywa aiwa aywa tamam tmam na3am mashi belê erê`,
  cancel: `
    الغاء الالغاء الغي الغيه الغيها الغوه الغوها الغو الغيلي لغي لغيه ملغي ملغيه كنسل كنسله كنسلها كنسلوه كنسلي بطلت ارفض رفض
    هەڵوەشاندنەوە هەڵیبوەشێنەوە هەڵبوەشێنەوە
    cancel cancelled canceled reject elgha2 cansel kansel`,
  no: `لا لاء كلا نو نەخێر نا نە no nope nah la la2 nexêr na`,
  negator: `مش مو موب مب مهو مهوب ما لم لن ليس غير مانيش بدون not dont don't doesn't never without`,
  want: `
    اريد اريده اريدها ارغب احتاج احتاجه ابي ابيه ابيها ابغى ابغيه ابغيها عايز عايزه عايزها عاوز عاوزه عاوزها
    محتاج محتاجه محتاجها بدي want need`,
  unwanted: `ماريد ماريده ماريدها مااريد مااريده مابي مابيه مابيها ماابي مابغى مابغيه معايزش معاوزش معوزش مابدي ناوێت نامەوێ نامەوێت`,
  one: '1',
  two: '2',
  filler: `
    الطلب طلب طلبي طلبيه الطلبيه طلبيتي الاوردر اوردر اوردري داواکاری داواکارییەکە داواکارییەکەم
    شكرا مشكور مشكورين من فضلك لو سمحت سمحتي سمحتم يا استاذ استاذه فندم اخي حبيبي حبيبتي عزيزي والله الله ان شاء انشاء باذن
    بارك فيك رجاء ارجو ممكن خلاص بقى طيب انا احنا الان دلوقتي هسه و رقم اختيار الاختيار خيار سوپاس تکایە
    please pls plz thanks thank you the my it i do order option number now shukran`,
};

const MEANINGS: ReadonlyMap<string, ReplyWord> = new Map([
  ...entriesOf('filler'),
  ...entriesOf('yes'),
  ...entriesOf('cancel'),
  ...entriesOf('no'),
  ...entriesOf('negator'),
  ...entriesOf('want'),
  ...entriesOf('unwanted'),
  ...entriesOf('one'),
  ...entriesOf('two'),
]);

/** What each word of a text contributes; null as soon as one is not known, for it may change everything. */
export function replyWords(text: string): readonly ReplyWord[] | null {
  const meanings: ReplyWord[] = [];
  for (const word of words(text)) {
    const meaning = MEANINGS.get(word) ?? MEANINGS.get(squeezed(word));
    if (meaning === undefined) return null;
    if (meaning !== 'filler') meanings.push(meaning);
  }
  return meanings;
}

/** `تمااااام` is `تمام`. Digits are not stretched: 11 is not 1. */
const squeezed = (word: string): string => word.replace(/(\p{L})\1+/gu, '$1');

function entriesOf(kind: ReplyWord): (readonly [string, ReplyWord])[] {
  return VOCABULARY[kind]
    .trim()
    .split(/\s+/)
    .flatMap(words)
    .map((word) => [word, kind] as const);
}
