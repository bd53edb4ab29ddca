/** Why a line can't open at all, in a sentence that says what to do. Trying again by itself would not help. */
export class LineRefused extends Error {
  override readonly name = 'LineRefused';
  readonly code: RefusalCode;
  readonly text: { readonly ar: string; readonly en: string };
  constructor(code: RefusalCode, text: { readonly ar: string; readonly en: string }, options?: ErrorOptions) {
    super(text.en, options);
    this.code = code;
    this.text = text;
  }
}

export type RefusalCode = 'no-chromium' | 'not-writable' | 'no-space' | 'in-use';

export const refusals = {
  noChromium: (tried: string) =>
    new LineRefused('no-chromium', {
      en: `No Chromium was found (${tried}). Install Chromium or set CHROMIUM_PATH to it, then start the line again.`,
      ar: `لم يُعثر على متصفح Chromium (${tried}). ثبّته أو اضبط CHROMIUM_PATH على مساره ثم شغّل الخط من جديد.`,
    }),
  notWritable: (directory: string, cause: unknown) =>
    new LineRefused(
      'not-writable',
      {
        en: `The line's folder ${directory} can't be written by this user. Give it to the user that runs Zajel (chown), then start the line again.`,
        ar: `لا يستطيع هذا المستخدم الكتابة في مجلد الخط ${directory}. امنحه للمستخدم الذي يشغّل زاجل (chown) ثم شغّل الخط من جديد.`,
      },
      { cause },
    ),
  noSpace: (directory: string, freeMb: number) =>
    new LineRefused('no-space', {
      en: `Only ${freeMb} MB are free where ${directory} lies; the browser needs 200. Free some space, then start the line again.`,
      ar: `المساحة الخالية حيث ${directory} هي ${freeMb} ميغابايت فقط، والمتصفح يحتاج 200. أفرغ مساحة ثم شغّل الخط من جديد.`,
    }),
  inUse: (by: string) =>
    new LineRefused('in-use', {
      en: `This line is already held by ${by}. It comes up here by itself when that one ends; stop that one to move the line now.`,
      ar: `هذا الخط ممسوك حاليًا من ${by}. سيعمل هنا تلقائيًا حين ينتهي ذاك؛ أوقفه إن أردت نقل الخط الآن.`,
    }),
};
