import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { ConnectionNews } from '../channels/evolution/channel.ts';
import type { LineId } from '../domain/ids.ts';
import { PLATFORM_OF } from '../domain/message.ts';
import { linesNamed, moveLine, readLine, type Line, type LineState } from '../store/lines.ts';
import type { House } from './house.ts';
import { wakeLine } from './wake-line.ts';

const withSecret = z.looseObject({ secret: z.string().min(1) });

/**
 * The lines that a webhook may be for. Names are unique per merchant only, and Evolution signs nothing: the line's own
 * secret says whose it is, and where two have chosen the same one, the instance. All of that name are compared, so that
 * the time it takes tells nothing.
 */
export async function linesWithSecret(
  { database, seal }: House,
  id: LineId,
  secret: string,
): Promise<Line[]> {
  // As the system: whose line it is decides whose rows may be seen.
  const named = await database.system((tx) => linesNamed(tx, 'evolution', id));
  const given = digest(secret);
  return named.filter(({ credentials }) => {
    const kept = withSecret.safeParse(credentials === null ? null : seal.openJson(credentials));
    return timingSafeEqual(given, digest(kept.success ? kept.data.secret : '')) && kept.success;
  });
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Evolution tells how its connection to WhatsApp is. A line that a person stopped stays stopped. */
export async function takeConnection(house: House, line: Line, news: ConnectionNews): Promise<void> {
  const { merchant, id } = line;
  const { state, why } = stateOf(news);
  const isUp = await house.database.merchant(merchant, async (tx) => {
    const now = await readLine(tx, merchant, id);
    if (now === null || now.desired === 'stopped') return false;
    await moveLine(tx, merchant, id, { state, why });
    return state === 'connected';
  });
  if (isUp)
    await wakeLine(house, { merchant, id, platform: PLATFORM_OF[line.channel] }, `line ${id} is connected`);
}

function stateOf(news: ConnectionNews): { state: LineState; why: string } {
  switch (news.state) {
    case 'connected':
      return { state: 'connected', why: 'instance-connected' };
    case 'connecting':
      return { state: 'starting', why: 'instance-connecting' };
    case 'needs-qr':
      return { state: 'needs-qr', why: 'instance-shows-qr' };
    case 'disconnected':
      return news.loggedOut
        ? { state: 'logged-out', why: withStatus('instance-unlinked', news.statusReason) }
        : { state: 'starting', why: withStatus('instance-lost', news.statusReason) };
  }
}

/** Evolution's own number for it, where it gave one: `instance-lost-428`. */
const withStatus = (why: string, status: number | null): string =>
  status === null ? why : `${why}-${status}`;
