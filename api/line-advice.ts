import { LONG_PAUSE_MS } from '../domain/network-health.ts';
import type { LineState } from '../store/lines.ts';
import { ADVICE_ON_MACHINE } from './line-advice-machine.ts';
import { ADVICE_ON_PHONE } from './line-advice-phone.ts';
import { ADVICE_ON_REPAIRS } from './line-advice-repairs.ts';

export interface Advice {
  readonly code: string;
  readonly text: { readonly ar: string; readonly en: string };
}

/** What the operator should do in a state, where no reason says it better. */
const OF_STATE: Partial<Record<LineState, Advice>> = {
  stopped: {
    code: 'start-line',
    text: {
      ar: 'الخط متوقف. شغّله لتُرسل الرسائل المنتظرة.',
      en: 'The line is stopped. Start it, and what waits is sent.',
    },
  },
  starting: {
    code: 'wait-for-start',
    text: {
      ar: 'الخط يعمل الآن على الاتصال. يستغرق ذلك ثواني، ودقائق في أول ربط.',
      en: 'The line is connecting. That takes seconds; minutes when it was linked for the first time.',
    },
  },
  'logged-out': {
    code: 'log-in',
    text: {
      ar: 'الخط غير مسجَّل الدخول. شغّله وسجّل الدخول من جديد.',
      en: 'The line is logged out. Start it and log in again.',
    },
  },
  'needs-qr': {
    code: 'scan-qr',
    text: {
      ar: 'افتح واتساب على الهاتف وامسح رمز QR.',
      en: 'Open WhatsApp on the phone and scan the QR code.',
    },
  },
  degraded: {
    code: 'wait-or-restart',
    text: {
      ar: 'الاتصال ضعيف ويُصلَح تلقائيًا. أعد التشغيل إذا طال.',
      en: 'The connection is poor and is being repaired. Restart the line if it lasts.',
    },
  },
  'no-new-chats': {
    code: 'answers-only',
    text: {
      ar: 'الردود تُرسل، والرسائل إلى الزبائن الجدد تنتظر.',
      en: 'Answers go out; messages to new customers wait.',
    },
  },
};

/** What a reason of a line with a browser means for the operator; it is more exact than its state. */
const OF_REASON: Readonly<Record<string, Advice>> = {
  ...ADVICE_ON_REPAIRS,
  ...ADVICE_ON_PHONE,
  ...ADVICE_ON_MACHINE,
};

const PAUSED: Advice = {
  code: 'paused-by-provider',
  text: {
    ar: 'طلب مزوّد الخدمة من هذا الرقم أن يهدأ مدة، لأن زبائن كثيرين حظروه أو أبلغوا عنه. لا يضيع شيء، وتُرسل الرسائل المنتظرة تلقائيًا بعد المدة. راجع جودة الرقم في حساب Meta، وقلّل الرسائل إلى من لم يكتب إليك.',
    en: 'The provider wants this number quiet for a while: too many customers blocked or reported it. Nothing is lost; what waits is sent by itself afterwards. Look at the number’s quality in Meta’s manager, and write less to people who have not written to you.',
  },
};

/** What to do about a line, most exact first; nothing where all is well. `pausedForMs`: how long the provider wants it quiet. */
export function adviceFor(state: LineState, reason: string | null, pausedForMs = 0): Advice[] {
  if (state === 'connected') return pausedForMs > LONG_PAUSE_MS ? [PAUSED] : [];
  // A person's stop is no failure, whatever came before it.
  const exact = state === 'stopped' || reason === null ? undefined : OF_REASON[reason];
  const advice = exact ?? OF_STATE[state];
  return advice === undefined ? [] : [advice];
}
