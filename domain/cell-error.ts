/** What a spreadsheet shows in place of a value it could not make: `#ERROR!`, `#NAME?`, `#DIV/0!`, `#N/A`, LibreOffice's `Err:509`. */
const ERROR = /^(?:#\p{L}[\p{L}\p{M}\d/ .]*[!?؟]?|err:\d{3})$/iu;
/** What Google shows until another sheet's values have come. */
const NOT_YET = /^(?:loading|جار[ٍي]? التحميل)\s*(?:\.{3}|…)$/iu;

export const isErrorText = (text: string): boolean => ERROR.test(text);

/** Nothing that a customer may read. */
export const isNoValue = (text: string): boolean => isErrorText(text) || NOT_YET.test(text);
