import type { z } from 'zod';
import type { Tx } from '../store/database.ts';
import { lineHistory, waitingOnLine, type Line, type LineState } from '../store/lines.ts';
import { iso } from './schemas/common.ts';
import type { line as lineSchema } from './schemas/line.ts';

type LineView = z.input<typeof lineSchema>;

const QUALITY: Record<LineState, LineView['quality']> = {
  connected: 'excellent',
  'no-new-chats': 'good',
  degraded: 'poor',
  starting: 'poor',
  'needs-qr': 'lost',
  'logged-out': 'lost',
  stopped: 'lost',
};

/** What the operator should do, where there is something to do. */
const ADVICE: Partial<Record<LineState, LineView['advice'][number]>> = {
  stopped: {
    code: 'start-line',
    text: {
      ar: 'الخط متوقف. شغّله لتُرسل الرسائل المنتظرة.',
      en: 'The line is stopped. Start it, and what waits is sent.',
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
      ar: 'الردود تُرسل، ورسائل العملاء الجدد تنتظر.',
      en: 'Answers go out; messages to new customers wait.',
    },
  },
};

/** The line as people see it. */
export async function lineView(
  tx: Tx,
  { merchant, id, channel, account, config, desired, state, since, reason }: Line,
): Promise<LineView> {
  const history = await lineHistory(tx, merchant, id);
  const advice = ADVICE[state];
  return {
    id,
    channel,
    account,
    config,
    desired,
    state,
    since: iso(since),
    reason,
    quality: QUALITY[state],
    history: history.map((past) => ({ ...past, at: iso(past.at) })),
    waiting: await waitingOnLine(tx, merchant, id),
    advice: advice === undefined ? [] : [advice],
  };
}
