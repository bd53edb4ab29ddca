import { CallError, type CallFailure, type FieldProblem } from './http.ts';
import { sentence, type Locale } from './locale.tsx';
import { templateProblem } from './template-problem.ts';
import { isReason, isWordKey, type WordKey } from './words/words.ts';

type Refused = Extract<CallFailure, { kind: 'refused' }>;

/** Why something did not work, in the words of the page’s language. */
export function explain(error: unknown, locale: Locale): string {
  const { t } = locale;
  if (!(error instanceof CallError))
    return t('problem.other', { id: error instanceof Error ? error.message : String(error) });
  const { failure } = error;
  switch (failure.kind) {
    case 'offline':
      return t('problem.offline');
    case 'unreadable':
      return t('problem.unreadable');
    case 'refused':
      return explainRefusal(failure, locale);
  }
}

/** By the API's own code where we have words for it; else by the fields, else by the kind of answer. */
function explainRefusal(failure: Refused, locale: Locale): string {
  const { code, fields, detail } = failure;
  const { t, reason } = locale;
  const known = `refusal.${code}`;
  if (isWordKey(known)) return t(known);
  if (isReason(code)) return `${sentence(reason(code))}.`;
  const ofSheet = /^sheet-(.+)$/.exec(code)?.[1];
  if (ofSheet !== undefined)
    return t('refusal.sheet', { reason: isReason(ofSheet) ? reason(ofSheet) : isolated(detail) });
  if (fields.length > 0) return fields.map((field) => explainField(field, locale)).join(' · ');
  return explainStatus(failure, t);
}

function explainStatus({ status, detail, requestId }: Refused, t: Locale['t']): string {
  switch (status) {
    case 401:
      return t('problem.unauthorized');
    case 403:
      return t('problem.forbidden');
    case 404:
      return t('problem.notFound');
    case 409:
      return t('problem.conflict');
    case 400:
    case 422:
      return t('problem.invalid', { detail: isolated(detail) });
    case 429:
      return t('problem.tooMany');
    case 502:
    case 503:
    case 504:
      return t('problem.unavailable');
    default:
      return t('problem.other', { id: isolated(requestId === '' ? String(status) : requestId) });
  }
}

/** What the API says of a field, and the words for it. The last resort shows the API's own. */
const FIELD_PROBLEMS: readonly (readonly [RegExp, WordKey])[] = [
  [/^digits only|digits only$/, 'fieldProblem.digits'],
  [/printable ASCII/, 'fieldProblem.ascii'],
  [/^lower-case letters/, 'fieldProblem.name'],
  [/^letters, digits, _/, 'fieldProblem.appName'],
  [/^no spaces and no/, 'fieldProblem.instance'],
  [/^there is no such line/, 'fieldProblem.noLine'],
  [/service account|PRIVATE KEY|service_account/, 'fieldProblem.account'],
  [/^a template’s name/, 'fieldProblem.templateName'],
  [/^a language such as/, 'fieldProblem.templateLanguage'],
  [/^an address without/, 'fieldProblem.bareAddress'],
  [/only the operator may/, 'fieldProblem.operatorOnly'],
  [/^needed with the address/, 'fieldProblem.withAddress'],
  [/^a phone number$/, 'fieldProblem.phone'],
  [/^ends when it begins/, 'fieldProblem.sameTimes'],
  [/^names no day/, 'fieldProblem.noDay'],
  [/^an amount such as/, 'fieldProblem.amount'],
  [/^three capital letters/, 'fieldProblem.currency'],
  [/control characters/, 'fieldProblem.characters'],
  [/^needs both/, 'fieldProblem.bothTimes'],
  [/^HH:MM/, 'fieldProblem.clock'],
  [/shorter than the window/, 'fieldProblem.shorterThanWindow'],
  [/received undefined|^says nothing/, 'fieldProblem.missing'],
  [/^Too small.*>=1 characters/, 'fieldProblem.missing'],
  [/^Too small.*characters/, 'fieldProblem.short'],
  [/^Too big.*characters/, 'fieldProblem.long'],
  [/^Too big.*items/, 'fieldProblem.tooMany'],
  [/^Too (?:small|big)|expected (?:int|number)/, 'fieldProblem.number'],
  [/^Invalid URL/, 'fieldProblem.url'],
];

function explainField({ path, message }: FieldProblem, locale: Locale): string {
  const place = path.replace(/^(?:path|query)\./, '');
  const first = place.split('.')[0] ?? place;
  const what = fieldProblem(first, message, locale);
  return first === '' ? sentence(what) : `${locale.word(familyOf(first), first)}: ${what}`;
}

function fieldProblem(field: string, message: string, { t }: Locale): string {
  if (field === 'credentials') return t('fieldProblem.account');
  const inTemplate = templateProblem(message);
  if (inTemplate !== null)
    return t(`templateProblem.${inTemplate.code}`, {
      ...inTemplate,
      variable: isolated(inTemplate.variable),
    });
  const key = FIELD_PROBLEMS.find(([pattern]) => pattern.test(message))?.[1] ?? 'fieldProblem.other';
  return t(key, { message: isolated(message) });
}

/** Where the name of a field has its words: a line's account, a day of the opening hours, anything else. */
const familyOf = (field: string): string =>
  ['lineField', 'day'].find((family) => isWordKey(`${family}.${field}`)) ?? 'field';

/** U+2068/2069: a text in another direction doesn't turn the sentence around. */
export const isolated = (text: string): string => `\u2068${text}\u2069`;
