import type { z } from 'zod';
import { paceOf } from '../domain/line-pace.ts';
import type { Tx } from '../store/database.ts';
import { lineHistory, waitingOnLine, type Line, type LineState } from '../store/lines.ts';
import { adviceFor } from './line-advice.ts';
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

/** The line as people see it. */
export async function lineView(
  tx: Tx,
  { merchant, id, channel, account, config, desired, state, since, reason, pausedUntil }: Line,
  now = new Date(),
): Promise<LineView> {
  const history = await lineHistory(tx, merchant, id);
  return {
    id,
    channel,
    account,
    config,
    pace: paceOf(channel, config),
    desired,
    state,
    since: iso(since),
    reason,
    quality: QUALITY[state],
    history: history.map((past) => ({ ...past, at: iso(past.at) })),
    pausedUntil: pausedUntil !== null && pausedUntil > now ? iso(pausedUntil) : null,
    waiting: await waitingOnLine(tx, merchant, id),
    advice: adviceFor(state, reason, (pausedUntil?.getTime() ?? 0) - now.getTime()),
  };
}
