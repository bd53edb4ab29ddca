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
} as const;
type Code = keyof typeof ADVICE;

/** What a person can do, most pressing first; empty when there is nothing to do. */
export function adviceOn(
  network: Health,
  reports: readonly DestinationReport[],
  linesLoggedOut: number,
): Advice[] {
  const met = (reason: string): boolean => reports.some(({ recent }) => (recent.errors[reason] ?? 0) > 0);
  const throttled = reports.some(({ recent }) =>
    Object.keys(recent.errors).some((reason) => /throttl|slow|rate/.test(reason)),
  );
  const codes: Code[] = [
    ...(linesLoggedOut > 0 ? (['log-in-line'] as const) : []),
    ...(network === 'critical' ? (['check-network'] as const) : []),
    ...(reports.some(({ breaker }) => breaker !== 'closed') ? (['wait-for-destination'] as const) : []),
    ...(met('name-not-found') ? (['name-not-found'] as const) : []),
    ...(throttled ? (['slow-down'] as const) : []),
  ];
  return codes.map((code) => ({ code, text: ADVICE[code] }));
}
