import type { enModelReasons } from './en-model-reasons.ts';

/** Why a language model gave no answer, in Arabic. */
export const arModelReasons: Record<keyof typeof enModelReasons, string> = {
  'model-answer-unreadable': 'تعذّرت قراءة جواب النموذج',
  'model-cut-off': 'جواب النموذج أطول من اللازم فانقطع',
  'model-refused': 'امتنع النموذج عن الجواب',
  'model-quota': 'نفد الرصيد لدى مزوّد النموذج',
  'model-throttled': 'يطلب مزوّد النموذج أن نبطئ',
  'model-key-refused': 'يرفض مزوّد النموذج المفتاح، ويجب استبداله',
  'model-unavailable': 'مزوّد النموذج معطّل الآن',
  'model-not-found': 'لا يعرف المزوّد هذا النموذج',
  'model-too-long': 'المحادثة أطول مما يحتمله النموذج',
  'model-request-refused': 'رفض مزوّد النموذج السؤال',
};
