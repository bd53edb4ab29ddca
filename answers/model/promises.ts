import { words } from '../../domain/text.ts';

/** How people say that a person will come back to somebody: Arabic (Egyptian, Iraqi, Gulf), Kurdish, English. */
const PROMISES = [
  'احد افراد فريقنا',
  'احد من فريقنا',
  'حد من فريقنا',
  'واحد من فريقنا',
  'فريقنا سي',
  'سيتابع معك',
  'سيتواصل معك',
  'سنتواصل معك',
  'هنتواصل معاك',
  'هيتواصل معاك',
  'هيكلمك',
  'هنكلمك',
  'سنخبرك',
  'هنبلغك',
  'سنرد عليك',
  'سيرد عليك',
  'سيكتب لك',
  'هنرد عليك',
  'راح نتواصل',
  'راح يتواصل',
  'راح نخبرك',
  'راح نرد',
  'رح نتواصل',
  'بنتواصل معاك',
  'تیمەکەمان',
  'کەسێک',
  'پەیوەندیت پێوە',
  'ئاگادارت دەکەینەوە',
  'someone will',
  'somebody will',
  'our team will',
  'a colleague will',
  'get back to you',
  'will contact you',
  'will reply to you',
  'will write to you',
  'will let you know',
].map((phrase) => ` ${words(phrase).join(' ')}`);

/** Whether an answer promises that a person comes back: then one is asked, whether or not the model thought of it. */
export function promisesPerson(text: string): boolean {
  const said = ` ${words(text).join(' ')}`;
  return PROMISES.some((promise) => said.includes(promise));
}
