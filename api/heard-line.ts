import type { z } from 'zod';
import { lineId, type MerchantId } from '../domain/ids.ts';
import type { LastBeat, LineMail } from '../temporal/line-mail.ts';
import type { LineRef } from '../workflows/line-activities.ts';
import { adviceFor } from './line-advice.ts';
import { unavailabilityBehind } from './unavailable.ts';
import type { line as lineSchema } from './schemas/line.ts';

/** Two heartbeats and a half: after this the holder is not heard of, whatever the store still says. */
const SILENT_MS = 25_000;
const SILENT = 'holder-silent';

type LineView = z.input<typeof lineSchema>;
/** Whoever can tell what holders said last. */
interface Listens {
  readonly lineMail: Pick<LineMail, 'lastBeat'>;
}

export const isHeard = (beat: LastBeat | null, nowMs: number): beat is LastBeat =>
  beat !== null && nowMs - beat.atMs < SILENT_MS;

/**
 * The store knows what a line's holder said last. One that was killed says nothing any more, and where no other takes over
 * the line would seem to be connected for ever: up is what the holder's heartbeat still says.
 */
export async function asHeard(
  { lineMail }: Listens,
  merchant: MerchantId,
  view: LineView,
): Promise<LineView> {
  const isUp = view.state === 'connected' || view.state === 'no-new-chats';
  if (view.channel !== 'whatsapp-web' || !isUp) return view;
  if (await isHeardOf(lineMail, { merchant, line: lineId(view.id) })) return view;
  return {
    ...view,
    state: 'degraded',
    reason: SILENT,
    quality: 'lost',
    advice: adviceFor('degraded', SILENT),
  };
}

/** While Temporal itself is away nobody can tell, and what the store says stands. */
async function isHeardOf(lineMail: Listens['lineMail'], ref: LineRef): Promise<boolean> {
  try {
    return isHeard(await lineMail.lastBeat(ref), Date.now());
  } catch (error) {
    if (unavailabilityBehind(error) !== null) return true;
    throw error;
  }
}
