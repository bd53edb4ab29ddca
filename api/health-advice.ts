import type { DestinationReport } from '../store/network.ts';
import type { Health } from '../domain/network-health.ts';

export interface Advice {
  readonly code: string;
  readonly text: { readonly ar: string; readonly en: string };
}

const ADVICE = {
  'wait-for-destination': {
    ar: 'إحدى الوجهات لا تجيب. ستُعاد المحاولة تلقائيًا ولن تضيع أي رسالة.',
    en: 'A destination does not answer. It is tried again by itself; no message is lost.',
  },
  'check-network': {
    ar: 'معظم المحاولات تفشل. تحقق من اتصال الخادم بالإنترنت ومن إعدادات DNS.',
    en: 'Most calls fail. Check the server’s internet connection and its DNS.',
  },
  'name-not-found': {
    ar: 'تعذر العثور على اسم الخادم. تحقق من العنوان وإعدادات DNS.',
    en: 'A name could not be resolved. Check the address and the DNS settings.',
  },
  'slow-down': {
    ar: 'المزوّد يطلب الإبطاء. خفّض وتيرة الإرسال في إعدادات الخط.',
    en: 'The provider asks to slow down. Lower the line’s pace in its settings.',
  },
  'log-in-line': {
    ar: 'خط غير مسجَّل الدخول. سجّل الدخول أو جدّد الرمز.',
    en: 'A line is logged out. Log in again or renew its token.',
  },
  'renew-model-key': {
    ar: 'يرفض مزوّد النموذج اللغوي المفتاح. ضع مفتاحًا صالحًا في MODEL_API_KEY وأعد التشغيل.',
    en: 'The language model’s provider refuses the key. Set a valid MODEL_API_KEY and start again.',
  },
  'pay-model': {
    ar: 'نفد رصيد الحساب عند مزوّد النموذج اللغوي. اشحنه أو ارفع حدّه هناك.',
    en: 'The account at the language model’s provider is used up. Pay it, or raise its limit there.',
  },
  'name-model': {
    ar: 'لا يعرف المزوّد هذا النموذج اللغوي. تحقق من MODEL_NAME و MODEL_BASE_URL.',
    en: 'The provider does not know this language model. Check MODEL_NAME and MODEL_BASE_URL.',
  },
  'slow-model': {
    ar: 'مزوّد النموذج اللغوي يطلب الإبطاء. اطلب رفع حدّ الحساب عنده.',
    en: 'The language model’s provider asks to slow down. Have the account’s limit raised there.',
  },
  'reach-model': {
    ar: 'تعذّر سؤال النموذج اللغوي. يُجاب الزبائن حتى ذلك الحين كما اختير في الإعدادات. تحقق من MODEL_BASE_URL ومن أن الخادم يعمل.',
    en: 'The language model can’t be asked. Until it can, customers get what the settings say for that. Check MODEL_BASE_URL and that its server runs.',
  },
} as const;
type Code = keyof typeof ADVICE;

/** What a person can do, most pressing first; empty when there is nothing to do. */
export function adviceOn(
  network: Health,
  reports: readonly DestinationReport[],
  linesLoggedOut: number,
): Advice[] {
  const models = reports.filter(({ destination }) => destination.kind === 'model');
  const others = reports.filter(({ destination }) => destination.kind !== 'model');
  const codes: Code[] = [
    ...(linesLoggedOut > 0 ? (['log-in-line'] as const) : []),
    ...(network === 'critical' ? (['check-network'] as const) : []),
    ...(reports.some(({ breaker }) => breaker !== 'closed') ? (['wait-for-destination'] as const) : []),
    ...(met(reports, /^name-not-found$/) ? (['name-not-found'] as const) : []),
    ...(met(others, /throttl|slow|rate/) ? (['slow-down'] as const) : []),
    ...MODEL_TROUBLES.flatMap(([reason, code]) => (met(models, reason) ? [code] : [])),
  ];
  return codes.map((code) => ({ code, text: ADVICE[code] }));
}

/** A model has no pace in the console: what helps it stands at its provider, or in the environment. */
const MODEL_TROUBLES: readonly (readonly [RegExp, Code])[] = [
  [/^model-key-refused$/, 'renew-model-key'],
  [/^model-quota$/, 'pay-model'],
  [/^model-not-found$/, 'name-model'],
  [/throttled$/, 'slow-model'],
  [
    /^model-un(?:reachable|available)$|timed-out$|^connection-|^host-unreachable$|^certificate-refused$|^network-error$/,
    'reach-model',
  ],
];

const met = (reports: readonly DestinationReport[], reason: RegExp): boolean =>
  reports.some(({ recent }) =>
    Object.entries(recent.errors).some(([code, times]) => times > 0 && reason.test(code)),
  );
