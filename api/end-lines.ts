import type { LineId, MerchantId } from '../domain/ids.ts';
import { linesWithBrowser, wishLine } from '../store/wanted-lines.ts';
import type { LineRef } from '../workflows/line-activities.ts';
import type { House } from './house.ts';
import { commandLine } from './line-command.ts';

/** A holder is heard of every 10 s: one that has missed two beats while it was asked is not there. */
const SILENT_MS = 20_000;

/** Ends the browsers of a merchant who leaves: while one is open its login is in use. */
export async function endLines(
  house: Pick<House, 'database' | 'lineMail' | 'logger'>,
  merchant: MerchantId,
): Promise<void> {
  const { database } = house;
  const lines = await database.merchant(merchant, (tx) => linesWithBrowser(tx, merchant));
  const wanted = lines.filter(({ desired }) => desired === 'started');
  const wish = (desired: 'started' | 'stopped'): Promise<void> =>
    database.merchant(merchant, async (tx) => {
      for (const { line } of wanted) await wishLine(tx, merchant, line, desired);
    });
  // First, else the sweep would start again what has just ended.
  await wish('stopped');
  try {
    await Promise.all(lines.map(({ line }) => end(house, { merchant, line })));
  } catch (error) {
    await wish('started');
    throw error;
  }
}

async function end(
  { lineMail, logger }: Pick<House, 'lineMail' | 'logger'>,
  ref: LineRef & { readonly line: LineId },
): Promise<void> {
  try {
    await commandLine({ lineMail }, ref, { kind: 'stop' });
  } catch (error) {
    // Nobody is there who could end it, and nobody uses the login either: its run ends when it looks for the line.
    const beat = await lineMail.lastBeat(ref);
    if (beat !== null && beat.atMs > Date.now() - SILENT_MS) throw error;
    logger.warn({ event: 'line not ended', ...ref, err: error });
  }
}
